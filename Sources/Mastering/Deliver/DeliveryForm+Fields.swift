internal import AudioFiles
internal import DSP
public import Engine
internal import Loudness
public import MixGraph
internal import SessionModel
internal import Signal

extension DeliveryForm {
  /// Everything that the file depends on besides its stream and a gain taken from elsewhere. The
  /// key of the file and what `explain` says of it are made from these, so that they cannot disagree.
  public var fields: [FileField] { soundFields + tagFields }

  /// What the file sounds like.
  private var soundFields: [FileField] {
    func frames(_ count: Int64?) -> String { count.map { "\($0) frames" } ?? "as it is" }
    return [
      FileField("format", format.container.rawValue), FileField("bits", format.encoding.name),
      FileField("rate", "\(format.rate) Hz"), FileField("channels", isMono ? "mono" : "stereo"),
      FileField("bit-rate", format.bitRate.map { "\($0) bit/s" } ?? "by format"),
      FileField("bit-rate-mode", format.isVariableBitRate ? "variable" : "constant"),
      FileField("session rate", "\(sessionRate) Hz"),
      FileField("limiter", usesLimiter ? "true-peak" : "none"),
      FileField(
        "loudness",
        (loudness.map(Self.text) ?? "as it is") + (takesNearest ? ", or as near as can be" : "")),
      FileField("true-peak", ceiling.map { "\($0) dBTP" } ?? "any"),
      FileField("dither", dither ?? "by depth"), FileField("head", frames(head)),
      FileField("tail", frames(tail)),
      FileField("fade-out", fadeOut.map { "\($0.length) frames, \($0.curve.rawValue)" } ?? "none"),
      FileField("gain", gain.map { "\($0) dB" } ?? "what the loudness needs"),
      FileField("max-limiting", "\(maxLimiting) dB"),
      FileField("range", range == nil ? "all" : Self.text(range)),
      FileField("disc", Self.text(discRange)),
      FileField("expect", needsPressingMeasures ? "measures of a pressing" : "usual measures"),
    ]
  }

  /// What is written beside the sound.
  private var tagFields: [FileField] {
    var fields: [FileField] = []
    for key in SoundFileMetadata.Key.allCases {
      fields.append(FileField("metadata/\(key.rawValue)", metadata.texts[key] ?? "none"))
    }
    fields += metadata.tags.map { FileField("tag \($0.name)", $0.value) }
    for (index, chapter) in places.chapters.enumerated() {
      fields.append(FileField("chapters/\(index + 1)/at", "frame \(chapter.frame)"))
      fields.append(FileField("chapters/\(index + 1)/title", chapter.title))
      fields.append(FileField("chapters/\(index + 1)/link", chapter.link ?? "none"))
    }
    fields.append(FileField("loop", Self.text(places.loop)))
    var picture = "none"
    if let bytes = metadata.picture?.bytes {
      var hash = SHA256()
      hash.update(bytes)
      picture = hash.digest().hexadecimal
    }
    fields.append(FileField("metadata/cover", picture))
    return fields
  }

  private static func text(_ range: FrameRange?) -> String {
    range.map { "frames \($0.start)..\($0.end)" } ?? "none"
  }

  private static func text(_ target: LoudnessTarget) -> String {
    let unit = target.metric == "rms" || target.metric == "sample-peak" ? "dBFS" : "LUFS"
    let value = "\(target.isUpperLimit ? "at most " : "")\(target.value) \(unit)"
    return target.metric == "integrated" ? value : "\(target.metric) \(value)"
  }

  /// Writes `fields`, the processors that follow the stream and what else makes and measures the
  /// file, by its revision.
  public func write(to writer: inout DigestWriter) {
    write(fields, to: &writer)
  }

  /// The same without what does not sound: gain and ceiling of the file depend on nothing else.
  public func writeSound(to writer: inout DigestWriter) {
    writer.field("sound", 1)
    write(soundFields, to: &writer)
  }

  private func write(_ fields: [FileField], to writer: inout DigestWriter) {
    writer.field("delivery", 7)
    writer.field("limiter", Limiter.identity.revision)
    writer.field("resampler", Resampler.identity.revision)
    writer.field("meter", LoudnessMeter.revision)
    for insert in inserts {
      writer.field("processor", insert.processor)
      for (name, setting) in insert.settings.sorted(by: { $0.key < $1.key }) {
        writer.field("setting", "\(name) \(setting)")
      }
    }
    writer.fields(fields)
  }
}
