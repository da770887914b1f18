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

  static func path(beside session: String) -> String {
    Files.join(Files.folder(of: session), "mixdown.lock")
  }

  init(session: ResolvedSession, graph: Graph, recordingHashes: [String], outputs: [String: String]) {
    var recordings: [String: String] = [:]
    for (reference, hash) in zip(session.recordings, recordingHashes) {
      recordings[reference.written] = hash
    }
    var kernels: [String: String] = [:]
    for node in graph.nodes {
      if case .stage(let stage) = node.kind {
        kernels[stage.identity.name] = "\(stage.identity.revision)"
      }
    }
    entries = [
      "recordings": recordings, "kernels": kernels, "outputs": outputs,
      "profiles": LockFile.profiles(of: session),
    ]
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

  /// nil: there is no such file, or it is no lock.
  init?(path: String) {
    guard case .success(let bytes) = Files.read(path) else { return nil }
    var section = ""
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      if line.hasPrefix("#") { continue }
      if !line.hasPrefix(" ") && line.hasSuffix(":") {
        section = String(line.dropLast())
        entries[section] = [:]
        continue
      }
      let parts = line.drop { $0 == " " }.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, !section.isEmpty else { return nil }
      entries[section]?[String(parts[1])] = String(parts[0])
    }
    if entries.isEmpty { return nil }
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

  /// What is not as `locked` says, a line each.
  func differences(from locked: LockFile) -> [String] {
    var lines: [String] = []
    for section in ["kernels", "profiles", "recordings", "outputs"] {
      let old = locked.entries[section] ?? [:]
      let new = entries[section] ?? [:]
      for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
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
