/// Words of a command line that somebody may copy.
enum ShellWord {
  /// `text` as one word of a shell, in quotes where it needs them.
  static func quoted(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0)
        || "/._-+,@%".unicodeScalars.contains($0)
    }
    if isPlain && !text.isEmpty && !text.hasPrefix("-") { return text }
    let inside = text.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''")
    return "'\(text.hasPrefix("-") ? "./" : "")\(inside)'"
  }
}
