public import AudioFiles
internal import DSP
internal import Diagnostics
internal import MixGraph
public import SessionModel
public import Signal

/// What one delivered file is to be, every number filled in.
public struct DeliveryForm: Sendable {
  public var format: SoundFileFormat
  /// Hz; of the stream it is made from.
  public var sessionRate: Int
  public var inserts: [ResolvedInsert]
  public var usesLimiter: Bool
  /// nil: as it is.
  public var loudness: LoudnessTarget?
  /// Whether as near to the loudness as can be will do: the profile gives it, and allows less or asks
  /// for nothing.
  public var takesNearest = false
  /// LU either side of the loudness asked for.
  public var tolerance = 0.1
  /// dBTP; nil: any.
  public var ceiling: Double?
  /// A word of the language; nil: by depth.
  public var dither: String?
  public var isMono: Bool
  /// Frames of the session's rate.
  public var head: Int64?
  public var tail: Int64?
  public var fadeOut: (length: Int64, curve: FadeCurve)?
  /// dB; given, not solved for.
  public var gain: Double?
  /// Whether a gain that is given still makes good what an encoder does to the loudness.
  public var followsEncoder = false
  /// dB.
  public var maxLimiting: Double
  public var range: FrameRange?
  /// Frames of the file's rate in place of `range`, filled up with silence at the end: a file of a disc
  /// begins and ends on its frames.
  public var discRange: FrameRange?
  /// What goes into every file; markers and loop are added when it is known where the file begins.
  public var metadata: SoundFileMetadata
  /// Chapters and loop, in programme frames.
  public var places = DeliveryPlaces()
  /// What the delivery follows.
  public var profile: Profile?
  /// How the file is judged by the level of its profile.
  public var levelJudgement = LevelJudgement.asWritten
  /// The tracks of a disc that the file holds: their titles and, where they have them, codes.
  public var tracks: [Track]?
  /// Whether something is asked of what `PressingMeter` measures.
  private(set) var needsPressingMeasures = false

  /// Songs that share a gain cannot all have one level.
  public enum LevelJudgement: Sendable {
    case asWritten
    /// Lower is allowed: another song has the level.
    case atMost
    /// The songs in the file are judged, not the file.
    case elsewhere
  }

  public struct Track: Sendable {
    public var title: String
    /// An ISRC; empty: there is none.
    public var code: String
    public init(title: String, code: String) {
      self.title = title
      self.code = code
    }
  }

  /// dB, unless a delivery says otherwise.
  public static let standardMaxLimiting = 6.0
  /// dBTP, unless a delivery or its profile says otherwise.
  public static let standardCeiling = -1.0

  /// - Parameter profile: fills what the delivery does not say.
  /// - Returns: nil when the ending of the file names no format, or the word does not.
  public init?(
    _ delivery: ResolvedDelivery, item: ResolvedDelivery.Item, sessionRate: Int,
    profile: Profile? = nil
  ) {
    let word = delivery.format?.value ?? DeliveryForm.ending(of: item.file)
    guard let container = DeliveryForm.container(word) else { return nil }
    self.sessionRate = sessionRate
    self.profile = profile
    isMono = delivery.channels.map { $0.value == "mono" } ?? (profile?.form.channels == [1])
    let rate =
      delivery.rate?.value ?? profile?.form.rate(near: sessionRate)
      ?? DeliveryForm.rate(for: word, sessionRate: sessionRate)
    let bits = delivery.bits?.value ?? profile?.form.bits.first ?? 24
    let encoding: SampleEncoding = bits == 32 ? .float32 : .integer(bits: bits)
    format = SoundFileFormat(container, encoding, rate: rate, channelCount: isMono ? 1 : 2)
    if container.isLossy {
      format.isVariableBitRate = container == .mp3 && delivery.bitRateMode?.value == "variable"
      format.bitRate = delivery.bitRate?.value ?? profile?.form.bitRate(for: format)
    }
    inserts = delivery.inserts
    usesLimiter = delivery.usesLimiter
    loudness = delivery.loudness?.value ?? profile?.loudnessTarget
    if delivery.loudness == nil, let profile { tolerance = profile.tolerance ?? tolerance }
    if delivery.gain != nil { loudness = nil }
    takesNearest = delivery.loudness == nil && profile?.allowsLess == true
    ceiling =
      delivery.truePeak?.value ?? profile?.ceiling(for: loudness)
      ?? (delivery.usesLimiter ? DeliveryForm.standardCeiling : nil)
    dither = delivery.dither?.value
    head = delivery.head
    tail = delivery.tail
    fadeOut = delivery.fadeOut
    if case .fixed(let decibels) = delivery.gain?.value { gain = decibels }
    maxLimiting =
      delivery.usesLimiter
      ? delivery.maxLimiting?.value ?? DeliveryForm.standardMaxLimiting : 0
    range = item.range
    metadata = DeliveryForm.metadata(item.metadata ?? delivery.metadata, format)
    let asked = profile?.limits.map(\.quantity) ?? []
    needsPressingMeasures = !PressingMeter.quantities.isDisjoint(with: asked)
    addMeasures(for: delivery.expect)
  }

  /// Has everything measured that `expectations` ask for.
  public mutating func addMeasures(for expectations: [Expectation]) {
    let asked = expectations.map(\.quantity.value)
    if !PressingMeter.quantities.isDisjoint(with: asked) { needsPressingMeasures = true }
  }

  public var isLossy: Bool { format.container.isLossy }

  public static func ending(of file: String) -> String {
    guard let dot = file.lastIndex(of: "."), file[dot...].firstIndex(of: "/") == nil else {
      return ""
    }
    switch file[file.index(after: dot)...].lowercased() {
    case "wave": return "wav"
    case "aif", "aifc": return "aiff"
    case "oga": return "ogg"
    case let other: return other
    }
  }

  /// Whether a file's name ends as those of sound files do that are written here.
  public static func isSoundFile(_ name: String) -> Bool { container(ending(of: name)) != nil }

  static func container(_ word: String) -> SoundFileFormat.Container? {
    SoundFileFormat.Container(rawValue: word)
  }

  /// The session's rate, or the nearest that the format has.
  private static func rate(for word: String, sessionRate: Int) -> Int {
    switch word {
    case "opus": 48_000
    case "mp3" where sessionRate > 48_000: sessionRate % 44_100 == 0 ? 44_100 : 48_000
    default: sessionRate
    }
  }

  /// The word that holds: the one given, or by depth.
  private var ditherWord: String {
    if let dither { return dither }
    if case .integer(let bits) = format.encoding, bits <= 16 { return "f3" }
    return "flat"
  }

  /// The shape that is asked for; where it does not suit the rate, the noise is flat.
  var shaping: NoiseShaping {
    switch ditherWord {
    case "f3": .f3
    case "e5": .e5
    case "e9": .e9Improved
    case "f9": .f9
    default: .flat
    }
  }

  /// How samples come onto the file's grid; nil: they stay as they are.
  var quantiser: Quantiser.Parameters? {
    guard !isLossy, case .integer(let bits) = format.encoding else { return nil }
    return Quantiser.Parameters(
      bits: bits, isDithered: ditherWord != "none",
      shaping: shaping.suits(rate: format.rate) ? shaping : .flat, seed: DeliveryForm.seed)
  }

  private static let seed: UInt64 = 0x6D69_7864_6F77_6E32
}
