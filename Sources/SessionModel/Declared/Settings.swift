public import Diagnostics
internal import Signal

/// A parameter's value in its canonical unit (dB, Hz, seconds, a ratio …), as written.
public enum Value: Hashable, Sendable {
  /// dB, dBFS, Hz, %, semitones, plain numbers …; −inf where `-inf` and `mute` may stand.
  case number(Double)
  case time(TimeAmount)
  case word(String)
  case flag(Bool)
  /// The name of a track, bus or group (a side-chain key, `duck: by`).
  case reference(String)
  case range(RangeExpression)
  case path(String)
}

/// How a breakpoint's value arrives, as written.
public enum Arrival: Hashable, Sendable {
  case step
  case line
  case smooth
  case over(TimeAmount)
}

/// `[position, value, how]`
public struct AutomationPoint: Hashable, Sendable {
  public var position: Located<Position>
  public var value: Located<Value>
  public var arrival: Located<Arrival>?
  public var span: Span

  public init(
    position: Located<Position>, value: Located<Value>, arrival: Located<Arrival>?, span: Span
  ) {
    self.position = position
    self.value = value
    self.arrival = arrival
    self.span = span
  }
}

/// A parameter as written: one value, or points.
public enum Setting: Hashable, Sendable {
  case constant(Located<Value>)
  case automated([AutomationPoint])
}

/// A fader or send: a level in dB and a ride relative to it.
public struct Level: Hashable, Sendable {
  /// dB; −inf is silence. nil: not written (0 dB for faders).
  public var level: Located<Double>?
  /// Relative, in dB; `mute` is −inf. Before its first point a ride is 0 dB.
  public var ride: [AutomationPoint]

  public init(level: Located<Double>? = nil, ride: [AutomationPoint] = []) {
    self.level = level
    self.ride = ride
  }
}

/// One processor in a list of inserts, or one band of an `eq`.
public struct Insert: Hashable, Sendable {
  /// A name of the processor table: `compressor`, `high-pass`, `eq`, `bell` …
  public var processor: Located<String>
  public var name: Located<String>?
  public var note: String?
  public var isBypassed: Bool
  /// What was written (presets merged in), by the parameter's name; nothing else.
  public var settings: [String: Setting]
  /// Bands of an `eq`, in order.
  public var bands: [Insert]
  /// `compressor: {like: NAME}`; already merged into `settings` when `likeResolved`.
  public var like: Located<String>?
  public var span: Span

  public init(processor: Located<String>, span: Span) {
    self.processor = processor
    self.span = span
    isBypassed = false
    settings = [:]
    bands = []
  }
}

public struct Send: Hashable, Sendable {
  public enum Tap: String, Hashable, Sendable { case pre, post }
  /// The bus's name (the key in `sends`).
  public var target: Located<String>
  public var level: Level
  public var tap: Tap
  public var isBypassed: Bool
  public var note: String?
  public var span: Span

  public init(target: Located<String>, level: Level, tap: Tap = .post, span: Span) {
    self.target = target
    self.level = level
    self.tap = tap
    self.span = span
    isBypassed = false
  }
}

/// Trim → polarity → inserts → fader → pan and width → output; sends.
public struct Strip: Hashable, Sendable {
  public enum Trim: Hashable, Sendable {
    /// dB.
    case gain(Double)
    /// `to −20 LUFS`: the measured gain in 0.1 dB steps that brings the track there.
    case toLoudness(Double)
  }
  public var trim: Located<Trim>?
  /// `polarity: inverted`.
  public var isPolarityInverted: Bool
  public var polaritySpan: Span?
  public var inserts: [Insert]
  public var fader: Level
  /// −1 (left) … +1 (right).
  public var pan: Setting?
  /// Percent, 0…200; stereo only.
  public var width: Setting?
  public var output: Located<String>?
  public var sends: [Send]
  public var isMuted: Located<Bool>?
  public var panLaw: Located<PanLaw>?
  public var like: Located<String>?
  public var span: Span?

  public init() {
    isPolarityInverted = false
    inserts = []
    fader = Level()
    sends = []
  }
}

/// The loss at the centre, in dB.
public enum PanLaw: String, Hashable, Sendable, CaseIterable {
  case minus3 = "-3 dB"
  case minus4point5 = "-4.5 dB"
  case minus6 = "-6 dB"
  case balance = "0 dB"

  /// What a mono signal loses on each side at the centre, in dB.
  public var centreLoss: Double {
    switch self {
    case .minus3: 3.010299956639812
    case .minus4point5: 4.515449934959718
    case .minus6: 6.020599913279624
    case .balance: 0
    }
  }
}
