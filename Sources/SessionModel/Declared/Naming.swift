import Diagnostics

/// Names for things that are written without one: called by their kind and counted among equals
/// (`eq`, `eq-2`).
public enum Naming {
  /// One name for each of `items`, in order. Only unnamed ones are counted.
  public static func names(
    _ items: some Sequence<(name: String?, kind: String)>
  ) -> [String] {
    var counts: [String: Int] = [:]
    return items.map { item in
      if let name = item.name { return name }
      let count = (counts[item.kind] ?? 0) + 1
      counts[item.kind] = count
      return count == 1 ? item.kind : "\(item.kind)-\(count)"
    }
  }
}

extension Array where Element == Insert {
  /// The names by which addresses and reports call these inserts.
  public var names: [String] {
    Naming.names(map { ($0.name?.value, $0.processor.value) })
  }
}

extension SessionEdit.Kind {
  /// As written: `cut`, `insert`, `repeat`, `move`.
  public var word: String {
    switch self {
    case .cut: "cut"
    case .insert: "insert"
    case .repeat: "repeat"
    case .move: "move"
    }
  }
}

extension TrackEdit.Kind {
  /// As written: `silence`, `gain`, `reverse`, `replace`, `fade-in`, `fade-out`.
  public var word: String {
    switch self {
    case .silence: "silence"
    case .gain: "gain"
    case .reverse: "reverse"
    case .replace: "replace"
    case .fadeIn: "fade-in"
    case .fadeOut: "fade-out"
    }
  }
}
