import Signal

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// An open file, addressed by position; closed when the last reference goes.
final class PosixFile {
  let descriptor: Int32

  /// Opens `path` for reading; does not wait for whoever writes into a pipe of that name.
  init(reading path: String) throws(SoundFileError) {
    while true {
      let opened = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
      if opened >= 0 {
        descriptor = opened
        return
      }
      let code = errno
      if code == EINTR { continue }
      if code == ENOENT || code == ENOTDIR { throw .missing }
      throw .unreadable(PosixFile.message(code))
    }
  }

  /// Creates `path`, which must not exist, for reading and writing.
  init(creating path: String) throws(SoundFileError) {
    let opened = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard opened >= 0 else { throw .notWritten(PosixFile.message(errno)) }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// What `errno` said, as text in the C locale.
  static func message(_ code: Int32) -> String { String(cString: strerror(code)) }

  /// Length in bytes and whether the path names a folder.
  func status() throws(SoundFileError) -> (length: Int64, isFolder: Bool, isRegular: Bool) {
    var information = stat()
    guard fstat(descriptor, &information) == 0 else {
      throw .unreadable(PosixFile.message(errno))
    }
    let kind = information.st_mode & S_IFMT
    return (Int64(information.st_size), kind == S_IFDIR, kind == S_IFREG)
  }

  /// Reads until `count` bytes are there or the file ends; returns how many bytes were read.
  func read(into memory: UnsafeMutableRawPointer, count: Int, at position: Int64)
    throws(SoundFileError) -> Int
  {
    try PosixFile.read(descriptor, into: memory, count: count, at: position)
  }

  /// The same of any open file.
  static func read(
    _ descriptor: Int32, into memory: UnsafeMutableRawPointer, count: Int, at position: Int64
  ) throws(SoundFileError) -> Int {
    var done = 0
    while done < count {
      let got = pread(descriptor, memory + done, count - done, off_t(position) + off_t(done))
      if got < 0 {
        let code = errno
        if code == EINTR { continue }
        throw .unreadable(PosixFile.message(code))
      }
      if got == 0 { break }
      done += got
    }
    return done
  }

  /// Up to `count` bytes from `position`; fewer at the end of the file.
  func bytes(at position: Int64, count: Int) throws(SoundFileError) -> [UInt8] {
    var problem: SoundFileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(SoundFileError) {
        guard let base = buffer.baseAddress else { return }
        initialized = try read(into: UnsafeMutableRawPointer(base), count: count, at: position)
      } catch {
        problem = error
      }
    }
    if let problem { throw problem }
    return bytes
  }

  /// Writes all of `memory` at `position`.
  func write(_ memory: UnsafeRawBufferPointer, at position: Int64) throws(SoundFileError) {
    guard let base = memory.baseAddress else { return }
    var done = 0
    while done < memory.count {
      let put = pwrite(descriptor, base + done, memory.count - done, off_t(position) + off_t(done))
      if put < 0 {
        let code = errno
        if code == EINTR { continue }
        throw .notWritten(PosixFile.message(code))
      }
      if put == 0 { throw .notWritten(PosixFile.message(ENOSPC)) }
      done += put
    }
  }

  func write(_ bytes: [UInt8], at position: Int64) throws(SoundFileError) {
    var problem: SoundFileError?
    bytes.withUnsafeBytes { memory in
      do throws(SoundFileError) { try write(memory, at: position) } catch { problem = error }
    }
    if let problem { throw problem }
  }

  /// Copies `count` bytes of another file.
  func copy(
    from other: Int32, at offset: Int64, count: Int64, to position: Int64
  ) throws(SoundFileError) {
    let piece = 1 << 18
    let memory = UnsafeMutableRawPointer.allocate(byteCount: piece, alignment: 16)
    defer { memory.deallocate() }
    var done: Int64 = 0
    while done < count {
      let wanted = Int(min(Int64(piece), count - done))
      let got = pread(other, memory, wanted, off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { throw .notWritten("the earlier file became shorter") }
      try write(UnsafeRawBufferPointer(start: memory, count: got), at: position + done)
      done += Int64(got)
    }
  }

  /// Waits until what was written is with the medium; it may have a cache of its own.
  func synchronize() throws(SoundFileError) {
    while fsync(descriptor) != 0 {
      let code = errno
      if code == EINTR { continue }
      throw .notWritten(PosixFile.message(code))
    }
  }

  /// Waits until what was written is on the medium, power cut or not.
  func settle() throws(SoundFileError) {
    if !Medium.settle(descriptor) { throw .notWritten(PosixFile.message(errno)) }
  }

  /// One hash of the first `length` bytes: of the hashes of their pieces of 256 KiB.
  func contentHash(length: Int64) throws(SoundFileError) -> ContentHash {
    let piece = 1 << 18
    let memory = UnsafeMutableRawPointer.allocate(byteCount: piece, alignment: 16)
    defer { memory.deallocate() }
    var hashes: [ContentHash] = []
    var position: Int64 = 0
    while position < length {
      let got = try read(
        into: memory, count: Int(min(Int64(piece), length - position)), at: position)
      guard got > 0 else { break }
      hashes.append(ContentHash(of: UnsafeRawBufferPointer(start: memory, count: got)))
      position += Int64(got)
    }
    return ContentHash(combining: hashes)
  }
}
