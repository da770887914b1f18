import Signal

/// Loudness numbers out of the energies of 10 ms hops, as they come.
///
/// - Memory: 16 bytes every 100 ms, the means that the gates of the whole programme are applied to.
/// - Source: ITU-R BS.1770-5, Annex 1; EBU Tech 3341 (momentary, short-term) and 3342 (range).
struct LoudnessStatistics {
  enum Window { case momentary, shortTerm }

  private let rate: Int
  private let span: Span
  private var momentary: WindowMeans
  private var shortTerm: WindowMeans
  /// The last hops, as many as a window that is not complete may have, and what follows them.
  private var recent: [Double] = []
  /// Place of the first of them in the programme.
  private var first = 0
  /// Of the energies: what all means are multiplied with.
  private var power = 1.0

  /// What an energy stands for.
  enum Span: Int {
    /// 10 ms: the loudest windows are looked for at each of them.
    case hop = 1
    /// 100 ms: near enough for a guess.
    case tenth = 10
  }

  init(rate: Int, span: Span = .hop) {
    self.rate = rate
    self.span = span
    momentary = WindowMeans(count: 40 / span.rawValue, stride: 10 / span.rawValue)
    shortTerm = WindowMeans(count: 300 / span.rawValue, stride: 10 / span.rawValue)
  }

  /// Takes the energies that follow, Σ G·z² of each hop (or tenth).
  mutating func append(_ energies: [Double]) {
    recent.append(contentsOf: energies)
    let boundary = { [rate, span] in MeterGrid.boundary($0 * span.rawValue, rate: rate) }
    momentary.advance(recent, from: first, boundary)
    shortTerm.advance(recent, from: first, boundary)
    let spent = recent.count - (shortTerm.count - 1)
    if spent > 0 {
      recent.removeFirst(spent)
      first += spent
    }
  }

  /// The statistics of a programme of `gain` times the amplitude.
  func scaled(by gain: Double) -> LoudnessStatistics {
    var result = self
    result.power *= gain * gain
    return result
  }

  private func means(_ window: Window) -> WindowMeans {
    window == .momentary ? momentary : shortTerm
  }

  /// −0.691 + 10·log10 of a mean square.
  static func loudness(_ meanSquare: Double) -> Double {
    -0.691 + powerToDecibels(meanSquare)
  }

  /// Loudness of a window every 100 ms, in LUFS.
  func series(_ window: Window) -> [Double] {
    means(window).kept.map { LoudnessStatistics.loudness(power * $0) }
  }

  /// Loudness of the loudest window, in LUFS; nil when the programme is shorter than one.
  func loudest(_ window: Window) -> Double? {
    means(window).largest.map { LoudnessStatistics.loudness(power * $0) }
  }

  /// Integrated loudness in LUFS; −∞ when no block passes the absolute gate, nil when the
  /// programme is shorter than one block of 400 ms.
  var integrated: Double? {
    guard !momentary.kept.isEmpty else { return nil }
    guard let loud = gated(.momentary, { $0 > -70 }) else { return -.infinity }
    let gate = loud - 10
    // What passes this gate has passed the first one too, which is asked again where it is lower.
    return gated(.momentary) { $0 > -70 && $0 > gate }
  }

  /// Loudness range in LU; nil below 3 s or when nothing passes the gates.
  ///
  /// Windows of 3 s begin every 100 ms: since 2016 the standard asks for an overlap of 2.9 s at
  /// least. Meters that still read one window a second (the two seconds of overlap of 2011) see so
  /// few of them that short or broken programmes read several LU off, either way. Only whole
  /// windows count; a percentile is the value of rank round((n − 1)·p), as in the standard's
  /// listing. Where the distribution has a gap there, a meter that takes rank round(n·p) reads the
  /// other side of it, up to 1 LU off on programmes of a minute.
  ///
  /// - Source: EBU Tech 3342 (2016 and 2023), 3.1.
  var range: Double? {
    guard let loud = gated(.shortTerm, { $0 >= -70 }) else { return nil }
    let gate = loud - 20
    var kept: [Double] = []
    for mean in shortTerm.kept {
      let loudness = LoudnessStatistics.loudness(power * mean)
      if loudness >= -70 && loudness >= gate { kept.append(loudness) }
    }
    guard !kept.isEmpty else { return nil }
    kept.sort()
    func percentile(_ p: Double) -> Double {
      kept[Int((Double(kept.count - 1) * p).rounded(.toNearestOrAwayFromZero))]
    }
    return percentile(0.95) - percentile(0.10)
  }

  /// Loudness of the mean of the windows whose own loudness `passes`; nil when none does.
  private func gated(_ window: Window, _ passes: (Double) -> Bool) -> Double? {
    var (sum, count) = (0.0, 0)
    for mean in means(window).kept where passes(LoudnessStatistics.loudness(power * mean)) {
      sum += power * mean
      count += 1
    }
    return count > 0 ? LoudnessStatistics.loudness(sum / Double(count)) : nil
  }
}

/// Mean squares of windows that begin at every hop: the largest, and one every tenth of a second.
private struct WindowMeans {
  /// Hops of a window.
  let count: Int
  /// Of how many windows one is kept.
  let stride: Int
  private(set) var kept: [Double] = []
  private(set) var largest: Double?
  /// The window that is next.
  private var next = 0

  init(count: Int, stride: Int) {
    self.count = count
    self.stride = stride
  }

  /// Goes on with all windows that are complete in `hops`, each summed in ascending order.
  ///
  /// - Parameters:
  ///   - first: place of the first of `hops`.
  ///   - boundary: the frame that a hop begins with.
  mutating func advance(_ hops: [Double], from first: Int, _ boundary: (Int) -> Int64) {
    let end = first + hops.count - count + 1
    hops.withUnsafeBufferPointer { hops in
      guard let hops = hops.baseAddress else { return }
      // Eight windows side by side: each sum waits for itself, not for the others.
      while next + 8 <= end {
        let start = hops + (next - first)
        var sums = SIMD8<Double>.zero
        for hop in 0..<count {
          sums += UnsafeRawPointer(start + hop).loadUnaligned(as: SIMD8<Double>.self)
        }
        for window in 0..<8 { take(sums[window], boundary) }
      }
      while next < end {
        let start = hops + (next - first)
        var sum = 0.0
        for hop in 0..<count { sum += start[hop] }
        take(sum, boundary)
      }
    }
  }

  private mutating func take(_ sum: Double, _ boundary: (Int) -> Int64) {
    let mean = sum / Double(boundary(next + count) - boundary(next))
    largest = max(largest ?? mean, mean)
    if next % stride == 0 { kept.append(mean) }
    next += 1
  }
}
