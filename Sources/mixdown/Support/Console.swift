import AudioFiles
import Diagnostics
import Engine
import Signal

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Results go to standard output, everything else to standard error.
enum Console {
  static func out(_ text: String) { write(text + "\n", to: 1) }

  static func error(_ text: String) { write(text + "\n", to: 2) }

  /// Text without a line end, for the status line.
  static func status(_ text: String) { write(text, to: 2) }

  /// False: not all of it could be written.
  @discardableResult
  static func write(_ text: String, to descriptor: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let wrote = bytes.withUnsafeBytes { Self.rawWrite(descriptor, $0) }
      if wrote < 0 && errno == EINTR { continue }
      if wrote <= 0 { return false }
      bytes = bytes.dropFirst(wrote)
    }
    return true
  }

  private static func rawWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Colour on a terminal, unless NO_COLOR is set (https://no-color.org).
  static var usesColour: Bool {
    isTerminal(2) && getenv("NO_COLOR") == nil
      && getenv("TERM").map { String(cString: $0) } != "dumb"
  }

  /// Seconds of a clock that only goes forward.
  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension Console {
  static var processIdentifier: Int32 { getpid() }

  /// Whether there is a process of this number.
  static func isRunning(_ process: Int32) -> Bool {
    process > 0 && (kill(process, 0) == 0 || errno != ESRCH)
  }
}

/// Files of the user, as commands see them.
enum Files {
  static func isFolder(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  static func isLink(_ path: String) -> Bool {
    var info = stat()
    return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFLNK
  }

  static func exists(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0
  }

  /// The folder part of a path; `.` when there is none.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The folder that the program runs in.
  static var workingFolder: String {
    guard let text = getcwd(nil, 0) else { return "" }
    defer { free(text) }
    return String(cString: text)
  }

  static func name(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return path }
    return String(path[path.index(after: slash)...])
  }

  static func join(_ folder: String, _ path: String) -> String {
    if path.hasPrefix("/") || folder.isEmpty || folder == "." { return path }
    return folder.hasSuffix("/") ? folder + path : folder + "/" + path
  }

  /// A place below `folder` for a file that a session writes as `file`, wherever that leads: without
  /// the `out/` that `folder` stands for, the root and steps upward.
  static func place(_ file: String, below folder: String) -> String {
    var parts = file.split(separator: "/").filter { $0 != "." && $0 != ".." }
    if file.hasPrefix("out/") { parts.removeFirst() }
    return join(folder, parts.joined(separator: "/"))
  }

  /// Names in a folder (empty: the working folder), in alphabetical order; at most 10,000.
  ///
  /// - Parameter hidden: those too that begin with a dot.
  static func names(in folder: String, hidden: Bool = false) -> [String] {
    guard let directory = opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while names.count < 10_000, let entry = readdir(directory) {
      let name = withUnsafePointer(to: entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") || hidden && name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  enum Failure: Error {
    case missing
    case other(String)
  }

  /// Bytes of a file, at most 64 MB: sessions are text.
  static func read(_ path: String) -> Result<[UInt8], Failure> {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else {
      return .failure(errno == ENOENT ? .missing : .other(String(cString: strerror(errno))))
    }
    defer { close(descriptor) }
    if isFolder(path) { return .failure(.other("it is a folder")) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= 64 << 20 {
      let got = systemRead(descriptor, &buffer)
      if got < 0 && errno == EINTR { continue }
      if got < 0 { return .failure(.other(String(cString: strerror(errno)))) }
      if got == 0 { return .success(bytes) }
      bytes.append(contentsOf: buffer[..<got])
    }
    return .failure(.other("it is larger than 64 MB"))
  }

  private static func systemRead(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
    let count = buffer.count
    return buffer.withUnsafeMutableBytes {
      #if canImport(Glibc)
        Glibc.read(descriptor, $0.baseAddress, count)
      #elseif canImport(Musl)
        Musl.read(descriptor, $0.baseAddress, count)
      #else
        Darwin.read(descriptor, $0.baseAddress, count)
      #endif
    }
  }

  /// A hash of the file's bytes, from the store while the file is what it was.
  static func hash(
    of path: String, _ name: String, _ store: Store?, _ compute: (String) -> String?
  ) -> String? {
    if let known = store?.note(ofFile: path, name) { return known }
    guard let stamp = FileStampText.of(path), let hash = compute(path) else { return nil }
    store?.keep(hash, ofFile: path, stamp: stamp, name)
    return hash
  }

  /// SHA-256 of the file's bytes, from the store while the file is what it was.
  static func sha256(_ path: String, _ store: Store?) -> String? {
    hash(of: path, "sha256", store) { sha256($0) }
  }

  /// 64 hexadecimal digits; nil when the file cannot be read.
  static func sha256(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var hash = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let got = systemRead(descriptor, &buffer)
      if got < 0 && errno == EINTR { continue }
      if got < 0 { return nil }
      if got == 0 { return hash.digest().hexadecimal }
      buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
    }
  }

  /// 32 hexadecimal digits; nil when the file cannot be read.
  static func md5(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var hash = MD5()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let got = systemRead(descriptor, &buffer)
      if got < 0 && errno == EINTR { continue }
      if got < 0 { return nil }
      if got == 0 { return hash.hexadecimal() }
      buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
    }
  }

  /// True when there was such a file and it is gone.
  @discardableResult
  static func remove(_ path: String) -> Bool { unlink(path) == 0 }

  static func removeEmptyFolder(_ path: String) { rmdir(path) }

  /// Removes a folder that this program made, with everything in it.
  static func removeTree(_ path: String) {
    guard !path.isEmpty, isFolder(path) else { return }
    for name in names(in: path, hidden: true) {
      let inner = join(path, name)
      if unlink(inner) != 0 { removeTree(inner) }
    }
    rmdir(path)
  }

  /// Makes `path` and the folders above it.
  static func makeFolders(_ path: String) -> Bool {
    if isFolder(path) { return true }
    let parent = folder(of: path)
    if parent != path && parent != "." && !makeFolders(parent) { return false }
    return mkdir(path, 0o777) == 0 || errno == EEXIST
  }

  /// The file that a path means, behind links; one that leads nowhere yet too.
  private static func meant(_ path: String) -> String {
    var path = path
    var buffer = [CChar](repeating: 0, count: 4096)
    for _ in 0..<40 {
      let count = readlink(path, &buffer, buffer.count)
      guard count > 0 else { break }
      let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      path = join(folder(of: path), target)
    }
    return path
  }

  /// Replaces a text file: a new file beside it, then renamed into place. A link stays one, and the
  /// file keeps its permissions.
  static func replace(_ path: String, with text: String) -> String? {
    let path = meant(path)
    if case .success(let old) = read(path), old == Array(text.utf8) { return nil }
    let temporary = Files.join(folder(of: path), ".\(name(of: path)).\(getpid())~")
    var earlier = stat()
    let isThere = stat(path, &earlier) == 0
    let descriptor = open(
      temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, isThere ? 0o600 : 0o666)
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    if isThere {
      // Only the superuser may give files away; for others they are theirs anyway.
      _ = fchown(descriptor, earlier.st_uid, earlier.st_gid)
      _ = fchmod(descriptor, earlier.st_mode & 0o777)
    }
    let isWhole = Console.write(text, to: descriptor) && Medium.settle(descriptor)
    close(descriptor)
    if !isWhole || rename(temporary, path) != 0 {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      return reason
    }
    return nil
  }
}

/// What the program ends with.
enum ExitStatus: Int32 {
  case done = 0
  case targetMissed = 1
  case usage = 64
  case sessionWrong = 65
  case recordingMissing = 66
  case ourBug = 70
  case ioFailed = 74
}
