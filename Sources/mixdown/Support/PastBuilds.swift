import Diagnostics
import Engine
import MixGraph
import SessionModel
import SessionYAML
import Signal
import Synchronization

/// The texts of a session as it was built before, so that audio which it had then can be made once
/// more.
struct PastBuilds {
  let pipeline: Pipeline

  private static let kind = "past-builds"
  /// What is changed and changed back is among these.
  private static let most = 3

  /// One build's text and what was asked of it.
  struct Build: Hashable {
    var version: String?
    var solo: [String] = []
    var mute: [String] = []
    /// By path, those in the session's folder from there.
    var texts: [String: [UInt8]] = [:]
  }

  /// The builds remembered, the latest first.
  var builds: [Build] {
    guard let note = pipeline.store?.note(Self.kind, about: pipeline.sessionPath) else { return [] }
    return Self.decoded(note)
  }

  /// Remembers a build that was carried out.
  ///
  /// - Parameter files: those of `sources` that are the session's; nil: all.
  func remember(
    _ sources: SourceMap, files: [String]? = nil, version: String?, _ options: ResolveOptions
  ) {
    guard let store = pipeline.store else { return }
    var build = Build(version: version, solo: options.solo, mute: options.mute)
    for source in sources.sources where files?.contains(source.path) ?? true {
      build.texts[own(source.path)] = source.bytes
    }
    // Texts may be long, and most builds build what the last one did.
    let known = store.note(Self.kind, about: pipeline.sessionPath) ?? []
    guard !known.starts(with: Self.encoded([build])) else { return }
    let next = ([build] + Self.decoded(known).filter { $0 != build }).prefix(Self.most)
    store.keep(Self.encoded(Array(next)), as: Self.kind, about: pipeline.sessionPath)
  }

  /// The sessions of these builds, the latest first; each is read and compiled when it is asked for,
  /// and once.
  ///
  /// - Parameter version: as which the session is wanted; nil: as it was built.
  func sessions(version: String? = nil) -> [@Sendable () -> PastSession?] {
    guard pipeline.store != nil else { return [] }
    let pipeline = pipeline
    let notes = Once { PastBuilds(pipeline: pipeline).builds }
    return (0..<Self.most).map { index in
      let session = Once { () -> PastSession? in
        let builds = notes.value
        guard index < builds.count else { return nil }
        return PastBuilds(pipeline: pipeline).compiled(builds[index], version: version)
      }
      return { session.value }
    }
  }

  private func compiled(_ build: Build, version: String?) -> PastSession? {
    let loaded = pipeline.load(version: version ?? build.version) { build.texts[own($0)] }
    let options = ResolveOptions(solo: build.solo, mute: build.mute)
    var compiled = pipeline.compile(loaded, options: options)
    guard compiled.album == nil, !compiled.diagnostics.hasErrors else { return nil }
    compiled = pipeline.measureTrims(compiled, workers: 1)
    guard let session = compiled.session, let graph = compiled.graph,
      !compiled.diagnostics.hasErrors
    else { return nil }
    return PastSession(graph: graph, session: session)
  }

  /// A path as seen from the session's folder, whatever folder the program runs in.
  private func own(_ path: String) -> String {
    let folder = pipeline.folder + "/"
    return path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path
  }

  // MARK: Bytes

  /// Counted strings: "5:hello".
  private static func encoded(_ builds: [Build]) -> [UInt8] {
    var bytes: [UInt8] = []
    func add(_ text: [UInt8]) { bytes += Array("\(text.count):".utf8) + text }
    func add(_ list: [String]) {
      add(Array("\(list.count)".utf8))
      for text in list { add(Array(text.utf8)) }
    }
    for build in builds {
      add(build.version.map { [$0] } ?? [])
      add(build.solo)
      add(build.mute)
      let paths = build.texts.keys.sorted()
      add(paths)
      for path in paths { add(build.texts[path] ?? []) }
    }
    return bytes
  }

  /// As far as it can be read.
  private static func decoded(_ bytes: [UInt8]) -> [Build] {
    var rest = bytes[...]
    func text() -> [UInt8]? {
      guard let colon = rest.firstIndex(of: 0x3A),
        let count = Int(String(decoding: rest[..<colon], as: UTF8.self)), count >= 0,
        count <= rest.endIndex - colon - 1
      else { return nil }
      let end = colon + 1 + count
      defer { rest = rest[end...] }
      return Array(rest[(colon + 1)..<end])
    }
    func list() -> [String]? {
      guard let head = text(), let count = Int(String(decoding: head, as: UTF8.self)), count >= 0
      else { return nil }
      var list: [String] = []
      for _ in 0..<count {
        guard let item = text() else { return nil }
        list.append(String(decoding: item, as: UTF8.self))
      }
      return list
    }
    var builds: [Build] = []
    while !rest.isEmpty {
      guard let version = list(), let solo = list(), let mute = list(), let paths = list() else {
        return builds
      }
      var build = Build(version: version.first, solo: solo, mute: mute)
      for path in paths {
        guard let bytes = text() else { return builds }
        build.texts[path] = bytes
      }
      builds.append(build)
    }
    return builds
  }
}

/// A value that is made when it is first asked for.
private final class Once<Value: Sendable>: Sendable {
  private let make: @Sendable () -> Value
  private let made = Mutex<Value?>(nil)

  init(_ make: @escaping @Sendable () -> Value) { self.make = make }

  var value: Value {
    made.withLock { known in
      if let known { return known }
      let value = make()
      known = value
      return value
    }
  }
}
