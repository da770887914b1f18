internal import AudioFiles
public import Engine
public import MixGraph
internal import SessionModel
internal import Signal

extension DeliveryForm {
  /// Something that a file's bytes depend on, by the word that a session has for it.
  public struct Field: Hashable, Sendable {
    public var name: String
    public var value: String
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Everything that the file depends on besides its stream and a gain taken from elsewhere. The
  /// key of the file and what `explain` says of it are made from these, so that they cannot disagree.
  public var fields: [Field] {
    func frames(_ count: Int64?) -> String { count.map { "\($0) frames" } ?? "as it is" }
    func places(_ range: FrameRange?) -> String {
      range.map { "frames \($0.start)..\($0.end)" } ?? "none"
    }
    var fields = [
      Field("format", format.container.rawValue), Field("bits", format.encoding.name),
      Field("rate", "\(format.rate) Hz"), Field("channels", isMono ? "mono" : "stereo"),
      Field("bit-rate", format.bitRate.map { "\($0) bit/s" } ?? "by format"),
      Field("bit-rate-mode", format.isVariableBitRate ? "variable" : "constant"),
      Field("session rate", "\(sessionRate) Hz"),
      Field("limiter", usesLimiter ? "true-peak" : "none"),
      Field("loudness", loudness.map(Self.text) ?? "as it is"),
      Field("true-peak", ceiling.map { "\($0) dBTP" } ?? "any"),
      Field("dither", dither ?? "by depth"), Field("head", frames(head)),
      Field("tail", frames(tail)),
      Field("fade-out", fadeOut.map { "\($0.length) frames, \($0.curve.rawValue)" } ?? "none"),
      Field("gain", gain.map { "\($0) dB" } ?? "what the loudness needs"),
      Field("max-limiting", "\(maxLimiting) dB"),
      Field("range", range == nil ? "all" : places(range)),
      Field("expect", needsPressingMeasures ? "measures of a pressing" : "usual measures"),
    ]
    for key in SoundFileMetadata.Key.allCases {
      fields.append(Field("metadata/\(key.rawValue)", metadata.texts[key] ?? "none"))
    }
    fields += metadata.tags.map { Field("tag \($0.name)", $0.value) }
    for (index, chapter) in self.places.chapters.enumerated() {
      fields.append(Field("chapters/\(index + 1)/at", "frame \(chapter.frame)"))
      fields.append(Field("chapters/\(index + 1)/title", chapter.title))
      fields.append(Field("chapters/\(index + 1)/link", chapter.link ?? "none"))
    }
    fields.append(Field("loop", places(self.places.loop)))
    var picture = "none"
    if let bytes = metadata.picture?.bytes {
      var hash = SHA256()
      hash.update(bytes)
      picture = hash.digest().hexadecimal
    }
    fields.append(Field("metadata/cover", picture))
    return fields
  }

  private static func text(_ target: LoudnessTarget) -> String {
    let unit = target.metric == "rms" || target.metric == "sample-peak" ? "dBFS" : "LUFS"
    let value = "\(target.isUpperLimit ? "at most " : "")\(target.value) \(unit)"
    return target.metric == "integrated" ? value : "\(target.metric) \(value)"
  }

  /// Writes `fields` and the processors that follow the stream.
  public func write(to writer: inout DigestWriter) {
    writer.field("delivery", 4)
    for insert in inserts {
      writer.field("processor", insert.processor)
      for (name, setting) in insert.settings.sorted(by: { $0.key < $1.key }) {
        writer.field("setting", "\(name) \(setting)")
      }
    }
    for field in fields {
      writer.field("name", field.name)
      writer.field("value", field.value)
    }
  }
}

extension Array where Element == DeliveryForm.Field {
  /// Fields of `self` that are other than they were, with both values; nil: it was, or is, not there.
  public func differences(
    from before: [DeliveryForm.Field]
  ) -> [(name: String, old: String?, new: String?)] {
    let old = Dictionary(before.map { ($0.name, $0.value) }) { first, _ in first }
    let new = Dictionary(map { ($0.name, $0.value) }) { first, _ in first }
    let changed = filter { old[$0.name] != $0.value }.map {
      (name: $0.name, old: old[$0.name], new: Optional($0.value))
    }
    let gone = before.filter { new[$0.name] == nil }.map {
      (name: $0.name, old: Optional($0.value), new: String?.none)
    }
    return changed + gone
  }
}

extension Store {
  /// What the file at `path` was when it was last made; nil: it is not known.
  public func fields(ofFile path: String) -> [DeliveryForm.Field]? {
    guard let text = text("delivery", for: path) else { return nil }
    let parts = text.split(separator: "\0", omittingEmptySubsequences: false)
    guard parts.count % 2 == 1 else { return nil }
    return stride(from: 0, to: parts.count - 1, by: 2).map {
      DeliveryForm.Field(String(parts[$0]), String(parts[$0 + 1]))
    }
  }

  /// Remembers what the file at `path` was made as.
  public func keep(_ fields: [DeliveryForm.Field], ofFile path: String) {
    func plain(_ text: String) -> String {
      text.split(separator: "\0").joined(separator: "\u{FFFD}")
    }
    keepText(
      fields.map { "\(plain($0.name))\0\(plain($0.value))\0" }.joined(), "delivery", for: path)
  }
}
