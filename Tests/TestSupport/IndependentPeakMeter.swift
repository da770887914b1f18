import Foundation

/// A true-peak meter that shares no code with the product and looks closer: sixteen points a frame,
/// 160 taps under a Blackman–Harris window, all sixteen side by side.
public struct IndependentPeakMeter {
  private static let half = 80
  /// Entry j holds the taps j of all sixteen phases.
  private let taps: [SIMD16<Double>]

  public init() {
    let half = Self.half
    let rows = (0..<16).map { phase in
      let row = ((1 - half)...half).map { j -> Double in
        let t = Double(j) - Double(phase) / 16
        let sinc = t == 0 ? 1 : sin(.pi * t) / (.pi * t)
        let w = 0.5 * (t / Double(half) + 1)
        let window =
          0.35875 - 0.48829 * cos(2 * .pi * w) + 0.14128 * cos(4 * .pi * w)
          - 0.01168 * cos(6 * .pi * w)
        return sinc * window
      }
      let sum = row.reduce(0, +)
      return row.map { $0 / sum }
    }
    taps = (0..<(2 * half)).map { j in
      var lanes = SIMD16<Double>.zero
      for phase in 0..<16 { lanes[phase] = rows[phase][j] }
      return lanes
    }
  }

  /// The highest interpolated magnitude; places 14 dB below `floor` and more, two frames to either
  /// side included, are not looked at.
  public func peak(_ samples: [Double], floor: Double = 0) -> Double {
    let half = Self.half
    let x = Array(repeating: 0, count: half) + samples + Array(repeating: 0, count: half + 1)
    var top = 0.0
    x.withUnsafeBufferPointer { x in
      taps.withUnsafeBufferPointer { taps in
        for n in half..<(x.count - half - 2) {
          var near = 0.0
          for i in (n - 2)...(n + 3) where i >= 0 { near = max(near, x[i].magnitude) }
          guard near > 0.2 * floor else { continue }
          var sums = SIMD16<Double>.zero
          for j in taps.indices { sums += taps[j] * x[n + 1 - half + j] }
          top = max(top, max(sums.max(), -sums.min()))
        }
      }
    }
    return top
  }
}
