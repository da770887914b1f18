#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What identifies a version of a file without reading it.
struct FileStamp: Hashable, Sendable {
  var device: UInt64
  var inode: UInt64
  var size: Int64
  var modified: Int64
  var changed: Int64

  /// nil when there is no such file.
  init?(path: String) {
    var info = stat()
    guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(info)
  }

  /// All of it, for comparing.
  var text: String { "\(device) \(inode) \(size) \(modified) \(changed)" }

  /// Of an open file.
  init?(descriptor: Int32) {
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { return nil }
    self.init(info)
  }

  init(device: UInt64, inode: UInt64, size: Int64, modified: Int64, changed: Int64) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modified = modified
    self.changed = changed
  }

  init(_ info: stat) {
    device = UInt64(truncatingIfNeeded: info.st_dev)
    inode = UInt64(truncatingIfNeeded: info.st_ino)
    size = Int64(info.st_size)
    #if canImport(Darwin)
      modified = Int64(info.st_mtimespec.tv_sec) * 1_000_000_000 + Int64(info.st_mtimespec.tv_nsec)
      changed = Int64(info.st_ctimespec.tv_sec) * 1_000_000_000 + Int64(info.st_ctimespec.tv_nsec)
    #else
      modified = Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec)
      changed = Int64(info.st_ctim.tv_sec) * 1_000_000_000 + Int64(info.st_ctim.tv_nsec)
    #endif
  }
}

/// Files by descriptor, with errors as values. Nothing here follows a clock but `now`.
enum Posix {
  static var error: String { text(errno) }
  static var code: Int32 { errno }
  static func text(_ code: Int32) -> String { String(cString: strerror(code)) }

  static func isDiskFull(_ code: Int32) -> Bool { code == ENOSPC || code == EDQUOT }

  @discardableResult
  static func makeFolders(_ path: String) -> Bool {
    var info = stat()
    if stat(path, &info) == 0 { return info.st_mode & S_IFMT == S_IFDIR }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      if !makeFolders(String(path[..<slash])) { return false }
    }
    return mkdir(path, 0o777) == 0 || errno == EEXIST
  }

  static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { return nil }
    let size = Int(info.st_size)
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: max(1, size)) { buffer, count in
      var done = 0
      while done < size {
        let got = pread(descriptor, buffer.baseAddress! + done, size - done, off_t(done))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failed = true }
        if got <= 0 { break }
        done += got
      }
      count = done
    }
    return failed ? nil : bytes
  }

  static func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
    var done = 0
    while done < bytes.count {
      let wrote = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if wrote < 0 && errno == EINTR { continue }
      if wrote <= 0 { return false }
      done += wrote
    }
    return true
  }

  /// Reads `bytes.count` bytes from `position` on; false when they are not there.
  static func readAll(
    _ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer, at position: Int64
  ) -> Bool {
    guard let base = bytes.baseAddress else { return bytes.isEmpty }
    var done = 0
    while done < bytes.count {
      let got = pread(descriptor, base + done, bytes.count - done, off_t(position) + off_t(done))
      if got < 0 && errno == EINTR { continue }
      if got <= 0 { return false }
      done += got
    }
    return true
  }

  /// Writes all bytes at `position`.
  static func writeAll(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at position: Int64
  ) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    var done = 0
    while done < bytes.count {
      let put = pwrite(descriptor, base + done, bytes.count - done, off_t(position) + off_t(done))
      if put < 0 && errno == EINTR { continue }
      if put <= 0 { return false }
      done += put
    }
    return true
  }

  /// Fills `bytes` from `position`; what lies beyond the file's end is zero.
  static func readSome(
    _ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer, at position: Int64
  ) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    var done = 0
    while done < bytes.count {
      let got = pread(descriptor, base + done, bytes.count - done, off_t(position) + off_t(done))
      if got < 0 && errno == EINTR { continue }
      if got < 0 { return false }
      if got == 0 {
        (base + done).initializeMemory(as: UInt8.self, repeating: 0, count: bytes.count - done)
        return true
      }
      done += got
    }
    return true
  }

  static func openForReading(_ path: String) -> Int32? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    return descriptor < 0 ? nil : descriptor
  }

  /// Memory of a size in whole large pages, which the system uses for it where it can; to be
  /// deallocated.
  static func largePages(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 1 << 21)
    #if os(Linux)
      madvise(memory, byteCount, MADV_HUGEPAGE)
    #endif
    return memory
  }

  /// Creates a file that was not there, `prefix` PROCESS.NUMBER `suffix`, for this process alone:
  /// those of other containers may have the same number. The descriptor is negative where the
  /// system refuses.
  static func create(
    _ prefix: String, _ suffix: String = "~", _ flags: Int32 = O_WRONLY, mode: mode_t = 0o666
  ) -> (descriptor: Int32, path: String) {
    while true {
      let path = "\(prefix)\(getpid()).\(counter.next())\(suffix)"
      let descriptor = open(path, flags | O_CREAT | O_EXCL | O_CLOEXEC, mode)
      if descriptor >= 0 || errno != EEXIST { return (descriptor, path) }
    }
  }

  /// An open file in `folder` that has no name any more.
  static func openNameless(in folder: String) -> Int32? {
    let (descriptor, path) = create("\(folder)/.mixdown.", "~", O_RDWR, mode: 0o600)
    guard descriptor >= 0 else { return nil }
    unlink(path)
    return descriptor
  }

  static func closeFile(_ descriptor: Int32) {
    #if canImport(Glibc)
      _ = Glibc.close(descriptor)
    #elseif canImport(Musl)
      _ = Musl.close(descriptor)
    #else
      _ = Darwin.close(descriptor)
    #endif
  }

  /// Writes `parts` to a new file beside `path`, or in `folder` on the same file system, and
  /// renames it into place; no sync.
  static func replace(
    _ path: String, with parts: [UnsafeRawBufferPointer], by folder: String? = nil
  ) -> Bool {
    let (descriptor, temporary) = create("\(folder.map { $0 + "/new" } ?? path).")
    guard descriptor >= 0 else { return false }
    for part in parts where !writeAll(descriptor, part) {
      let saved = errno
      close(descriptor)
      unlink(temporary)
      errno = saved
      return false
    }
    close(descriptor)
    if rename(temporary, path) != 0 {
      let saved = errno
      unlink(temporary)
      errno = saved
      return false
    }
    return true
  }

  #if os(Linux)
    /// O_DIRECT, which the C library's module does not show: asm-generic/fcntl.h and its arm64
    /// counterpart.
    #if arch(arm64)
      private static let direct: Int32 = 0o200000
    #else
      private static let direct: Int32 = 0o40000
    #endif
  #endif

  /// The same past the system's page cache, where the file system and the length allow it: a
  /// fresh gigabyte there costs ten times the CPU of the transfer itself.
  static func replaceUncached(
    _ path: String, with bytes: UnsafeRawBufferPointer, by folder: String
  ) -> Bool {
    #if os(Linux)
      if bytes.count >= 1 << 16 && bytes.count % 4096 == 0 {
        let (descriptor, temporary) = create("\(folder)/new.", "~", O_WRONLY | direct)
        if descriptor >= 0 {
          let ok = writeAll(descriptor, bytes)
          let saved = errno
          close(descriptor)
          if ok && rename(temporary, path) == 0 { return true }
          unlink(temporary)
          errno = saved
          if isDiskFull(saved) { return false }
        }
      }
    #endif
    return replace(path, with: [bytes], by: folder)
  }

  /// Fills `bytes` from the file, which must be just as long, or `fewer` bytes long.
  ///
  /// - Returns: how many there were; nil: other ones, or they cannot be read.
  static func readUncached(
    _ path: String, into bytes: UnsafeMutableRawBufferPointer, orFewer fewer: Int? = nil
  ) -> Int? {
    var descriptor: Int32 = -1
    #if os(Linux)
      if bytes.count >= 1 << 16 && bytes.count % 4096 == 0 {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | direct)
      }
    #endif
    if descriptor < 0 { descriptor = open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { return nil }
    let size = Int(info.st_size)
    guard size == bytes.count || size == fewer, size <= bytes.count else { return nil }
    // Past the page cache whole pages are asked for.
    let asked = min(bytes.count, (size + 4095) & ~4095)
    var done = 0
    while done < size {
      let got = pread(descriptor, bytes.baseAddress! + done, asked - done, off_t(done))
      if got < 0 && errno == EINTR { continue }
      if got <= 0 { return nil }
      done += got
    }
    return done == size ? size : nil
  }

  static func remove(_ path: String) { unlink(path) }

  /// Sets the file's times to now.
  static func touch(_ path: String) { _ = utimensat(AT_FDCWD, path, nil, 0) }

  /// Time that only goes forward, ns.
  static var nanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// CPU time of the calling thread, ns.
  static var threadNanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Removes a folder with everything in it.
  static func removeTree(_ path: String) {
    for name in names(in: path) {
      let inner = "\(path)/\(name)"
      if unlink(inner) != 0 { removeTree(inner) }
    }
    rmdir(path)
  }

  /// A whole number in the environment.
  static func number(_ name: String) -> Int64? {
    getenv(name).flatMap { Int64(String(cString: $0)) }
  }

  /// The path from the root, symbolic links followed as far as they exist; relative where the
  /// working folder is gone.
  static func absolute(_ path: String) -> String {
    if let real = realpath(path, nil) {
      defer { free(real) }
      return String(cString: real)
    }
    if path == "." { return path }
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      return path.hasPrefix("/") ? path : absolute(".") + "/" + path
    }
    return absolute(String(path[..<slash])) + path[slash...]
  }

  /// Names in a folder, sorted; empty when it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Bytes of the file system that holds a path, or the nearest folder above it that there is; 0:
  /// not known.
  static func diskSize(_ path: String) -> Int64 {
    var path = absolute(path)
    var facts = statvfs()
    while statvfs(path, &facts) != 0 {
      guard let end = path.lastIndex(of: "/"), end > path.startIndex else { return 0 }
      path = String(path[..<end])
    }
    return Int64(
      clamping: UInt64(facts.f_blocks).multipliedReportingOverflow(by: UInt64(facts.f_frsize))
        .partialValue)
  }

  /// The folder of caches that the platform names for this user.
  static var cacheFolder: String? {
    func variable(_ name: String) -> String? {
      guard let value = getenv(name) else { return nil }
      let text = String(cString: value)
      return text.isEmpty ? nil : text
    }
    if let named = variable("MIXDOWN_CACHE") { return named }
    #if canImport(Darwin)
      return variable("HOME").map { $0 + "/Library/Caches/mixdown" }
    #else
      if let base = variable("XDG_CACHE_HOME"), base.hasPrefix("/") { return base + "/mixdown" }
      return variable("HOME").map { $0 + "/.cache/mixdown" }
    #endif
  }

  /// The file system's own time, from a file made there; ns. nil when none can be made.
  static func fileSystemTime(in folder: String) -> Int64? {
    let (descriptor, path) = create("\(folder)/.now.", "")
    guard descriptor >= 0 else { return nil }
    var info = stat()
    let known = fstat(descriptor, &info) == 0
    close(descriptor)
    unlink(path)
    return known ? FileStamp(info).modified : nil
  }

  /// Holds an exclusive advisory lock on `path` while `body` runs; nil when another process has it.
  static func withLock<Result>(_ path: String, _ body: () -> Result) -> Result? {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      if errno == EWOULDBLOCK { return nil }
      break  // no locks here: two collections only unlink the same files
    }
    return body()
  }

  static let counter = Counter()

  static var processIdentifier: Int32 { getpid() }
}

/// Numbers that no two callers in the process share.
final class Counter: @unchecked Sendable {
  // Proof for @unchecked Sendable: the value is touched inside the monitor only.
  private let monitor = Monitor()
  private var value = 0
  func next() -> Int {
    monitor.withLock {
      value += 1
      return value
    }
  }
}
