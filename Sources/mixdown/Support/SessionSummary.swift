import Diagnostics
import SessionModel
import Signal

/// A session in one line, for people.
enum SessionSummary {
  /// An album: its songs, and how long they are as far as that is known.
  static func text(
    _ album: AlbumSource, _ session: ResolvedSession, path: String, warnings: Int
  ) -> String {
    let count = album.playing.count
    let parts = [
      "\(count) song\(count == 1 ? "" : "s")",
      Clocks.time(session.programme.length, rate: session.rate),
      "\(Clocks.number(Double(session.rate) / 1000)) kHz",
    ]
    return "\(path): \(parts.joined(separator: ", ")); \(verdict(warnings))"
  }

  private static func verdict(_ warnings: Int) -> String {
    if warnings == 0 { return "nothing is wrong" }
    return "no errors, \(warnings) warning\(warnings == 1 ? "" : "s")"
  }

  static func text(_ session: ResolvedSession, path: String, warnings: Int) -> String {
    let tracks = session.strips.count { $0.kind == .track }
    let buses = session.strips.count { $0.kind == .bus }
    var parts = [
      "\(tracks) track\(tracks == 1 ? "" : "s")", "\(buses) bus\(buses == 1 ? "" : "es")",
    ]
    parts.append(Clocks.time(session.programme.length, rate: session.rate))
    parts.append("\(Clocks.number(Double(session.rate) / 1000)) kHz")
    return "\(path): \(parts.joined(separator: ", ")); \(verdict(warnings))"
  }
}

/// Times and numbers as people write them.
enum Clocks {
  /// `1:02.345`, or with hours `1:00:02.345`.
  static func time(_ frames: Int64, rate: Int) -> String {
    let sign = frames < 0 ? "-" : ""
    let total = (frames.magnitude * 1000 + UInt64(rate) / 2) / UInt64(rate)
    let (seconds, milliseconds) = (total / 1000, total % 1000)
    let rest = "\(padded(seconds % 60, 2)).\(padded(milliseconds, 3))"
    let minutes = seconds / 60
    if minutes < 60 { return "\(sign)\(minutes):\(rest)" }
    return "\(sign)\(minutes / 60):\(padded(minutes % 60, 2)):\(rest)"
  }

  /// `1:02`, or with hours `1:00:02`; rounded down.
  static func short(_ frames: Int64, rate: Int) -> String {
    let text = time(frames / Int64(rate) * Int64(rate), rate: rate)
    return String(text.dropLast(4))
  }

  static func padded(_ number: UInt64, _ width: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  /// At most `digits` digits behind the point, without zeros at the end.
  static func number(_ value: Double, digits: Int = 3) -> String {
    var text = fixed(value, digits: digits)
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text
  }

  /// Exactly `digits` digits behind the point; −∞ as `-inf`.
  static func fixed(_ value: Double, digits: Int) -> String {
    if value == -.infinity { return "-inf" }
    return Figures.fixed(value, digits: digits) ?? "\(value)"
  }

  /// `1 chunk`, `1 240 chunks`.
  static func chunks(_ value: Int) -> String { "\(count(value)) chunk\(value == 1 ? "" : "s")" }

  /// `1 240`: groups of three, a thin space between.
  static func count(_ value: Int) -> String {
    var digits = Array("\(value)")
    var at = digits.count - 3
    while at > 0 {
      digits.insert(" ", at: at)
      at -= 3
    }
    return String(digits)
  }
}
