public import Signal

/// How fast a compressor lets go.
public enum Release: Hashable, Sendable {
  /// Time constant: 63 % of the way back.
  case seconds(Double)
  /// 100 ms after short reductions; after long ones (a 200 ms average says so) 800 ms.
  case automatic
}

/// The smooth decoupled peak detector, over reductions in dB: a release that the input can
/// always overtake, then an attack.
///
/// r = max(x, aR·r + (1 − aR)·x), y = aA·y + (1 − aA)·r, with a = e^(−1/(τ·fs)).
///
/// - Source: Giannoulis, Massberg, Reiss, JAES 60(6), 2012, equation 17.
public struct ReductionSmoother: Hashable, Sendable {
  /// Below this many dB a decaying reduction is taken for none (−198 dB of the audio).
  public static let rest = 1e-9

  let attack: Double
  let release: Double
  let slowRelease: Double
  let average: Double
  let isAutomatic: Bool
  /// Seconds after which two smoothers that differed by 100 dB differ by less than half a step
  /// of the 2^-40 grid: 34 time constants of each stage.
  let convergence: Double

  var released = 0.0
  var slow = 0.0
  var mean = 0.0
  var output = 0.0

  public init(attack: Double, release: Release, rate: Double) {
    self.attack = DecibelLoops.pole(attack, rate)
    switch release {
    case .seconds(let seconds):
      isAutomatic = false
      convergence = 34 * (max(0, attack) + max(0, seconds))
      self.release = DecibelLoops.pole(seconds, rate)
      slowRelease = 0
      average = 0
    case .automatic:
      isAutomatic = true
      convergence = 34 * (max(0, attack) + 0.8 + 0.2)
      self.release = DecibelLoops.pole(0.1, rate)
      slowRelease = DecibelLoops.pole(0.8, rate)
      average = DecibelLoops.pole(0.2, rate)
    }
  }

  /// Nothing is being reduced and nothing remembered.
  var isAtRest: Bool { released == 0 && output == 0 && slow == 0 && mean == 0 }

  /// Smooths reductions in place.
  public mutating func process(_ values: Samples) {
    if isAutomatic {
      processAutomatic(values)
      return
    }
    let (attack, release) = (attack, release)
    let (attackInput, releaseInput) = (1 - attack, 1 - release)
    var (released, output) = (released, output)
    for i in values.indices {
      let x = values[i]
      let decayed = release * released + releaseInput * x
      released = decayed > x ? decayed : x
      output = attack * output + attackInput * released
      values[i] = output
    }
    (self.released, self.output) = (released, output)
  }

  private mutating func processAutomatic(_ values: Samples) {
    let (attack, release, slowRelease, average) = (attack, release, slowRelease, average)
    var (released, output, slow, mean) = (released, output, slow, mean)
    for i in values.indices {
      let x = values[i]
      let decayed = release * released + (1 - release) * x
      released = decayed > x ? decayed : x
      mean = average * mean + (1 - average) * x
      let slowDecayed = slowRelease * slow + (1 - slowRelease) * mean
      slow = slowDecayed > mean ? slowDecayed : mean
      output = attack * output + (1 - attack) * (released > slow ? released : slow)
      values[i] = output
    }
    (self.released, self.output, self.slow, self.mean) = (released, output, slow, mean)
  }

  /// What the loop over four lanes wants to know: poles and what comes in beside them.
  func writePoles(to table: Samples, lane: Int) {
    table[lane] = attack
    table[4 + lane] = 1 - attack
    table[8 + lane] = release
    table[12 + lane] = 1 - release
  }

  mutating func settle() {
    if released < Self.rest { released = 0 }
    if output < Self.rest && released == 0 { output = 0 }
    if mean < Self.rest { mean = 0 }
    if slow < Self.rest { slow = 0 }
  }

  mutating func round() {
    released = StateGrid.filter(released)
    output = StateGrid.filter(output)
    slow = StateGrid.filter(slow)
    mean = StateGrid.filter(mean)
  }

  func encode(into writer: inout StateWriter) {
    writer.write(released)
    writer.write(output)
    writer.write(slow)
    writer.write(mean)
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    released = try reader.readDouble()
    output = try reader.readDouble()
    slow = try reader.readDouble()
    mean = try reader.readDouble()
  }

  mutating func reset() {
    (released, output, slow, mean) = (0, 0, 0, 0)
  }
}
