public import Signal

/// The grid that meters count on, from the programme's first frame.
public enum MeterGrid {
  /// The frame that the `hop`-th hundredth of a second begins with: ⌊hop·rate/100⌋.
  public static func boundary(_ hop: Int, rate: Int) -> Int64 {
    let (seconds, rest) = hop.quotientAndRemainder(dividingBy: 100)
    return Int64(seconds) * Int64(rate) + Int64(rest) * Int64(rate) / 100
  }

  /// Frames of the `index`-th hundredth of a second.
  public static func hop(_ index: Int, rate: Int) -> FrameRange {
    FrameRange(boundary(index, rate: rate), boundary(index + 1, rate: rate))
  }

  /// Frames of the `index`-th tenth of a second.
  public static func tenth(_ index: Int, rate: Int) -> FrameRange {
    FrameRange(boundary(10 * index, rate: rate), boundary(10 * index + 10, rate: rate))
  }

  /// What the grid looks like from `frame` on: equal numbers, equal boundaries.
  public static func phase(of frame: Int64, rate: Int) -> Int64 {
    frame % Int64(rate % 100 == 0 ? rate / 10 : rate)
  }

  /// The hop that `frame` lies in.
  static func hop(at frame: Int64, rate: Int) -> Int {
    var hop = Int(frame / Int64(rate)) * 100
    while boundary(hop + 1, rate: rate) <= frame { hop += 1 }
    return hop
  }
}
