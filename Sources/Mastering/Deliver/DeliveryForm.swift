public import AudioFiles
internal import Diagnostics
internal import DSP
public import MixGraph
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
  /// dB.
  public var maxLimiting: Double
  public var range: FrameRange?
  public var metadata: SoundFileMetadata

  /// dB, unless a delivery says otherwise.
  public static let standardMaxLimiting = 6.0
  /// dBTP, unless a delivery or its profile says otherwise.
  public static let standardCeiling = -1.0

  /// - Parameter profile: fills what the delivery does not say.
  /// - Returns: nil when the ending of the file names no format, or the word does not.
  public init?(
    _ delivery: ResolvedDelivery, item: ResolvedDelivery.Item, sessionRate: Int,
    profile: DeliveryProfile? = nil
  ) {
    let word = delivery.format?.value ?? DeliveryForm.ending(of: item.file)
    guard let container = DeliveryForm.container(word) else { return nil }
    let isLossy = DeliveryForm.lossy.contains(word)
    self.sessionRate = sessionRate
    isMono = delivery.channels?.value == "mono"
    let rate =
      delivery.rate?.value ?? profile?.rate
      ?? DeliveryForm.rate(for: word, sessionRate: sessionRate)
    let bits = delivery.bits?.value ?? profile?.bits ?? 24
    let encoding: SampleEncoding = bits == 32 ? .float32 : .integer(bits: bits)
    format = SoundFileFormat(
      container, isLossy ? .integer(bits: 24) : encoding, rate: rate,
      channelCount: isMono ? 1 : 2)
    inserts = delivery.inserts
    usesLimiter = delivery.usesLimiter
    loudness = delivery.loudness?.value ?? profile?.loudness
    if delivery.gain != nil { loudness = nil }
    ceiling =
      delivery.truePeak?.value ?? profile?.truePeak
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
    metadata = SoundFileMetadata()
    let tags = item.metadata ?? delivery.metadata
    for key in SoundFileMetadata.Key.allCases {
      if let text = tags[key.rawValue] { metadata.texts[key] = text.value }
    }
  }

  static let lossy: Set<String> = ["mp3", "ogg", "opus"]

  public var isLossy: Bool { DeliveryForm.lossy.contains(format.container.rawValue) }

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

  private static func container(_ word: String) -> SoundFileFormat.Container? {
    if let container = SoundFileFormat.Container(rawValue: word) { return container }
    return word == "rf64" ? .wav : nil
  }

  /// The session's rate, or the nearest that the format has.
  private static func rate(for word: String, sessionRate: Int) -> Int {
    switch word {
    case "opus": 48_000
    case "mp3" where sessionRate > 48_000: sessionRate % 44_100 == 0 ? 44_100 : 48_000
    default: sessionRate
    }
  }

  /// How samples come onto the file's grid; nil: they stay as they are.
  var quantiser: Quantiser.Parameters? {
    guard !isLossy, case .integer(let bits) = format.encoding else { return nil }
    let word = dither ?? (bits <= 16 ? "f3" : "flat")
    var shaping: NoiseShaping =
      switch word {
      case "f3": .f3
      case "e5": .e5
      case "e9": .e9Improved
      case "f9": .f9
      default: .flat
      }
    if !shaping.suits(rate: format.rate) { shaping = .flat }
    return Quantiser.Parameters(
      bits: bits, isDithered: word != "none", shaping: shaping, seed: DeliveryForm.seed)
  }

  private static let seed: UInt64 = 0x6D69_7864_6F77_6E32

  /// Everything that the file depends on besides its stream and a gain taken from elsewhere.
  public func write(to writer: inout DigestWriter) {
    writer.field("delivery", 1)
    writer.field("format", "\(format)")
    writer.field("rate", Int64(sessionRate))
    for insert in inserts {
      writer.field("processor", insert.processor)
      for (name, setting) in insert.settings.sorted(by: { $0.key < $1.key }) {
        writer.field("setting", "\(name) \(setting)")
      }
    }
    writer.field("limiter", usesLimiter ? 1 : 0)
    writer.field("loudness", loudness.map { "\($0.metric) \($0.value) \($0.isUpperLimit)" } ?? "")
    writer.field("ceiling", ceiling.map { "\($0)" } ?? "")
    writer.field("dither", dither ?? "")
    writer.field("head", head ?? -1)
    writer.field("tail", tail ?? -1)
    writer.field("fade", fadeOut.map { "\($0.length) \($0.curve.rawValue)" } ?? "")
    writer.field("gain", gain.map { "\($0)" } ?? "")
    writer.field("max-limiting", maxLimiting)
    writer.field("range", range.map { "\($0.start) \($0.end)" } ?? "")
    for key in SoundFileMetadata.Key.allCases {
      writer.field("text", metadata.texts[key] ?? "")
    }
  }
}

/// Numbers that a delivery takes over from a named profile.
public struct DeliveryProfile: Hashable, Sendable {
  public var loudness: LoudnessTarget?
  public var truePeak: Double?
  public var rate: Int?
  public var bits: Int?

  public init(loudness: LoudnessTarget? = nil, truePeak: Double? = nil) {
    self.loudness = loudness
    self.truePeak = truePeak
  }

  /// nil: there is none of this name.
  public init?(named name: String) {
    guard name == "streaming" else { return nil }
    self.init(loudness: LoudnessTarget(metric: "integrated", value: -14), truePeak: -1)
  }
}
