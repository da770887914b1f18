internal import CLanes
import Signal

/// Logarithms and exponentials for loops over a block: no branch and no table, so that the
/// compiler can run several frames at once. Bits do not depend on whether it does.
///
/// The reductions are those of `Maths`; the polynomials are shorter minimax fits, good for what
/// a detector needs: 1.3e-11 dB from samples to level, 8e-13 from level to gain, and 4e-10 dB from
/// reductions to gains in the loop that is written for many (`replaceByGains`).
enum DecibelLoops {
  /// 20 · log10(2): dB per octave of amplitude.
  static let decibelsPerOctave = 6.020599913279624
  /// log2(10) / 20: octaves of amplitude per dB.
  static let octavesPerDecibel = 0.16609640474436812

  /// The binary logarithm of a positive normal number, within 2.1e-12. Exactly 0 for 1.
  @inline(__always)
  static func log2(_ x: Double) -> Double {
    // Bits counted from √½ up, so that the mantissa comes out in √½ ..< √2.
    let shifted = x.bitPattern &+ (0x3FF0_0000_0000_0000 &- 0x3FE6_A09E_667F_3BCD)
    // The exponent as a Double without a conversion: 2^52 + e, less 2^52 + 1023.
    let exponent =
      Double(bitPattern: (shifted &>> 52) | 0x4330_0000_0000_0000) - 4_503_599_627_371_519
    let m = Double(
      bitPattern: (shifted & 0x000F_FFFF_FFFF_FFFF) &+ 0x3FE6_A09E_667F_3BCD)
    let s = (m - 1) / (m + 1)
    let t = s * s
    var a = 0x1.e3b34ce85ca94p-4
    a = a * t + 0x1.2432a48f1b304p-3
    a = a * t + 0x1.999a9d12e3898p-3
    a = a * t + 0x1.555554da6e059p-2
    a = a * t + 0x1.0000000004a79p+0
    return exponent + s * a * 0x1.71547652b82fep+1
  }

  /// 2^t for −1000 < t < 1000, within 8e-13 relative. Exactly 1 for 0.
  @inline(__always)
  static func exp2(_ t: Double) -> Double {
    let magic = 0x1.8p52
    let shifted = t + magic
    let r = t - (shifted - magic)
    var p = 0x1.64078d4500000p-20
    p = p * r + 0x1.00dbed0e80000p-16
    p = p * r + 0x1.430877a90c000p-13
    p = p * r + 0x1.5d87465bb8c00p-10
    p = p * r + 0x1.3b2ab7375fec0p-7
    p = p * r + 0x1.c6b08dd629848p-5
    p = p * r + 0x1.ebfbdff80e712p-3
    p = p * r + 0x1.62e42fef855d2p-1
    let mantissa = 1 + r * p
    return Double(bitPattern: mantissa.bitPattern &+ (shifted.bitPattern &<< 52))
  }

  /// Replaces reductions in dB by gains: 2^(octaves · (makeup − min(reduction, range))).
  static func replaceByGains(_ values: Samples, makeup: Double, range: Double) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 8) { setting in
      guard let address = setting.baseAddress else { return }
      for lane in 0..<4 {
        setting.initializeElement(at: lane, to: makeup)
        setting.initializeElement(at: 4 + lane, to: range)
      }
      lanes_gains(values.address, values.count, address)
    }
  }

  /// The pole of a one-pole smoother that covers 63 % of a step in `seconds`: e^(−1/(τ·fs)).
  /// 0 (immediate) for times below a hundredth of a frame.
  static func pole(_ seconds: Double, _ rate: Double) -> Double {
    let frames = seconds * rate
    guard frames > 0.01 else { return 0 }
    return Maths.exp(-1 / frames)
  }

  /// A length in whole frames, nearest, within `0...limit`.
  static func frames(_ seconds: Double, _ rate: Double, limit: Int) -> Int {
    let exact = (seconds * rate).rounded()
    guard exact > 0 else { return 0 }  // also when it is not a number
    return exact < Double(limit) ? Int(exact) : limit
  }
}
