public import Signal

/// What a number's unit is; the raw value is how messages and the reference write it.
public enum Unit: String, Hashable, Sendable, CaseIterable {
  /// A ratio of levels.
  case decibels = "dB"
  /// A sample level; `dB` is read too.
  case fullScale = "dBFS"
  /// A true-peak level; `dB` is not read, because it leaves open which peak.
  case truePeak = "dBTP"
  case loudness = "LUFS"
  case loudnessUnits = "LU"
  /// `kHz` is read too.
  case hertz = "Hz"
  case percent = "%"
  /// A number without a unit: ratio, Q, bits.
  case plain = ""
  /// `4` and `4:1`.
  case ratio = ":1"
  case bpm = "bpm"
  /// bit/s are stored; `kbps` is written.
  case bitRate = "kbps"
  /// Seconds as a number, in expectations.
  case seconds = "s"
}

/// A number with a unit: its range in the canonical unit, and what else may stand there.
public struct NumberSpec: Hashable, Sendable {
  public var unit: Unit
  public var range: ClosedRange<Double>
  /// `-inf` and, for levels, `mute` are values.
  public var allowsMinusInfinity: Bool
  /// `inf` is a value (a ratio).
  public var allowsInfinity: Bool
  /// Words that may stand in place of a number: `auto`.
  public var words: [String]
  public var isInteger: Bool
  /// Numbers that alone are allowed; empty: all of `range`.
  public var choices: [Double]

  public init(
    _ unit: Unit, _ range: ClosedRange<Double>, allowsMinusInfinity: Bool = false,
    allowsInfinity: Bool = false, words: [String] = [], isInteger: Bool = false,
    choices: [Double] = []
  ) {
    self.unit = unit
    self.range = range
    self.allowsMinusInfinity = allowsMinusInfinity
    self.allowsInfinity = allowsInfinity
    self.words = words
    self.isInteger = isInteger
    self.choices = choices
  }
}

/// A length of time: its range in seconds, and how it may be written.
public struct TimeSpec: Hashable, Sendable {
  /// Seconds.
  public var minimum: Rational
  /// Seconds; nil: no limit.
  public var maximum: Rational?
  /// Note values, beats and bars, besides seconds and frames.
  public var allowsMusical: Bool
  /// `-2.1 ms`.
  public var allowsNegative: Bool
  public var words: [String]

  public init(
    from minimum: Rational = Rational(0), to maximum: Rational?, musical: Bool = false,
    negative: Bool = false, words: [String] = []
  ) {
    self.minimum = minimum
    self.maximum = maximum
    self.allowsMusical = musical
    self.allowsNegative = negative
    self.words = words
  }
}

/// What may stand at a field or parameter.
public indirect enum ValueKind: Hashable, Sendable {
  case number(NumberSpec)
  case time(TimeSpec)
  /// One of these words.
  case word([String])
  /// `true` or `false`.
  case flag
  /// The name of a track, bus or group.
  case reference
  /// The name of a bus, or `mix`.
  case bus
  /// A file, relative to the session file that writes it.
  case path
  /// Free text.
  case text
  /// A name that this field declares or refers to.
  case name
  case position
  case range
  /// `at most 3 dB`, `between 8 dB and 12 dB`, `-14 LUFS ± 0.5 LU`.
  case relation(Unit)
  /// `-14 LUFS`, `at most -16 LUFS`.
  case loudnessTarget(Unit)
  /// `80 L`, `C`, `35 R`.
  case pan
  /// `4/4`
  case meter
  /// A list of `[position, value, how]`.
  case points(NumberSpec)
  /// A list of `[bar, meter]`.
  case meterPoints
  /// `to -20 LUFS`
  case trimTarget
  /// `until -90 dBFS, at most 15 s`
  case tailRule
  /// `as NAME`: the gain of another delivery.
  case gainOfDelivery
  /// An address and the value to set there.
  case settings
  /// An entry of a list of inserts.
  case insert
  /// A band of an `eq`.
  case band
  /// Parameters of the processor of this name, none of them required.
  case parameters(String)
  /// A mapping whose keys `FieldTable` lists under this name.
  case mapping(String)
  /// A mapping with exactly one of the keys that `FieldTable` lists under this name.
  case oneOf(String)
  /// A mapping with keys of the author's choice.
  case named(ValueKind)
  case list(ValueKind)
  case either([ValueKind])
}

extension Unit {
  /// The unit of the difference of two values.
  public var difference: Unit {
    switch self {
    case .fullScale, .truePeak: .decibels
    case .loudness: .loudnessUnits
    default: self
    }
  }
}
