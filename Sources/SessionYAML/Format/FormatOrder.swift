import Diagnostics

/// Which lists have a line for each item, and in which order.
enum FormatOrder {
  /// Lists whose items stand on lines of their own.
  static let lineLists: Set<String> = ["automation", "clips", "comp", "edits", "ride"]
  /// Lists in order of time.
  static let sortedLists: Set<String> = ["clips", "comp", "edits"]

  /// False for a list of two or more items that has a line for each.
  static func mayStandOnOneLine(_ node: YAMLNode, field: String) -> Bool {
    guard lineLists.contains(field), case .sequence(let items) = node.content else { return true }
    // The items of a list of points are lists under the same key.
    return items.count < 2 || !items.contains { !$0.isScalar }
  }

  /// The order in which children are written: that of the file, or of time where all times are
  /// plainly comparable and no address counts them.
  static func order(
    of node: YAMLNode, field: String, parent: String, _ addresses: FormatAddresses
  ) -> [Int] {
    switch node.content {
    case .scalar: return []
    case .mapping(let entries): return Array(entries.indices)
    case .sequence(let items):
      let asWritten = Array(items.indices)
      guard sortedLists.contains(field), !addresses.hold(items, field: field, parent: parent)
      else { return asWritten }
      var moments: [Moments] = []
      for item in items {
        guard let moment = self.moments(of: item, field: field) else { return asWritten }
        moments.append(moment)
      }
      let isClock = moments.allSatisfy { $0.start.unit != .bars }
      let isBars = moments.allSatisfy { $0.start.unit != .seconds }
      guard isClock || isBars else { return asWritten }
      let sorted = asWritten.sorted { a, b in
        (moments[a].start.value, a) < (moments[b].start.value, b)
      }
      if field == "edits" && !parent.isEmpty {
        // Edits of one track act one after the other; only disjoint ones may change places.
        for (a, b) in zip(sorted, sorted.dropFirst()) {
          guard let end = moments[a].end, end.unit == moments[b].start.unit,
            end.value <= moments[b].start.value
          else { return asWritten }
        }
      }
      return sorted
    }
  }

  struct Moment {
    enum Unit { case any, seconds, bars }
    var unit: Unit
    /// Microseconds, or thousandths of a beat with a thousand beats to the bar.
    var value: Int
  }

  private struct Moments {
    var start: Moment
    var end: Moment?
  }

  private static func moments(of item: YAMLNode, field: String) -> Moments? {
    switch field {
    case "clips": return position(item["at"])
    case "comp": return position(item["from"])
    default:
      guard let entry = item.onlyEntry else { return nil }
      if let text = entry.value.text { return range(text) }
      if let text = entry.value["range"]?.text { return range(text) }
      return position(entry.value["at"])
    }
  }

  private static func position(_ node: YAMLNode?) -> Moments? {
    guard let text = node?.text, let start = moment(text[...]) else { return nil }
    return Moments(start: start, end: nil)
  }

  private static func range(_ text: String) -> Moments? {
    guard let dots = text.firstRange(of: "..") else { return nil }
    guard let start = moment(text[..<dots.lowerBound]) else { return nil }
    return Moments(start: start, end: moment(text[dots.upperBound...]))
  }

  /// `start`, `1:02.5`, `1:00:02`, `12.4 s`, `480 ms`, `bar 17`, `bar 17 beat 3`; nil for the rest.
  static func moment(_ text: Substring) -> Moment? {
    let words = text.split(separator: " ")
    switch words.count {
    case 1:
      if words[0] == "start" { return Moment(unit: .any, value: -1) }
      return clock(words[0])
    case 2 where words[0] == "bar":
      guard let bar = thousandths(words[1]), bar % 1000 == 0 else { return nil }
      return product(bar, 1000, unit: .bars)
    case 2:
      guard let number = thousandths(words[0]) else { return nil }
      switch words[1] {
      case "s": return product(number, 1000, unit: .seconds)
      case "ms": return Moment(unit: .seconds, value: number)
      default: return nil
      }
    case 4 where words[0] == "bar" && words[2] == "beat":
      guard let bar = thousandths(words[1]), bar % 1000 == 0, let beat = thousandths(words[3]),
        beat < 1_000_000, var moment = product(bar, 1000, unit: .bars)
      else { return nil }
      moment.value += beat - 1000
      return moment
    default: return nil
    }
  }

  private static func product(_ a: Int, _ b: Int, unit: Moment.Unit) -> Moment? {
    let (value, overflows) = a.multipliedReportingOverflow(by: b)
    return overflows || value > Int.max / 2 ? nil : Moment(unit: unit, value: value)
  }

  private static func clock(_ text: Substring) -> Moment? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3 else { return nil }
    var total = 0
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      guard let number = thousandths(part), isLast || number % 1000 == 0,
        number < 1_000_000_000_000, isLast || !part.contains(".")
      else { return nil }
      total = total * 60 + number
    }
    return product(total, 1000, unit: .seconds)
  }

  /// A number without sign and with at most three decimals, in thousandths.
  private static func thousandths(_ text: Substring) -> Int? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first, !whole.isEmpty, whole.utf8.count <= 12,
      whole.utf8.allSatisfy(\.isDigit), let units = Int(whole)
    else { return nil }
    guard parts.count == 2 else { return units * 1000 }
    let decimals = parts[1]
    guard !decimals.isEmpty, decimals.utf8.count <= 3, decimals.utf8.allSatisfy(\.isDigit),
      let fraction = Int(decimals + String(repeating: "0", count: 3 - decimals.utf8.count))
    else { return nil }
    return units * 1000 + fraction
  }
}
