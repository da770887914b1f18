import Signal

/// Loudness numbers out of the energies of 10 ms hops.
///
/// - Source: ITU-R BS.1770-5, Annex 1; EBU Tech 3341 (momentary, short-term) and 3342 (range).
struct LoudnessStatistics {
  let hops: [Double]
  let rate: Int

  private func boundary(_ hop: Int) -> Int64 {
    let (seconds, rest) = hop.quotientAndRemainder(dividingBy: 100)
    return Int64(seconds) * Int64(rate) + Int64(rest) * Int64(rate) / 100
  }

  /// Mean square of the `count` hops that end before hop `end`, summed in ascending order.
  func meanSquare(_ count: Int, endingAt end: Int) -> Double {
    var sum = 0.0
    for hop in (end - count)..<end { sum += hops[hop] }
    return sum / Double(boundary(end) - boundary(end - count))
  }

  /// −0.691 + 10·log10 of a mean square.
  static func loudness(_ meanSquare: Double) -> Double {
    -0.691 + powerToDecibels(meanSquare)
  }

  /// Loudness of every window of `count` hops, `step` hops apart, in LUFS.
  func series(window count: Int, step: Int) -> [Double] {
    guard hops.count >= count else { return [] }
    return stride(from: count, through: hops.count, by: step).map {
      LoudnessStatistics.loudness(meanSquare(count, endingAt: $0))
    }
  }

  /// Mean squares of every window of `count` hops, 100 ms apart.
  private func blocks(_ count: Int) -> [Double] {
    guard hops.count >= count else { return [] }
    return stride(from: count, through: hops.count, by: 10).map {
      meanSquare(count, endingAt: $0)
    }
  }

  /// Integrated loudness in LUFS; −∞ when no block passes the absolute gate, nil when the
  /// programme is shorter than one block of 400 ms.
  var integrated: Double? {
    let all = blocks(40)
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
    let loud = blocks(300).filter { LoudnessStatistics.loudness($0) >= -70 }
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
