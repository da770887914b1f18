/// A folder in which everything is made that a build makes elsewhere: each file below it at a place of
/// its own, whatever its path.
struct Aside: Codable, Hashable {
  let folder: String
  /// Folder of the outputs as the command line names it; nil: the usual one.
  let output: String?

  /// Where the file is made that is meant to stand at `path`.
  func place(of path: String) -> String {
    let base = path.hasPrefix("/") ? "root" : "here"
    let parts = path.split(separator: "/").map { Aside.isUpward($0) ? "\($0)." : String($0) }
    return Files.join(folder, ([base] + parts).joined(separator: "/"))
  }

  /// The path that a file made here is meant to stand at; one that was made elsewhere as it is.
  func original(of path: String) -> String {
    guard path.hasPrefix(folder + "/") else { return path }
    let parts = path.dropFirst(folder.count + 1).split(separator: "/")
    let rest = parts.dropFirst().map { part in
      Aside.isUpward(part.dropLast()) && part.last == "." ? part.dropLast() : part
    }
    return (parts.first == "root" ? "/" : "") + rest.joined(separator: "/")
  }

  /// Whether a part of a path is `..`, or dots alone, so that no two become one.
  private static func isUpward(_ part: Substring) -> Bool {
    part.count > 1 && part.allSatisfy { $0 == "." }
  }
}
