#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where a file is or would be, however the path is written that names it: by way of `.` and `..`,
/// links of folders, or another case where the file system makes no difference.
struct FilePlace: Hashable {
  /// The innermost folder that exists, by device and number, and the steps from there.
  let text: String

  init(_ path: String) {
    var folder = path.hasPrefix("/") ? "/" : "."
    var steps: [Substring] = []
    let parts = path.split(separator: "/").filter { $0 != "." }
    for (index, part) in parts.enumerated() {
      if part == "..", !steps.isEmpty {
        steps.removeLast()
        continue
      }
      let next = folder == "/" ? "/\(part)" : "\(folder)/\(part)"
      if steps.isEmpty, index + 1 < parts.count, Files.isFolder(next) {
        folder = next
      } else {
        steps.append(part)
      }
    }
    let number = FilePlace.number(of: folder) ?? folder
    text = ([number[...]] + steps).joined(separator: "/")
  }

  /// The place itself, and that of the file which a link in this place stands for.
  static func all(of path: String) -> [FilePlace] {
    let own = FilePlace(path)
    guard Files.isLink(path), let real = realpath(path, nil) else { return [own] }
    defer { free(real) }
    let meant = FilePlace(String(cString: real))
    return meant == own ? [own] : [own, meant]
  }

  /// The same for places that differ in case alone, which are one on some file systems.
  var folded: String { text.lowercased() }

  /// The folders that it lies in, folded, from the innermost to the first that exists, which is its
  /// device and number.
  var foldersAbove: [String] {
    var steps = folded.split(separator: "/", omittingEmptySubsequences: false)
    var folders: [String] = []
    while steps.count > 1 {
      steps.removeLast()
      folders.append(steps.joined(separator: "/"))
    }
    return folders
  }

  /// Device and number of an existing file or folder.
  static func number(of path: String) -> String? {
    var info = stat()
    return stat(path, &info) == 0 ? "\(info.st_dev):\(info.st_ino)" : nil
  }
}
