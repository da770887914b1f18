/// A sine and the cosine of the same angle.
public struct SineCosine: Hashable, Sendable {
  public var sine: Double
  public var cosine: Double

  @inlinable
  public init(sine: Double, cosine: Double) {
    self.sine = sine
    self.cosine = cosine
  }
}

extension Maths {
  /// 2π to the nearest Double.
  @inlinable public static var tau: Double { 0x1.921fb54442d18p+2 }

  /// Sine of x in −π/4...π/4, within 1.7e-16.
  @inlinable @inline(__always)
  static func sineOfOctant(_ x: Double) -> Double {
    let z = x * x
    var p = 0x1.5d87699eb6a31p-33
    p = p * z - 0x1.ae5e37e850d20p-26
    p = p * z + 0x1.71de3530aa14dp-19
    p = p * z - 0x1.a01a019ba956dp-13
    p = p * z + 0x1.111111110f3dcp-7
    p = p * z - 0x1.5555555555543p-3
    p = p * z + 0x1.0000000000000p+0
    return x * p
  }

  /// Cosine of x in −π/4...π/4, within 1.6e-16.
  @inlinable @inline(__always)
  static func cosineOfOctant(_ x: Double) -> Double {
    let z = x * x
    var p = -0x1.8f762711e61e0p-37
    p = p * z + 0x1.1ee96d0192650p-29
    p = p * z - 0x1.27e4f727f10b7p-22
    p = p * z + 0x1.a01a019b1e24dp-16
    p = p * z - 0x1.6c16c16c13a05p-10
    p = p * z + 0x1.5555555555536p-5
    p = p * z - 0x1.0000000000000p-1
    return p * z + 0x1.0000000000000p+0
  }

  @inlinable @inline(__always)
  static func sineCosine(quadrant: Int, _ x: Double) -> SineCosine {
    let s = sineOfOctant(x)
    let c = cosineOfOctant(x)
    switch quadrant & 3 {
    case 0: return SineCosine(sine: s, cosine: c)
    case 1: return SineCosine(sine: c, cosine: -s)
    case 2: return SineCosine(sine: -s, cosine: -c)
    default: return SineCosine(sine: -c, cosine: s)
    }
  }

  /// Sine and cosine of a phase in fixed point, 2^64 to the turn: what an oscillator's counter
  /// holds.
  @inlinable
  public static func sineCosine(phase: UInt64) -> SineCosine {
    let quadrant = (phase &+ 0x2000_0000_0000_0000) &>> 62
    let rest = Int64(bitPattern: phase &- (quadrant &<< 62))
    return sineCosine(quadrant: Int(quadrant), Double(rest) * (0x1.921fb54442d18p+2 * 0x1p-64))
  }

  /// Sine and cosine of `turns` turns.
  @inlinable
  public static func sineCosine(turns: Double) -> SineCosine {
    let quarters = turns * 4
    let whole = roundToEven(quarters)
    // Exact: `quarters` is a power of two away from `turns` and `whole` its neighbour.
    let x = (quarters - whole) * 0x1.921fb54442d18p+0
    let quadrant = whole.magnitude < 0x1p53 ? Int(whole) : 0
    return sineCosine(quadrant: quadrant, x)
  }

  /// Sine of an angle in turns.
  @inlinable
  public static func sin(turns: Double) -> Double { sineCosine(turns: turns).sine }

  /// Cosine of an angle in turns.
  @inlinable
  public static func cos(turns: Double) -> Double { sineCosine(turns: turns).cosine }

  /// Tangent of an angle in turns, within 3e-16 relative.
  @inlinable
  public static func tan(turns: Double) -> Double {
    let value = sineCosine(turns: turns)
    return value.sine / value.cosine
  }

  /// Cosine of an angle in radians (filter design; large angles are not reduced with care).
  @inlinable
  public static func cos(radians: Double) -> Double { cos(turns: radians * 0x1.45f306dc9c883p-3) }

  /// Sine of an angle in radians (filter design; large angles are not reduced with care).
  @inlinable
  public static func sin(radians: Double) -> Double { sin(turns: radians * 0x1.45f306dc9c883p-3) }

  /// The step of a phase counter (2^64 to the turn) that turns `frequency` times a second.
  ///
  /// - Parameters: `frequency` in Hz, taken modulo `rate`.
  public static func phaseStep(frequency: Double, rate: Double) -> UInt64 {
    let turns = frequency / rate
    let fraction = turns - turns.rounded(.down)
    guard fraction.isFinite else { return 0 }
    let scaled = (fraction * 0x1p64).rounded(.toNearestOrEven)
    return scaled >= 0x1p64 ? 0 : UInt64(scaled)
  }
}
