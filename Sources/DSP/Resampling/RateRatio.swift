/// Two rates in lowest terms: `up` output frames last as long as `down` input frames.
struct RateRatio {
  let up: Int64
  let down: Int64

  init(from: Int, to: Int) {
    var (a, b) = (from, to)
    while b != 0 { (a, b) = (b, a % b) }
    up = Int64(to / a)
    down = Int64(from / a)
  }

  /// ⌊n·down/up⌋ and the remainder, in 1/up of an input frame.
  func position(of output: Int64) -> (frame: Int64, rest: Int64) {
    var (whole, part) = output.quotientAndRemainder(dividingBy: up)
    if part < 0 {
      part += up
      whole -= 1
    }
    let (frames, rest) = (part * down).quotientAndRemainder(dividingBy: up)
    return (whole * down + frames, rest)
  }
}
