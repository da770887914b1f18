public import Signal

/// Scales the difference between left and right.
///
/// M = (L + R)/2, S = (L − R)/2; L = M + w·S, R = M − w·S, w = width/100 %. At 100 % the signal
/// passes untouched. A mono signal always does.
///
/// - Parameters: `width` in percent, 0...200, default 100, automatable.
/// - Shape: mono or stereo; in place. Latency and tail 0; no state.
public struct StereoWidth: Kernel {
  public struct Parameters: Hashable, Sendable {
    /// Percent.
    public var width: Double
    public init(width: Double = 100) { self.width = width }
  }

  public static let identity = KernelIdentity("width", revision: 1)
  public static let automatable = ["width"]

  private let width: Double

  public init(_ parameters: Parameters, format: StreamFormat) { width = parameters.width }

  public var tail: Tail { .frames(0) }
  public var memory: Memory { .none }

  public mutating func process(_ block: Block, at frame: Int64, _ context: Context) {
    guard block.channelCount == 2 else { return }
    let (left, right) = (block[0], block[1])
    if let curve = context.curve(0) {
      for i in left.indices {
        (left[i], right[i]) = StereoWidth.widen(left[i], right[i], curve[i])
      }
    } else if width != 100 {
      for i in left.indices {
        (left[i], right[i]) = StereoWidth.widen(left[i], right[i], width)
      }
    }
  }

  @inline(__always)
  private static func widen(_ l: Double, _ r: Double, _ percent: Double) -> (Double, Double) {
    guard percent != 100 else { return (l, r) }
    let m = 0.5 * (l + r)
    let s = (percent * 0.01) * (0.5 * (l - r))
    return (m + s, m - s)
  }
}
