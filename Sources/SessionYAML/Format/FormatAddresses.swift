internal import Diagnostics

/// The addresses of a session's versions, as far as they hold lists in the order of the file: items
/// without a name are counted, so sorting them would lead an address elsewhere.
public struct FormatAddresses {
  /// Components of each address.
  private var paths: [[String]] = []

  public init() {}

  /// Adds those of `versions` in a tree.
  public mutating func add(from tree: YAMLNode) {
    for version in tree["versions"]?.entries ?? [] {
      for entry in version.value["set"]?.entries ?? [] {
        let parts = entry.key.value.split(separator: "/", omittingEmptySubsequences: false)
        paths.append(parts.map(String.init))
      }
    }
  }

  /// Whether an address leads to an item without a name of the list under `field` of `parent`.
  func hold(_ items: [YAMLNode], field: String, parent: String) -> Bool {
    guard !paths.isEmpty else { return false }
    let names = items.compactMap { ($0["name"] ?? $0.onlyEntry?.value["name"])?.text }
    return paths.contains { path in
      path.indices.dropLast().contains { i in
        path[i] == field && (i > 0 ? path[i - 1] : "") == parent && !names.contains(path[i + 1])
      }
    }
  }
}
