#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a run of a program cost.
struct Cost {
  /// Seconds of processor time, user and system, of the program and what it started.
  var cpu: Double
  /// Seconds.
  var wall: Double
  /// MB; the largest of the processes.
  var memory: Double
  var status: Int32
}

/// Runs programs and asks the system what they cost.
enum ChildProcess {
  /// Runs a line of the shell in `folder`; its output goes to `log`.
  static func run(_ line: String, in folder: String, log: String) throws -> Cost {
    let text = "cd \(quoted(folder)) && { \(line) ; } > \(quoted(log)) 2>&1"
    let arguments: [String] = ["/bin/sh", "-c", text]
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    let started = wallSeconds
    guard posix_spawn(&process, "/bin/sh", nil, nil, words, environ) == 0 else {
      throw BenchFailure("/bin/sh could not be started")
    }
    var usage = rusage()
    var status: Int32 = 0
    while wait4(process, &status, 0, &usage) < 0 {
      if errno != EINTR { throw BenchFailure("a program was lost") }
    }
    let wall = wallSeconds - started
    #if canImport(Darwin)
      let memory = Double(usage.ru_maxrss) / 1e6
    #else
      let memory = Double(usage.ru_maxrss) / 1e3
    #endif
    return Cost(
      cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime), wall: wall, memory: memory,
      status: status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F)
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }

  /// Seconds since some moment.
  static var wallSeconds: Double { clock(CLOCK_MONOTONIC) }
  /// Processor seconds of this thread.
  static var threadSeconds: Double { clock(CLOCK_THREAD_CPUTIME_ID) }

  private static func clock(_ which: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(which, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }

  /// A line on standard error.
  static func say(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
  }
  static func exit(_ status: Int32) -> Never { leave(status) }
  static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }
  static func makeFolder(_ path: String) {
    _ = try? run("mkdir -p \(quoted(path))", in: "/", log: "/dev/null")
  }
  static func hasProgram(_ name: String) -> Bool {
    ((try? run("command -v \(name)", in: "/", log: "/dev/null"))?.status ?? 1) == 0
  }

  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let here = getcwd(nil, 0) else { return path }
    defer { free(here) }
    return String(cString: here) + "/" + path
  }

  static func save(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw BenchFailure("\(path) cannot be written") }
    defer { fclose(file) }
    guard fputs(text, file) >= 0 else { throw BenchFailure("\(path) cannot be written") }
  }

  /// The machine's processor, as it calls itself.
  static var machine: String {
    var name = "unknown processor"
    if let file = fopen("/proc/cpuinfo", "r") {
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 4096)
      while fgets(&line, Int32(line.count), file) != nil {
        let text = String(
          decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if text.hasPrefix("model name"), let value = text.split(separator: ":").last {
          name = value.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" })
            .joined(separator: " ")
          break
        }
      }
    }
    return "\(name), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores"
  }
}

private func leave(_ status: Int32) -> Never { exit(status) }
