import DSP
import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel

/// `mixdown.lock` beside the session: what a build was made from and what came of it. Committed
/// with the session, it lets `build --frozen` say that nothing has moved.
struct LockFile {
  /// Section → name → value.
  var entries: [String: [String: String]] = [:]
  /// How the session writes the recordings, by their names here.
  private var written: [String: String] = [:]

  static func path(beside session: String) -> String {
    Files.join(Files.folder(of: session), "mixdown.lock")
  }

  init() {
    entries = ["recordings": [:], "kernels": [:], "outputs": [:], "profiles": [:]]
  }

  /// Takes in what a session is made from.
  ///
  /// - Parameters:
  ///   - folder: that of the session; its recordings are named from there.
  ///   - song: of an album, whose name goes before those of its recordings.
  mutating func add(
    _ session: ResolvedSession, _ graph: Graph, recordingHashes: [String], in folder: String,
    song: String? = nil
  ) {
    for (reference, hash) in zip(session.recordings, recordingHashes) {
      add(recording: reference.path, written: reference.written, hash, in: folder, song: song)
    }
    add(kernelsOf: graph)
    add(profilesOf: session)
  }

  mutating func add(
    recording path: String, written: String, _ hash: String, in folder: String, song: String?
  ) {
    func named(_ path: String) -> String { song.map { "\($0): \(path)" } ?? path }
    let name = named(written.hasPrefix("/") ? written : RelativePath.steps(to: path, from: folder))
    entries["recordings", default: [:]][name] = hash
    self.written[name] = named(written)
  }

  mutating func add(kernelsOf graph: Graph) {
    for node in graph.nodes {
      if case .stage(let stage) = node.kind {
        entries["kernels", default: [:]][stage.identity.name] = "\(stage.identity.revision)"
      }
    }
  }

  mutating func add(profilesOf session: ResolvedSession) {
    entries["profiles", default: [:]].merge(LockFile.profiles(of: session)) { old, _ in old }
  }

  /// Takes in what was made. Where a target makes several files, each has its name behind the
  /// target's.
  mutating func add(_ files: [BuildRun.File], _ store: Store?) {
    let names = OutputNames(files.map { ($0.target, $0.path) })
    for file in files {
      let isAlone = files.count { $0.target == file.target } == 1
      let name = isAlone ? file.target : "\(file.target) \(names[file.target, file.path])"
      entries["outputs", default: [:]][name] = Files.sha256(file.path, store) ?? ""
    }
  }

  /// Takes in the texts beside them; checksums say nothing that is not said of the files themselves.
  mutating func add(_ sheets: [BuildRun.Sheet], _ store: Store?) {
    let own = sheets.filter { !$0.target.isEmpty }
    let names = OutputNames(own.map { ($0.target, $0.path) })
    for sheet in own {
      let name = "\(sheet.target) \(names[sheet.target, sheet.path])"
      entries["outputs", default: [:]][name] = Files.sha256(sheet.path, store) ?? ""
    }
  }

  /// The numbers that deliveries take from profiles, and their date.
  private static func profiles(of session: ResolvedSession) -> [String: String] {
    var numbers: [String: String] = [:]
    for delivery in session.deliveries {
      guard let profile = delivery.profile.flatMap({ Profiles[$0.value] }) else { continue }
      numbers["\(profile.name) date"] = profile.date
      if let level = profile.level {
        numbers["\(profile.name) \(level.quantity)"] = Clocks.number(level.value)
      }
      if let peak = profile.truePeak {
        numbers["\(profile.name) true-peak"] = Clocks.number(peak)
      }
      for limit in profile.limits {
        if let least = limit.least {
          numbers["\(profile.name) least \(limit.quantity)"] = Clocks.number(least)
        }
        if let most = limit.most {
          numbers["\(profile.name) most \(limit.quantity)"] = Clocks.number(most)
        }
      }
    }
    // A value is one word of the lock's lines.
    return numbers.mapValues { String($0.map { $0 == " " ? "_" : $0 }) }
  }

  /// Why a lock is of no use.
  enum Problem: Error {
    case missing
    /// The first line that is none of a lock's; nil: something is missing at the end.
    case damaged(line: Int?)
    case unreadable(String)

    /// What is, to follow the file's name.
    var message: String {
      switch self {
      case .missing: "there is no such file; 'build --lock' writes it"
      case .damaged(let line?):
        "it is damaged in line \(line); take it back from an earlier state, or write it with 'build --lock'"
      case .damaged(nil):
        "it is damaged: not all of it is there; take it back from an earlier state, or write it with "
          + "'build --lock'"
      case .unreadable(let reason): "it cannot be read: \(reason)"
      }
    }
  }

  static func read(_ path: String) -> Result<LockFile, Problem> {
    let bytes: [UInt8]
    switch Files.read(path) {
    case .success(let found): bytes = found
    case .failure(.missing): return .failure(.missing)
    case .failure(.other(let reason)): return .failure(.unreadable(reason))
    }
    var lock = LockFile()
    var seen = Set<String>()
    var section = ""
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
      if line.hasSuffix(":"), lock.entries[String(line.dropLast())] != nil {
        section = String(line.dropLast())
        seen.insert(section)
        continue
      }
      let parts = line.dropFirst(2).split(separator: " ", maxSplits: 1)
      guard line.hasPrefix("  "), !line.hasPrefix("   "), parts.count == 2, !section.isEmpty else {
        return .failure(.damaged(line: index + 1))
      }
      lock.entries[section]?[String(parts[1])] = String(parts[0])
    }
    guard lines.last == "", seen.isSuperset(of: ["kernels", "outputs", "recordings"]) else {
      return .failure(.damaged(line: nil))
    }
    return .success(lock)
  }

  /// One value and name a line, sorted: merges like code.
  var text: String {
    var lines = ["# mixdown.lock: made by `mixdown build --lock`; do not edit"]
    for section in ["kernels", "outputs", "profiles", "recordings"] {
      if section == "profiles" && entries[section]?.isEmpty != false { continue }
      lines.append("\(section):")
      for (name, value) in (entries[section] ?? [:]).sorted(by: { $0.key < $1.key }) {
        lines.append("  \(value) \(name)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What a build is made from.
  static let made = ["kernels", "profiles", "recordings"]

  /// What is not as `locked` says, a line each.
  func differences(from locked: LockFile, in sections: [String]) -> [String] {
    var lines: [String] = []
    for section in sections {
      let old = locked.entries[section] ?? [:]
      let new = entries[section] ?? [:]
      for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
        if section == "recordings" && isLockedAsWritten(name, old) { continue }
        // Outputs that were not asked for this time are not compared.
        if section == "outputs" && new[name] == nil { continue }
        let shown = section == "profiles" ? 1000 : 12
        lines.append(
          "\(section.dropLast()) '\(name)' was \(old[name]?.prefix(shown) ?? "not there"), is "
            + "\(new[name]?.prefix(shown) ?? "gone")")
      }
    }
    return lines
  }
}

extension LockFile {
  /// Whether a recording is as a lock says that names recordings as they are written, and so cannot
  /// tell apart those that are written alike in different folders.
  private func isLockedAsWritten(_ name: String, _ locked: [String: String]) -> Bool {
    let alike = written[name] ?? name
    let names = written.filter { $0.value == alike }.map(\.key)
    guard let hash = locked[alike], names != [alike],
      names.allSatisfy({ $0 == alike || locked[$0] == nil })
    else { return false }
    return names.contains { entries["recordings"]?[$0] == hash }
  }
}

/// The lock of one build: compared before anything is rendered, and again or written when all is made.
struct LockStep {
  let path: String
  let options: BuildOptions
  private var now = LockFile()
  private var locked: LockFile?

  /// - Parameter session: the session or album that is built.
  init(session: String, _ options: BuildOptions) {
    path = LockFile.path(beside: session)
    self.options = options
  }

  var isAsked: Bool { options.lock || options.frozen }

  /// Takes in what the build is made from.
  ///
  /// - Returns: false when that is not what was locked, which `outcome` says: nothing is to be made.
  mutating func begin(_ made: LockFile, _ outcome: inout BuildRun.Outcome) -> Bool {
    now = made
    switch LockFile.read(path) {
    case .success(let lock): locked = lock
    case .failure(let problem):
      if options.frozen {
        outcome.moved.append("\(path): \(problem.message)")
        return false
      }
      if case .damaged = problem {
        Console.error("mixdown: warning: \(path) was damaged; it is written anew")
      }
    }
    guard options.frozen, let locked else { return true }
    outcome.moved += now.differences(from: locked, in: LockFile.made)
    return outcome.moved.isEmpty
  }

  /// Compares what was made, or writes the lock; of a build that failed it does neither.
  ///
  /// - Parameter targets: all that there are, where all that is built by default was; nil: some of it.
  mutating func end(
    _ outcome: inout BuildRun.Outcome, _ store: Store?, all targets: [String]? = nil
  ) {
    guard outcome.report.failures.isEmpty, !outcome.report.wasCancelled else { return }
    now.add(outcome.files, store)
    now.add(outcome.sheets, store)
    let made = Set(outcome.files.map(\.target))
    let old = locked?.entries["outputs"] ?? [:]
    // A target that was built has made all its files; one that there is no more makes none.
    let gone = old.keys.filter { name in
      if now.entries["outputs"]?[name] != nil { return false }
      func isOf(_ target: String) -> Bool { name == target || name.hasPrefix(target + " ") }
      return made.contains(where: isOf) || targets?.contains(where: isOf) == false
    }
    if options.frozen {
      if let locked { outcome.moved += now.differences(from: locked, in: ["outputs"]) }
      outcome.moved += gone.sorted().map {
        "output '\($0)' was \(old[$0]?.prefix(12) ?? ""), is gone"
      }
      return
    }
    // Outputs that were not built this time keep their line.
    now.entries["outputs", default: [:]]
      .merge(old.filter { !gone.contains($0.key) }) { new, _ in new }
    if let reason = Files.replace(path, with: now.text) {
      outcome.ioFailures.append("\(path): \(reason)")
    }
  }
}
