import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A new file that takes its destination's place as a whole, or not at all.
///
/// It grows under a hidden name in the destination's folder; `publish` puts it on the medium and
/// renames it. Dropped or abandoned before that, it leaves nothing behind.
final class ReplacingFile {
  let destination: String
  let temporary: String
  let file: PosixFile
  private var isSettled = false

  private static let counter = Atomic<Int>(0)

  init(replacing destination: String) throws(SoundFileError) {
    self.destination = destination
    let (folder, name) = ReplacingFile.split(destination)
    guard !name.isEmpty else { throw .notWritten("it has no name") }
    Leftovers.remove(in: folder)
    while true {
      let serial = ReplacingFile.counter.add(1, ordering: .relaxed).newValue
      // The longest name most file systems allow is 255 bytes.
      let short = String(decoding: name.utf8.prefix(200), as: UTF8.self)
      let candidate = "\(folder)/.\(short).\(getpid())-\(serial).part"
      do throws(SoundFileError) {
        let made = try PosixFile(creating: candidate)
        // The lock says that its writer lives. Somebody else has it: the file was taken for a
        // leftover before it had one, and goes. Without locks on the file system nobody has it.
        if flock(made.descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { continue }
        var information = stat()
        if fstat(made.descriptor, &information) == 0, information.st_nlink == 0 { continue }
        file = made
        temporary = candidate
        return
      } catch {
        var information = stat()
        if lstat(candidate, &information) == 0 { continue }
        throw error
      }
    }
  }

  deinit { abandon() }

  func abandon() {
    guard !isSettled else { return }
    isSettled = true
    unlink(temporary)
  }

  /// Takes the destination's place unless the bytes there are the same already.
  ///
  /// - Parameter isEqual: whether they are, where that is known.
  /// - Returns: whether the destination was replaced.
  func publish(keepingEqual: Bool, isEqual: Bool? = nil) throws(SoundFileError) -> Bool {
    if keepingEqual {
      let isSame = if let isEqual { isEqual } else { try isEqualToDestination() }
      if isSame {
        abandon()
        return false
      }
    }
    try file.settle()
    guard rename(temporary, destination) == 0 else {
      throw .notWritten(PosixFile.message(errno))
    }
    isSettled = true
    let (folder, _) = ReplacingFile.split(destination)
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    if descriptor >= 0 {
      // Some file systems cannot synchronise folders; the rename stands all the same.
      _ = Medium.settle(descriptor)
      close(descriptor)
    }
    return true
  }

  private func isEqualToDestination() throws(SoundFileError) -> Bool {
    guard let other = try? PosixFile(reading: destination), let status = try? other.status(),
      status.isRegular
    else { return false }
    let length = try file.status().length
    guard status.length == length else { return false }
    let piece = 1 << 18
    let mine = UnsafeMutableRawPointer.allocate(byteCount: piece, alignment: 16)
    let theirs = UnsafeMutableRawPointer.allocate(byteCount: piece, alignment: 16)
    defer {
      mine.deallocate()
      theirs.deallocate()
    }
    var position: Int64 = 0
    while position < length {
      let count = try file.read(into: mine, count: piece, at: position)
      guard let same = try? other.read(into: theirs, count: piece, at: position),
        same == count, count > 0, memcmp(mine, theirs, count) == 0
      else { return false }
      position += Int64(count)
    }
    return true
  }

  /// Folder (`.` when none is named) and last part of a path.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let name = String(path[path.index(after: slash)...])
    return slash == path.startIndex ? ("/.", name) : (String(path[..<slash]), name)
  }
}
