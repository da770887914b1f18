extension KernelCase {
  /// Compressors, gates, limiters, saturation.
  public static var dynamics: [KernelCase] { [] }
}
