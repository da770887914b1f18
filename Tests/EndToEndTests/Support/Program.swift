import Foundation

/// What one run of `mixdown` did.
struct Run {
  var status: Int32
  var standardOutput: Data
  var standardError: String
  /// Wall clock, user and system time.
  var seconds: Double
  var cpuSeconds: Double
  var peakBytes: Int

  var text: String { String(decoding: standardOutput, as: UTF8.self) }

  /// Standard output as JSON; nil when it is not.
  var json: Any? {
    try? JSONSerialization.jsonObject(with: standardOutput, options: .fragmentsAllowed)
  }

  var object: [String: Any] { json as? [String: Any] ?? [:] }
  var array: [[String: Any]] { json as? [[String: Any]] ?? [] }

  /// For a failing expectation: everything it printed.
  var account: String { "exit \(status)\n--- output\n\(text)\n--- errors\n\(standardError)" }
}

/// The built `mixdown`, run as a user runs it: as a process of its own.
enum Program {
  /// `MIXDOWN_BINARY`, else the one built beside the tests.
  static let path: String = {
    if let named = ProcessInfo.processInfo.environment["MIXDOWN_BINARY"] { return named }
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).standardizedFileURL
    var folder = tests.deletingLastPathComponent()
    for _ in 0..<4 {
      let candidate = folder.appendingPathComponent("mixdown").path
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
      folder.deleteLastPathComponent()
    }
    return Package.root.appendingPathComponent(".build/release/mixdown").path
  }()

  /// Runs it in `folder`, with a cache of the folder's own, and waits for its end; with `interrupt`, it
  /// gets that signal after so many microseconds.
  static func run(
    _ arguments: [String], in folder: URL, binary: String = path,
    environment: [String: String] = [:], interrupt: (signal: Int32, after: UInt32)? = nil
  ) -> Run {
    let id = UUID().uuidString
    let output = folder.appendingPathComponent(".stdout-\(id)")
    let errors = folder.appendingPathComponent(".stderr-\(id)")
    defer {
      try? FileManager.default.removeItem(at: output)
      try? FileManager.default.removeItem(at: errors)
    }
    var variables = ProcessInfo.processInfo.environment
    variables["MIXDOWN_CACHE"] = folder.appendingPathComponent(".cache").path
    variables["NO_COLOR"] = "1"
    variables.merge(environment) { $1 }

    // A shell changes the folder, so that nothing depends on extensions of posix_spawn.
    // TEST_DATA_LIMIT bounds the memory it may ask for, in KB: the peak that the system reports of
    // a child includes what its parent had when it was made.
    let script = "cd \"$0\" && ulimit -d ${TEST_DATA_LIMIT:-unlimited} && exec \"$@\""
    let words = ["/bin/sh", "-c", script, folder.path, binary] + arguments
    var files: posix_spawn_file_actions_t? = nil
    #if os(Linux)
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      defer { posix_spawn_file_actions_destroy(&actions) }
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 1, output.path, O_WRONLY | O_CREAT, 0o600)
      posix_spawn_file_actions_addopen(&actions, 2, errors.path, O_WRONLY | O_CREAT, 0o600)
    #else
      posix_spawn_file_actions_init(&files)
      defer { posix_spawn_file_actions_destroy(&files) }
      posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&files, 1, output.path, O_WRONLY | O_CREAT, 0o600)
      posix_spawn_file_actions_addopen(&files, 2, errors.path, O_WRONLY | O_CREAT, 0o600)
    #endif
    let began = Date()
    var process: pid_t = 0
    let failure = withCStrings(words) { argv in
      withCStrings(variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }) { envp in
        #if os(Linux)
          posix_spawn(&process, "/bin/sh", &actions, nil, argv, envp)
        #else
          posix_spawn(&process, "/bin/sh", &files, nil, argv, envp)
        #endif
      }
    }
    guard failure == 0 else {
      return Run(
        status: -1, standardOutput: Data(), standardError: "posix_spawn: \(failure)", seconds: 0,
        cpuSeconds: 0, peakBytes: 0)
    }
    if let interrupt {
      usleep(interrupt.after)
      kill(process, interrupt.signal)
    }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) == -1 && errno == EINTR {}
    let exited = status & 0x7F == 0
    func time(_ t: timeval) -> Double { Double(t.tv_sec) + Double(t.tv_usec) / 1e6 }
    #if os(Linux)
      let peak = Int(usage.ru_maxrss) * 1024
    #else
      let peak = Int(usage.ru_maxrss)
    #endif
    return Run(
      status: exited ? (status >> 8) & 0xFF : -(status & 0x7F),
      standardOutput: (try? Data(contentsOf: output)) ?? Data(),
      standardError: (try? String(contentsOf: errors, encoding: .utf8)) ?? "",
      seconds: Date().timeIntervalSince(began),
      cpuSeconds: time(usage.ru_utime) + time(usage.ru_stime), peakBytes: peak)
  }

  private static func withCStrings<R>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
  ) -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
  }
}

/// The package that the tests belong to.
enum Package {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().standardizedFileURL

  static let sessions = root.appendingPathComponent("Tests/EndToEndTests/Sessions")

  /// Real recordings that lie beside a checkout and are not part of it; nil: they are not there.
  static let sharedData: URL? = {
    let named = ProcessInfo.processInfo.environment["MIXDOWN_TEST_DATA"].map {
      URL(fileURLWithPath: $0)
    }
    let beside = root.deletingLastPathComponent().appendingPathComponent("shared/data")
    return [named, beside].compactMap { $0 }.first {
      FileManager.default.fileExists(atPath: $0.appendingPathComponent("music").path)
    }
  }()
}
