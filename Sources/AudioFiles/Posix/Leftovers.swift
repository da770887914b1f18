import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Files that were being written when their writer was killed.
enum Leftovers {
  private static let seen = Mutex<Set<String>>([])

  /// Removes those in `folder` whose writer is dead: nobody holds their lock. Looks once a
  /// process.
  static func remove(in folder: String) {
    guard seen.withLock({ $0.insert(folder).inserted }), let stream = opendir(folder) else {
      return
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard isTemporary(name) else { continue }
      let path = "\(folder)/\(name)"
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
  }

  /// `.NAME.PROCESS-SERIAL.part`, which nobody else calls a file.
  static func isTemporary(_ name: String) -> Bool {
    guard name.hasPrefix("."), name.hasSuffix(".part") else { return false }
    let parts = name.dropLast(5).split(separator: ".")
    guard parts.count >= 2, let last = parts.last else { return false }
    let numbers = last.split(separator: "-", omittingEmptySubsequences: false)
    return numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
  }
}
