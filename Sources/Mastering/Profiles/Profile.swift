/// Numbers that a delivery may follow, with where they come from and what kind of rule they are.
public struct Profile: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable {
    /// A delivery is rejected or flagged without it.
    case requirement
    /// Recommended practice or a standard.
    case recommendation
    /// What a service turns playback to; nothing is asked of the file.
    case normalisation
    /// Customary in the trade.
    case convention
  }

  /// How well the row is founded.
  public enum Confidence: String, Sendable, Hashable {
    /// The official page, or a quotation of the primary document, was read.
    case primary
    /// Several secondary sources agree, or one good one.
    case secondary
  }

  public enum Gate: Sendable, Hashable {
    /// |measured − value| ≤ tolerance, LU or dB.
    case band(Double)
    /// measured ≤ value + tolerance; lower is allowed.
    case upper(Double)
    /// Nothing is judged: the value is what a service plays at.
    case reference
    /// The value holds for dialogue, which is not told apart here: reported as not measured.
    case dialogue(Double)
  }

  /// A target of a quantity that a gain can be solved for, by the name `expect` uses.
  public struct Level: Sendable, Hashable {
    public var quantity: String
    public var value: Double
    public var gate: Gate
  }

  /// A further limit on a measured quantity, by the name `expect` uses.
  public struct Limit: Sendable, Hashable {
    public var quantity: String
    public var least: Double?
    public var most: Double?
    public var kind: Kind
  }

  /// What the file must or should be.
  public struct FileForm: Sendable, Hashable {
    /// Endings as in `format`; empty: any.
    public var formats: [String] = []
    /// Hz; empty: any.
    public var rates: [Int] = []
    /// Empty: any.
    public var bits: [Int] = []
    public var channels: [Int] = []
    /// bit/s of lossy formats with two channels and with one.
    public var stereoBitRate: Int?
    public var monoBitRate: Int?
    public var isConstantBitRate = false
    public var asksForRecordingCode = false
    /// Where it weighs otherwise than the profile's numbers.
    public var kind: Kind?

    public func leastBitRate(channels: Int) -> Int? {
      channels == 1 ? monoBitRate ?? stereoBitRate : stereoBitRate ?? monoBitRate
    }
  }

  /// What a service does with a file when it plays it.
  public struct Normalisation: Sendable, Hashable {
    /// LUFS.
    public var reference: Double
    /// Whether quiet files are turned up, and to which true peak at most, in dBTP.
    public var liftsTo: Double?
    public var isByAlbum = false

    /// dB that the service applies to audio of this loudness and true peak.
    public func gain(integrated: Double, truePeak: Double) -> Double {
      let wanted = reference - integrated
      guard wanted.isFinite else { return 0 }
      if wanted <= 0 { return wanted }
      guard let liftsTo else { return 0 }
      return max(0, min(wanted, liftsTo - truePeak))
    }
  }

  public var name: String
  public var title: String
  public var kind: Kind
  public var level: Level?
  /// dBTP; judged on the finished file, for lossy formats on the decoded one as well.
  public var truePeak: Double?
  /// dBTP for files that are to be louder than the level.
  public var loudPeak: Double?
  public var limits: [Limit] = []
  public var form = FileForm()
  public var normalisation: Normalisation?
  /// A service that plays files as they are.
  public var playsAsDelivered = false
  /// What the rule asks that cannot be measured here; such a profile is never said to be met.
  public var notMeasured: [String] = []
  public var source: String
  /// Date of the source; `undated` where it has none.
  public var date: String
  public var confidence: Confidence
  /// One or two sentences for `mixdown profiles NAME`.
  public var note: String

  /// Where it comes from, for a verdict's note.
  public var origin: String { "\(source), \(date); checked \(Profile.checked)" }

  /// Year in which the row was last compared with its source.
  public static let checked = "2026"

  init(
    _ name: String, _ title: String, _ kind: Kind, level: Level? = nil, truePeak: Double? = nil,
    source: String, date: String, _ confidence: Confidence, note: String = "",
    _ more: (inout Profile) -> Void = { _ in }
  ) {
    self.name = name
    self.title = title
    self.kind = kind
    self.level = level
    self.truePeak = truePeak
    self.source = source
    self.date = date
    self.confidence = confidence
    self.note = note
    more(&self)
  }
}

/// Every profile, by area and in the order they are listed.
public enum Profiles {
  public static let all: [Profile] = streaming + broadcast + speech + media

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  public static subscript(name: String) -> Profile? { byName[name] }

  /// The services whose playback gain is forecast for every delivery.
  public static let services: [Profile] = all.filter {
    $0.normalisation != nil || $0.playsAsDelivered
  }

  static func loudness(_ value: Double, _ gate: Profile.Gate) -> Profile.Level {
    Profile.Level(quantity: "integrated", value: value, gate: gate)
  }

  static func limit(
    _ quantity: String, least: Double? = nil, most: Double? = nil, _ kind: Profile.Kind
  ) -> Profile.Limit {
    Profile.Limit(quantity: quantity, least: least, most: most, kind: kind)
  }
}
