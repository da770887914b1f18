extension KernelCase {
  /// Delays and reverbs.
  public static var space: [KernelCase] { [] }
}
