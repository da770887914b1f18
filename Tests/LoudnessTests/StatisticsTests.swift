import Testing

@testable import Loudness

struct StatisticsTests {
  /// Window by window, as the standard says it.
  private func naive(_ hops: [Double], _ count: Int, rate: Int) -> [Double] {
    func boundary(_ hop: Int) -> Int64 {
      Int64(hop / 100) * Int64(rate) + Int64(hop % 100) * Int64(rate) / 100
    }
    guard hops.count >= count else { return [] }
    return (0...(hops.count - count)).map { start in
      var sum = 0.0
      for hop in start..<(start + count) { sum += hops[hop] }
      return sum / Double(boundary(start + count) - boundary(start))
    }
  }

  @Test(arguments: [0, 39, 40, 41, 47, 48, 299, 300, 307, 308, 1_234], [1, 7, 39, 550, 2_000])
  func windowsSideBySideAreWindowsOneByOne(_ count: Int, _ part: Int) {
    for rate in [44_100, 48_000] {
      let hops = uneven(count, seed: UInt64(count + 1)).map { abs($0) * 100 }
      var statistics = LoudnessStatistics(rate: rate)
      for start in stride(from: 0, to: count, by: part) {
        statistics.append(Array(hops[start..<min(count, start + part)]))
      }
      for (window, length) in [(LoudnessStatistics.Window.momentary, 40), (.shortTerm, 300)] {
        let all = naive(hops, length, rate: rate).map(LoudnessStatistics.loudness)
        let wanted = stride(from: 0, to: all.count, by: 10).map { all[$0] }
        #expect(statistics.series(window) == wanted)
        #expect(statistics.loudest(window) == all.max())
      }
    }
  }
}
