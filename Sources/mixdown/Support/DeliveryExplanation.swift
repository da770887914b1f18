import Diagnostics
import Engine
import Mastering
import SessionModel

/// Why a delivered file would be made again, as far as that is in the delivery itself.
struct DeliveryExplanation {
  let delivery: ResolvedDelivery
  let item: ResolvedDelivery.Item
  let path: String
  /// As the session has it; nil: it is not at hand.
  var declared: Delivery?
  /// False: the gain is that of a delivery which has to be made first.
  var isGainKnown = true

  private static let stampField = "stamp"

  /// What tells later whether somebody else has written the file at `path`, to be kept with its fields.
  static func stamp(of path: String) -> [FileField] {
    FileStampText.of(path).map { [FileField(stampField, $0)] } ?? []
  }

  /// - Parameters:
  ///   - before: what the file was when it was last made; nil: it was not.
  ///   - audio: name and content of the stream, which is told only where nothing else is.
  ///   - formerPath: where it was when it was last made; nil: where it is, or it was not.
  /// - Returns: every field that differs; empty when the file would be the same.
  func explain(
    _ form: DeliveryForm, before: [FileField]?, audio: FileField?, formerPath: String? = nil
  ) -> [Explanation] {
    guard let before else { return [explanation("", nil, nil)] }
    let fields = before.filter { $0.name != audio?.name && $0.name != Self.stampField }
    let own = form.fields.differences(from: fields).filter { isGainKnown || $0.name != "gain" }
    if let formerPath {
      var renamed = explanation("file", formerPath, path)
      renamed.span = delivery.writtenFile?.span ?? renamed.span
      return [renamed] + own.map { explanation($0.name, $0.old, $0.new) }
    }
    if !own.isEmpty { return own.map { explanation($0.name, $0.old, $0.new) } }
    let stamp = before.first { $0.name == Self.stampField }?.value
    let isChanged = stamp != nil && stamp != FileStampText.of(path)
    // The sound that is told may be that with the gain.
    if !isChanged, !isGainKnown, case .asDelivery(let other)? = delivery.gain?.value {
      let gain = before.first { $0.name == "gain" }?.value
      return [explanation("gain", gain, "that of '\(other)', which is made again")]
    }
    let old = before.first { $0.name == audio?.name }?.value
    if let audio, old != audio.value { return [explanation(audio.name, old, audio.value)] }
    if !Files.exists(path) { return [explanation("file", path, nil)] }
    return [explanation("file", path, Explanation.changedFile)]
  }

  private func explanation(_ field: String, _ old: String?, _ new: String?) -> Explanation {
    let name = item.name.map { "deliver/\(delivery.name) of '\($0)'" } ?? "deliver/\(delivery.name)"
    func picture(_ hash: String?) -> String? {
      hash.map { $0 == "none" ? $0 : "picture \($0.prefix(12))" }
    }
    if field == "metadata/cover" {
      return Explanation(
        label: name, field: "cover", old: picture(old), new: picture(new), span: span(of: field))
    }
    return Explanation(label: name, field: field, old: old, new: new, span: span(of: field))
  }

  /// The words that set a field; where none do, those of the profile that fills it, or the delivery.
  private func span(of field: String) -> Span {
    let filled = delivery.profile?.span
    let own: Span? =
      switch field {
      case "format": delivery.format?.span ?? delivery.writtenFile?.span
      case "bits": delivery.bits?.span ?? filled
      case "rate": delivery.rate?.span ?? filled
      case "channels": delivery.channels?.span ?? filled
      case "bit-rate": delivery.bitRate?.span ?? filled
      case "bit-rate-mode": delivery.bitRateMode?.span
      case "limiter": declared?.usesLimiter?.span
      case "loudness": delivery.loudness?.span ?? filled
      case "true-peak": delivery.truePeak?.span ?? filled
      case "dither": delivery.dither?.span
      case "head": declared?.head?.span
      case "tail": declared?.tail?.span
      case "fade-out": declared?.fadeOut?.length.span
      case "gain": delivery.gain?.span
      case "max-limiting": delivery.maxLimiting?.span
      case "range": declared?.range?.span
      case "loop": delivery.loop?.span
      case "expect": delivery.expect.first?.quantity.span ?? filled
      default:
        field.hasPrefix("metadata/")
          ? (item.metadata ?? delivery.metadata)[String(field.dropFirst("metadata/".count))]?.span
          : nil
      }
    return own ?? delivery.span
  }
}
