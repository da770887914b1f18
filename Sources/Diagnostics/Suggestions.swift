/// Finds what the user may have meant.
public enum Suggestions {
  /// The names nearest to `name`, nearest first, equally near ones in alphabetical order.
  ///
  /// Near is a Damerau–Levenshtein distance (insert, delete, replace, swap neighbours) of at most
  /// a third of the longer name, one for short names; letter case and `_` for `-` count half an edit. A name
  /// that begins with what was typed (three letters or more) also counts as near.
  ///
  /// - Complexity: O(names × length²), with an early exit on length; names over 80 bytes are
  ///   skipped.
  public static func nearest(
    _ name: String, in candidates: some Sequence<String>, limit: Int = 4
  ) -> [String] {
    let typed = Array(name.utf8.prefix(81))
    guard !typed.isEmpty && typed.count <= 80 && limit > 0 else { return [] }
    var found: [(cost: Int, name: String)] = []
    var seen: Set<String> = []
    for candidate in candidates where candidate != name && seen.insert(candidate).inserted {
      let other = Array(candidate.utf8)
      guard !other.isEmpty && other.count <= 80 else { continue }
      let allowed = 2 * max(1, max(typed.count, other.count) / 3)
      if typed.count >= 3 && other.count > typed.count && other.starts(with: typed) {
        found.append((min(allowed, other.count - typed.count), candidate))
        continue
      }
      guard 2 * abs(typed.count - other.count) <= allowed else { continue }
      let cost = distance(typed, other)
      if cost <= allowed && cost < 2 * min(typed.count, other.count) {
        found.append((cost, candidate))
      }
    }
    found.sort { ($0.cost, $0.name) < ($1.cost, $1.name) }
    return found.prefix(limit).map(\.name)
  }

  /// `there are 'a' and 'b'`, of a few names; nil: there are none, or too many to be of use.
  public static func list(_ names: [String], limit: Int = 6) -> String? {
    let quoted = names.map { "'\($0)'" }
    switch quoted.count {
    case 1: return "there is \(quoted[0])"
    case 2...max(2, limit):
      return
        "there are \(quoted.dropLast().joined(separator: ", ")) and \(quoted[quoted.count - 1])"
    default: return nil
    }
  }

  /// Damerau–Levenshtein distance (optimal string alignment), in half edits.
  static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = (0...b.count).map { 2 * $0 }
    var row = last
    for i in 1...a.count {
      row[0] = 2 * i
      for j in 1...b.count {
        let x = a[i - 1]
        let y = b[j - 1]
        let change = x == y ? 0 : folded(x) == folded(y) ? 1 : 2
        var best = min(last[j] + 2, row[j - 1] + 2, last[j - 1] + change)
        if i > 1 && j > 1 && x == b[j - 2] && a[i - 2] == y && x != y {
          best = min(best, beforeLast[j - 2] + 2)
        }
        row[j] = best
      }
      beforeLast = last
      last = row
    }
    return row[b.count]
  }

  private static func folded(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
    case UInt8(ascii: "_"), UInt8(ascii: " "): UInt8(ascii: "-")
    default: byte
    }
  }
}
