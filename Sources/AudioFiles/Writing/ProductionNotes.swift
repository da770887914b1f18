/// The `iXML` chunk of a WAV file: what the session says of it, for people and asset systems.
///
/// It repeats the `bext` chunk's loudness and carries what `LIST` and `bext` have no place for.
///
/// - Source: *iXML specification*, revision 3.01 (PROJECT, NOTE, SPEED, BEXT, LOUDNESS, USER).
struct ProductionNotes {
  private let format: SoundFileFormat
  private let metadata: SoundFileMetadata

  init(_ format: SoundFileFormat, _ metadata: SoundFileMetadata) {
    self.format = format
    self.metadata = metadata
  }

  var bytes: [UInt8] {
    var lines = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#, "<BWFXML>", "<IXML_VERSION>3.01</IXML_VERSION>",
    ]
    func add(_ name: String, _ text: String?) {
      guard let text, !text.isEmpty else { return }
      lines.append("<\(name)>\(ProductionNotes.escaped(text))</\(name)>")
    }
    add("PROJECT", metadata.texts[.album] ?? metadata.texts[.title])
    add("NOTE", metadata.texts[.comment])
    lines.append("<SPEED>")
    add("FILE_SAMPLE_RATE", "\(format.rate)")
    add("AUDIO_BIT_DEPTH", "\(format.bytesPerSample * 8)")
    lines.append("</SPEED>")
    if let broadcast = metadata.broadcast {
      lines.append("<BEXT>")
      add("BWF_DESCRIPTION", broadcast.description)
      add("BWF_ORIGINATOR", broadcast.originator)
      add("BWF_ORIGINATOR_REFERENCE", broadcast.originatorReference)
      add("BWF_ORIGINATION_DATE", broadcast.date)
      add("BWF_ORIGINATION_TIME", broadcast.time)
      add("BWF_TIME_REFERENCE_LOW", "\(broadcast.timeReference & 0xFFFF_FFFF)")
      add("BWF_TIME_REFERENCE_HIGH", "\(broadcast.timeReference >> 32)")
      add("BWF_VERSION", "2")
      lines.append("</BEXT>")
      lines += loudness(broadcast.loudness)
    }
    let texts = metadata.entries
    if !texts.isEmpty {
      lines.append("<USER>")
      for (key, text) in texts {
        lines.append(ProductionNotes.escaped("\(key.rawValue): \(text)"))
      }
      lines.append("</USER>")
    }
    return Array((lines + ["</BWFXML>", ""]).joined(separator: "\n").utf8)
  }

  /// Fields of one width, so that values that come later move no byte of the file.
  private func loudness(_ loudness: BroadcastExtension.Loudness) -> [String] {
    let fields: [(String, Double?)] = [
      ("LOUDNESS_VALUE", loudness.integrated), ("LOUDNESS_RANGE", loudness.range),
      ("MAX_TRUE_PEAK_LEVEL", loudness.truePeak),
      ("MAX_MOMENTARY_LOUDNESS", loudness.momentaryMax),
      ("MAX_SHORT_TERM_LOUDNESS", loudness.shortTermMax),
    ]
    let lines = fields.map { name, value in
      let text = value.map { ProductionNotes.hundredths($0) } ?? ""
      let padding = String(repeating: " ", count: max(0, 8 - text.utf8.count))
      return "<\(name)>\(text)</\(name)>\(padding)"
    }
    return ["<LOUDNESS>"] + lines + ["</LOUDNESS>"]
  }

  /// `-14.02`; nothing for what is no number.
  static func hundredths(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1000 else { return "" }
    let scaled = Int((value * 100 + 0.5).rounded(.down))
    let digits = String(scaled.magnitude).leftPadded(to: 3)
    return (scaled < 0 ? "-" : "") + digits.dropLast(2) + "." + digits.suffix(2)
  }

  /// `text` for XML 1.0, without the control characters that it has no place for.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: break
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
