/// Names that tell the files of a target apart, wherever all of them lie: the names of the files, with
/// as many of the folders above as that takes.
struct OutputNames {
  /// Parts of a path that are taken, by target.
  private var counts: [String: Int] = [:]

  init(_ files: [(target: String, path: String)]) {
    var paths: [String: Set<String>] = [:]
    for file in files { paths[file.target, default: []].insert(file.path) }
    for (target, paths) in paths {
      let most = paths.map { OutputNames.parts($0).count }.max() ?? 1
      var count = 1
      while count < most, Set(paths.map { OutputNames.end(of: $0, count) }).count < paths.count {
        count += 1
      }
      counts[target] = count
    }
  }

  subscript(target: String, path: String) -> String {
    OutputNames.end(of: path, counts[target] ?? 1)
  }

  private static func parts(_ path: String) -> [Substring] { path.split(separator: "/") }

  private static func end(of path: String, _ count: Int) -> String {
    parts(path).suffix(count).joined(separator: "/")
  }
}
