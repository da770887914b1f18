import Signal

/// Loudness numbers out of the energies of 10 ms hops.
///
/// - Source: ITU-R BS.1770-5, Annex 1; EBU Tech 3341 (momentary, short-term) and 3342 (range).
struct LoudnessStatistics {
  private let rate: Int
  /// Mean squares of every 400 ms and every 3 s, one window a hop.
  private let momentaryMeans: [Double]
  private let shortTermMeans: [Double]

  enum Window { case momentary, shortTerm }

  init(hops: [Double], rate: Int) {
    self.rate = rate
    momentaryMeans = Self.meanSquares(of: hops, window: 40, rate: rate)
    shortTermMeans = Self.meanSquares(of: hops, window: 300, rate: rate)
  }

  private static func boundary(_ hop: Int, _ rate: Int) -> Int64 {
    let (seconds, rest) = hop.quotientAndRemainder(dividingBy: 100)
    return Int64(seconds) * Int64(rate) + Int64(rest) * Int64(rate) / 100
  }

  /// Mean squares of all windows of `count` hops, each summed in ascending order.
  private static func meanSquares(of hops: [Double], window count: Int, rate: Int) -> [Double] {
    guard hops.count >= count else { return [] }
    let total = hops.count - count + 1
    var means = [Double](repeating: 0, count: total)
    // Eight windows side by side: each sum waits for itself, not for the others.
    hops.withUnsafeBufferPointer { hops in
      guard let hops = hops.baseAddress else { return }
      var first = 0
      while first + 8 <= total {
        var sums = SIMD8<Double>.zero
        for hop in first..<(first + count) {
          sums += UnsafeRawPointer(hops + hop).loadUnaligned(as: SIMD8<Double>.self)
        }
        for window in 0..<8 { means[first + window] = sums[window] }
        first += 8
      }
      for window in first..<total {
        var sum = 0.0
        for hop in window..<(window + count) { sum += hops[hop] }
        means[window] = sum
      }
    }
    for start in means.indices {
      means[start] /= Double(boundary(start + count, rate) - boundary(start, rate))
    }
    return means
  }

  private func means(_ window: Window) -> [Double] {
    window == .momentary ? momentaryMeans : shortTermMeans
  }

  /// −0.691 + 10·log10 of a mean square.
  static func loudness(_ meanSquare: Double) -> Double {
    -0.691 + powerToDecibels(meanSquare)
  }

  /// Loudness of a window every 100 ms, in LUFS.
  func series(_ window: Window) -> [Double] { blocks(window).map(LoudnessStatistics.loudness) }

  /// Loudness of the loudest window, in LUFS; nil when the programme is shorter than one.
  func loudest(_ window: Window) -> Double? { means(window).max().map(LoudnessStatistics.loudness) }

  /// Mean squares of a window every 100 ms.
  private func blocks(_ window: Window) -> [Double] {
    let means = means(window)
    return stride(from: 0, to: means.count, by: 10).map { means[$0] }
  }

  /// Integrated loudness in LUFS; −∞ when no block passes the absolute gate, nil when the
  /// programme is shorter than one block of 400 ms.
  var integrated: Double? {
    let all = blocks(.momentary)
    guard !all.isEmpty else { return nil }
    let loud = all.filter { LoudnessStatistics.loudness($0) > -70 }
    guard !loud.isEmpty else { return -.infinity }
    let gate = LoudnessStatistics.loudness(mean(loud)) - 10
    let kept = loud.filter { LoudnessStatistics.loudness($0) > gate }
    return LoudnessStatistics.loudness(mean(kept))
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
    let loud = blocks(.shortTerm).filter { LoudnessStatistics.loudness($0) >= -70 }
    guard !loud.isEmpty else { return nil }
    let gate = LoudnessStatistics.loudness(mean(loud)) - 20
    let kept = loud.map(LoudnessStatistics.loudness).filter { $0 >= gate }.sorted()
    guard !kept.isEmpty else { return nil }
    func percentile(_ p: Double) -> Double {
      kept[Int((Double(kept.count - 1) * p).rounded(.toNearestOrAwayFromZero))]
    }
    return percentile(0.95) - percentile(0.10)
  }

  private func mean(_ values: [Double]) -> Double {
    var sum = 0.0
    for value in values { sum += value }
    return sum / Double(values.count)
  }
}
