#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A file that stands, locked, while a build writes to the store: collections spare what is
/// younger than the oldest of them.
final class Lease {
  private let path: String
  private let descriptor: Int32

  /// nil: it cannot be taken, and a collection may undo a part of the build's work.
  init?(folder: String) {
    Posix.makeFolders(folder + "/running")
    (descriptor, path) = Posix.create("\(folder)/running/", "", O_RDWR)
    guard descriptor >= 0 else { return nil }
    _ = flock(descriptor, LOCK_EX | LOCK_NB)
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  /// Removes what builds that were killed were writing: files that are older than every lease.
  func removeLeftovers() {
    guard let slash = path.lastIndex(of: "/"), let mine = FileStamp(path: path) else { return }
    let running = String(path[..<slash])
    let store = String(running[..<(running.lastIndex(of: "/") ?? running.endIndex)])
    let oldest = min(mine.modified, Lease.oldest(in: store, besides: self) ?? .max)
    for name in Posix.names(in: running) where name.hasSuffix("~") {
      if let stamp = FileStamp(path: "\(running)/\(name)"), stamp.modified < oldest {
        unlink("\(running)/\(name)")
      }
    }
  }

  /// When the oldest build that runs took its lease, by the file system's clock; nil: none runs.
  /// Leases of builds that were killed are removed.
  static func oldest(in folder: String, besides own: Lease?) -> Int64? {
    var oldest: Int64?
    for name in Posix.names(in: folder + "/running") where !name.hasSuffix("~") {
      let path = "\(folder)/running/\(name)"
      if path == own?.path { continue }
      let descriptor = open(path, O_RDWR | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        unlink(path)
      } else if let stamp = FileStamp(path: path) {
        oldest = min(oldest ?? .max, stamp.modified)
      }
    }
    return oldest
  }
}
