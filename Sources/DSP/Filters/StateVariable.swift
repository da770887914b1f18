import Signal

/// What a trapezoidal state-variable section needs to have the response of a biquad.
///
/// - Source: A. Simper, *Linear Trapezoidal Integrated SVF*, Cytomic; the mapping is derived by
///   comparing coefficients: with P = 1 + a1 + a2 and N = 1 − a1 + a2, g = √(P/N),
///   k = 2(1 − a2)/(N·g), m0 = (b0 − b1 + b2)/N, m2 = (b0 + b1 + b2)/P − m0,
///   m1 = 2((b0 − b2) − m0(1 − a2))/(N·g).
struct StateVariableCoefficients: Hashable, Sendable {
  var g: Double
  var k: Double
  var m0: Double
  var m1: Double
  var m2: Double

  init(_ c: BiquadCoefficients) {
    let p = 1 + c.a1 + c.a2
    let n = 1 - c.a1 + c.a2
    g = (p / n).squareRoot()
    k = 2 * (1 - c.a2) / (n * g)
    m0 = (c.b0 - c.b1 + c.b2) / n
    m2 = (c.b0 + c.b1 + c.b2) / p - m0
    m1 = 2 * ((c.b0 - c.b2) - m0 * (1 - c.a2)) / (n * g)
  }
}

/// The two integrators of one section and channel.
///
/// a1 = 1/(1 + g(g + k)), a2 = g·a1, a3 = g·a2; v3 = x − i2; v1 = a1·i1 + a2·v3;
/// v2 = i2 + a2·i1 + a3·v3; i1 = 2v1 − i1; i2 = 2v2 − i2; y = m0·x + m1·v1 + m2·v2.
struct StateVariable: Hashable, Sendable {
  var i1 = 0.0
  var i2 = 0.0

  @inline(__always)
  private mutating func step(
    _ x: Double, _ a1: Double, _ a2: Double, _ a3: Double, _ m0: Double, _ m1: Double,
    _ m2: Double
  ) -> Double {
    let v3 = x - i2
    let v1 = a1 * i1 + a2 * v3
    let v2 = (i2 + a2 * i1) + a3 * v3
    i1 = 2 * v1 - i1
    i2 = 2 * v2 - i2
    return (m0 * x + m1 * v1) + m2 * v2
  }

  mutating func process(_ samples: Samples, _ c: StateVariableCoefficients) {
    let a1 = 1 / (1 + c.g * (c.g + c.k))
    let a2 = c.g * a1
    let a3 = c.g * a2
    var state = self
    for i in samples.indices {
      samples[i] = state.step(samples[i], a1, a2, a3, c.m0, c.m1, c.m2)
    }
    self = state
  }

  /// Processes frames `first`... of a ramp of `steps` frames from one set of coefficients to
  /// another, which the last of them reaches.
  mutating func process(
    _ samples: Samples, from: StateVariableCoefficients, to: StateVariableCoefficients,
    first: Int, steps: Int
  ) {
    let scale = 1 / Double(steps)
    var state = self
    for i in samples.indices {
      let t = Double(first + i + 1) * scale
      let g = from.g + (to.g - from.g) * t
      let k = from.k + (to.k - from.k) * t
      let a1 = 1 / (1 + g * (g + k))
      let a2 = g * a1
      samples[i] = state.step(
        samples[i], a1, a2, g * a2, from.m0 + (to.m0 - from.m0) * t,
        from.m1 + (to.m1 - from.m1) * t, from.m2 + (to.m2 - from.m2) * t)
    }
    self = state
  }
}
