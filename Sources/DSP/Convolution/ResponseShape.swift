import Signal

/// A measured response made ready: shortened, cut where it has died away, brought to unit energy,
/// and moved behind what is left of the pre-delay.
struct ResponseShape {
  /// One row a path: of one path, left and right; or left to left, left to right, right to left,
  /// right to right. All of the same length; nothing in them: the response is silent.
  private(set) var rows: [[Double]]

  /// dB below the largest sample at which a response ends.
  static let floor = -96.0

  /// - Parameters:
  ///   - channels: 1, 2 or 4 rows of the same length.
  ///   - decay: seconds in which another 60 dB are taken off; nil: none.
  ///   - early: frames of it before the impulse.
  ///   - lead: frames of silence before it.
  init(
    _ channels: [[Double]], rate: Double, decay: Double?, isNormalised: Bool, early: Int = 0,
    lead: Int
  ) {
    rows = channels
    if let decay { shorten(by: -3 / (decay * rate), from: early) }
    trim()
    if isNormalised { normalise() }
    if lead > 0, rows.first?.isEmpty == false {
      rows = rows.map { [Double](repeating: 0, count: lead) + $0 }
    }
  }

  /// h[n]·10^(exponent·n), from the impulse on.
  private mutating func shorten(by exponent: Double, from early: Int) {
    for row in rows.indices {
      for n in rows[row].indices.dropFirst(early) {
        rows[row][n] *= Maths.exp2(exponent * Double(n - early) * 3.321928094887362)
      }
    }
  }

  private mutating func trim() {
    var peak = 0.0
    for row in rows { for value in row { peak = max(peak, value.magnitude) } }
    guard peak > 0 else {
      rows = rows.map { _ in [] }
      return
    }
    let least = peak * decibelsToGain(Self.floor)
    let end = rows.map { row in (row.lastIndex { $0.magnitude >= least } ?? -1) + 1 }.max() ?? 0
    rows = rows.map { Array($0.prefix(end)) }
  }

  /// The energies of all paths to one output add up to 1.
  private mutating func normalise() {
    func energy(_ row: [Double]) -> Double {
      var sum = 0.0
      for value in row { sum += value * value }
      return sum
    }
    let paths = rows.count == 4 ? [[0, 2], [1, 3]] : rows.indices.map { [$0] }
    for path in paths {
      var sum = 0.0
      for row in path { sum += energy(rows[row]) }
      guard sum > 0 else { continue }
      let gain = 1 / sum.squareRoot()
      for row in path { for n in rows[row].indices { rows[row][n] *= gain } }
    }
  }
}
