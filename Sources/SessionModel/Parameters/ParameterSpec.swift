public import Signal

/// A parameter of a processor or a field of the session, as data: what the validator, the schema,
/// the reference and the messages read.
public struct ParameterSpec: Hashable, Sendable {
  /// What holds when nothing is written.
  public enum Default: Hashable, Sendable {
    /// It must be written.
    case required
    case value(Value)
    /// Nothing is done; the text says what that means: `no filter`.
    case absent(String)
  }

  /// As in the file, kebab-case.
  public var name: String
  public var kind: ValueKind
  public var fallback: Default
  /// `{automation: [[position, value, how], …]}` may stand in place of the value.
  public var isAutomatable: Bool
  /// How automation moves between two values.
  public var domain: CurveDomain
  /// A phrase without a full stop.
  public var summary: String
  /// The value as it may be written: `-18 dB`.
  public var example: String

  public init(
    _ name: String, _ kind: ValueKind, _ fallback: Default, automatable: Bool = false,
    domain: CurveDomain? = nil, _ summary: String, example: String
  ) {
    self.name = name
    self.kind = kind
    self.fallback = fallback
    self.isAutomatable = automatable
    self.summary = summary
    self.example = example
    self.domain = domain ?? ParameterSpec.naturalDomain(of: kind)
  }

  public var isRequired: Bool { fallback == .required }

  /// The value that holds when nothing is written; nil for required and absent ones.
  public var defaultValue: Value? {
    if case .value(let value) = fallback { value } else { nil }
  }

  /// The parameter of a point of an automation: a word such as `auto` cannot be moved to.
  public var moving: ParameterSpec {
    guard case .number(var number) = kind else { return self }
    number.words = []
    var spec = self
    spec.kind = .number(number)
    return spec
  }

  private static func naturalDomain(of kind: ValueKind) -> CurveDomain {
    guard case .number(let spec) = kind else { return .linear }
    switch spec.unit {
    case .decibels, .fullScale, .truePeak: return .decibels
    case .hertz, .ratio: return .logarithmic
    default: return .linear
    }
  }
}

/// A processor, as data.
public struct ProcessorSpec: Hashable, Sendable {
  public enum Family: String, Hashable, Sendable, CaseIterable {
    case level = "Level"
    case filter = "Filters and equaliser"
    case dynamics = "Dynamics"
    case space = "Time and space"
    case stereo = "Stereo"
  }

  public var name: String
  public var family: Family
  public var summary: String
  public let parameters: [ParameterSpec]
  /// Names of the parameters.
  public let names: [String]
  /// The parameter that a bare value gives: `bell: 3 kHz` is `frequency`.
  public var principal: String?
  /// May be an entry of an `eq`.
  public var isBand: Bool

  public init(
    _ name: String, _ family: Family, _ summary: String, principal: String? = nil,
    isBand: Bool = false, _ parameters: [ParameterSpec]
  ) {
    self.name = name
    self.family = family
    self.summary = summary
    self.principal = principal
    self.isBand = isBand
    self.parameters = parameters
    names = parameters.map(\.name)
  }

  public subscript(parameter: String) -> ParameterSpec? {
    parameters.first { $0.name == parameter }
  }
}
