internal import MixGraph
internal import SessionModel

/// What the session's edits make of its time, and what they made of it before.
struct ProgrammeChange {
  /// A stretch as the fields of a timeline say it.
  private struct Part: Hashable {
    /// First session frame; nil: a gap.
    var start: Int64?
    var length: Int64 = 0
    var crossfade = ""
    var curve = ""

    var text: String {
      start.map { "frames \($0)..\($0 + length)" } ?? "a gap of \(length) frames"
    }
  }

  private let old: [Part]
  private let new: [Part]
  /// The first part that differs.
  private let index: Int

  /// - Returns: nil when there is no difference.
  init?(from before: [ExplanationWriter.Field], to now: [ExplanationWriter.Field]) {
    old = ProgrammeChange.parts(before)
    new = ProgrammeChange.parts(now)
    if old == new { return nil }
    index =
      zip(old, new).reduce((0, true)) { found, pair in
        found.1 && pair.0 == pair.1 ? (found.0 + 1, true) : (found.0, false)
      }.0
  }

  /// Whether more differs than where the programme ends, which may follow from anything.
  var isEdit: Bool { field != ProgrammeChange.end }

  private static let end = "end"

  private var field: String {
    guard index < old.count, index < new.count else { return "part \(index + 1)" }
    let (before, now) = (old[index], new[index])
    let isLast = index + 1 == old.count && index + 1 == new.count
    if before.start != now.start || (before.start == nil) != (now.start == nil) {
      return "part \(index + 1)"
    }
    if before.length != now.length { return isLast ? ProgrammeChange.end : "part \(index + 1)" }
    return "crossfade into part \(index + 1)"
  }

  /// The first difference, at the edit that makes it.
  func explanation(in programme: ProgrammeMap) -> Explanation {
    let field = field
    let isCrossfade = field.hasPrefix("crossfade")
    func text(_ parts: [Part]) -> String? {
      guard index < parts.count else { return nil }
      let part = parts[index]
      return isCrossfade ? "\(part.crossfade) frames, \(part.curve)" : part.text
    }
    // A part that begins where it did ends at the seam behind it.
    let isEnd =
      !isCrossfade && index < old.count && index < new.count
      && old[index].start == new[index].start
    let seam = isEnd ? index + 1 : index
    let spans = programme.seamSpans
    // With fewer parts than before, what made the others is not written any more.
    let isFewer = new.count < old.count
    let own = !isFewer && spans.indices.contains(seam) ? spans[seam] : nil
    return Explanation(
      label: "programme", field: field, old: text(old), new: text(new),
      span: own ?? programme.editsSpan)
  }

  private static func parts(_ fields: [ExplanationWriter.Field]) -> [Part] {
    var parts: [Part] = []
    for field in fields {
      switch field.path {
      case "session": parts.append(Part(start: Int64(field.value)))
      case "gap": parts.append(Part(start: nil))
      case "length" where !parts.isEmpty: parts[parts.count - 1].length = Int64(field.value) ?? 0
      case "crossfade" where !parts.isEmpty: parts[parts.count - 1].crossfade = field.value
      case "curve" where !parts.isEmpty: parts[parts.count - 1].curve = field.value
      default: break
      }
    }
    return parts
  }
}
