extension KernelCase {
  /// Every kernel, with several parameter sets.
  public static var all: [KernelCase] { filters + dynamics + space }
}
