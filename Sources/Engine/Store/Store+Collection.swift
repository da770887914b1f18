internal import MixGraph
internal import Signal

/// What the store holds, and giving back what recent builds did not use.
extension Store {
  public struct Information: Sendable {
    public var objects = 0
    public var objectBytes: Int64 = 0
    public var records = 0
    public var recordBytes: Int64 = 0
    public var damaged = 0
    /// Recent builds whose work is kept, the newest first: session, what it alone of those before
    /// it in this list uses, in bytes.
    public var roots: [(session: String, bytes: Int64)] = []
    /// Bytes of kinds of objects and records, in a fixed order.
    public var kinds: [(name: String, bytes: Int64)] = []
    public var bytes: Int64 { objectBytes + recordBytes }
  }

  private struct Object {
    var path: String
    var size: Int64
    var modified: Int64
  }

  public func information() -> Information {
    flush()
    var result = Information()
    let objects = objectsByName()
    result.objects = objects.count
    result.objectBytes = objects.values.reduce(0) { $0 + $1.size }
    var marks = Marks()
    let tables = readTables()
    for name in rootsByAge() {
      guard let root = Posix.read("\(folder)/roots/\(name)").flatMap(BuildRoot.init) else {
        continue
      }
      let added = mark(root, in: &marks, tables)
      result.roots.append((root.session, added.reduce(0) { $0 + (objects[$1]?.size ?? 0) }))
    }
    func bytes(_ names: Set<UInt64>) -> Int64 {
      names.reduce(0) { $0 + (objects[$1]?.size ?? 0) }
    }
    let audio = bytes(marks.audio)
    let states = bytes(marks.largeStates.subtracting(marks.audio))
    let decoded = bytes(marks.decoded)
    result.kinds = [
      ("audio of chunks", audio), ("states", states), ("decoded recordings", decoded),
      ("other entries", result.objectBytes - audio - states - decoded),
    ]
    for table in RecordTable.allCases {
      let size = logs[table]?.byteCount ?? 0
      result.recordBytes += size
      result.kinds.append(("records: \(table.rawValue)", size))
    }
    return result
  }

  /// Reads every entry; damaged objects are set aside, damaged records passed over.
  public func verify() -> Information {
    flush()
    var result = Information()
    forEachObject { path, stamp in
      result.objects += 1
      result.objectBytes += stamp.size
      let name = String(
        path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
      guard let bytes = Posix.read(path), Store.hashes(bytes).contains(name) else {
        result.damaged += 1
        Posix.remove(path)
        return
      }
    }
    for table in RecordTable.allCases {
      guard let audit = logs[table]?.audit() else { continue }
      result.recordBytes += audit.bytes
      result.records += audit.entries
      result.damaged += audit.damaged
      if audit.damaged > 0 { _ = logs[table]?.compact { _, _ in true } }
    }
    for name in rootsByAge() {
      let path = "\(folder)/roots/\(name)"
      if Posix.read(path).flatMap(BuildRoot.init) == nil {
        result.damaged += 1
        Posix.remove(path)
      }
    }
    return result
  }

  /// An estimate, from some of the folders when there are many objects.
  func measure() -> (bytes: Int64, records: Int64) {
    let records = RecordTable.allCases.reduce(0) { $0 + (logs[$1]?.byteCount ?? 0) }
    let folders = Posix.names(in: "\(folder)/objects")
    // Names are hashes: every folder holds about as much as any other.
    let step = max(1, folders.count / 16)
    var bytes: Int64 = 0
    var seen = 0
    for index in stride(from: 0, to: folders.count, by: step) {
      seen += 1
      let base = "\(folder)/objects/\(folders[index])"
      for name in Posix.names(in: base) {
        bytes += FileStamp(path: "\(base)/\(name)")?.size ?? 0
      }
    }
    if seen > 0 { bytes = bytes * Int64(folders.count) / Int64(seen) }
    return (bytes + records, records)
  }

  private func forEachObject(_ body: (String, FileStamp) -> Void) {
    for folderName in Posix.names(in: "\(folder)/objects") {
      let base = "\(folder)/objects/\(folderName)"
      for name in Posix.names(in: base) where !name.hasSuffix("~") {
        if let stamp = FileStamp(path: "\(base)/\(name)") { body("\(base)/\(name)", stamp) }
      }
    }
  }

  private func objectsByName() -> [UInt64: Object] {
    var objects: [UInt64: Object] = [:]
    forEachObject { path, stamp in
      // The second half of a name is the hash's low word.
      guard let low = UInt64(path.suffix(16), radix: 16) else { return }
      objects[low] = Object(path: path, size: stamp.size, modified: stamp.modified)
    }
    return objects
  }

  /// Names of roots, the newest first.
  private func rootsByAge() -> [String] {
    Posix.names(in: "\(folder)/roots").filter { !$0.hasSuffix("~") }
      .compactMap { name in FileStamp(path: "\(folder)/roots/\(name)").map { (name, $0.modified) } }
      .sorted { ($0.1, $0.0) > ($1.1, $1.0) }.map(\.0)
  }

  // MARK: Marks

  /// What is in use: keys and hashes by 64 of their bits.
  private struct Marks {
    var builds = Set<UInt64>()
    var recordings = Set<UInt64>()
    var rows = Set<UInt64>()
    var states = Set<UInt64>()
    var audio = Set<UInt64>()
    var largeStates = Set<UInt64>()
    var decoded = Set<UInt64>()
    var others = Set<UInt64>()

    func has(_ object: UInt64) -> Bool {
      audio.contains(object) || largeStates.contains(object) || decoded.contains(object)
        || others.contains(object)
    }
  }

  /// Marks what a build used; gives the objects that were not marked before.
  private func mark(_ root: BuildRoot, in marks: inout Marks, _ tables: Tables) -> [UInt64] {
    var added: [UInt64] = []
    func add(_ object: UInt64, _ kind: WritableKeyPath<Marks, Set<UInt64>>) {
      if !marks.has(object) { added.append(object) }
      marks[keyPath: kind].insert(object)
    }
    marks.builds.formUnion(root.builds)
    let rows = root.rows.subtracting(marks.rows)
    marks.rows.formUnion(rows)
    for row in rows {
      tables.rows.forEachResult(of: row) { result in
        if !result.isSilent { add(result.audio.low, \.audio) }
        if result.state != ActionResult.silence {
          marks.states.insert(result.state.low)
          add(result.state.low, \.largeStates)
        }
      }
    }
    let recordings = root.recordings.subtracting(marks.recordings)
    marks.recordings.formUnion(recordings)
    for key in recordings {
      tables.recordings.forEachDecoded(of: key) { entry, object in
        marks.recordings.insert(entry)
        add(object, \.decoded)
      }
    }
    for object in root.objects where !marks.has(object) { add(object, \.others) }
    return added
  }

  /// The tables that say what a root's keys stand for.
  private struct Tables {
    var rows: RowTable
    var recordings: DecodedTable
  }

  private func readTables() -> Tables {
    Tables(rows: RowTable(logs[.rows]), recordings: DecodedTable(logs[.recordings]))
  }

  // MARK: Collection

  /// Keeps what the newest builds used, as many of them as `limit` bytes hold, and what builds
  /// that run now or were killed in the last day have written, as far as there is room; unlinks
  /// the rest. Builds may run meanwhile.
  ///
  /// - Returns: how many bytes were given back.
  @discardableResult
  public func collect(downTo limit: Int64? = nil) -> Int64 {
    Posix.withLock(folder + "/collection") { collectLocked(limit ?? cap) } ?? 0
  }

  private func collectLocked(_ limit: Int64) -> Int64 {
    _ = monitor.withLock { flushLocked() }
    let now = Posix.fileSystemTime(in: folder) ?? .max
    let oldestBuild = Lease.oldest(in: folder, besides: monitor.withLock { lease })
    var freed = removeLeftovers(olderThan: oldestBuild ?? now)
    let objects = objectsByName()
    var marks = Marks()
    let tables = readTables()
    // What this process has in hand comes first.
    var total = mark(monitor.withLock { root }, in: &marks, tables)
      .reduce(Int64(0)) { $0 + (objects[$1]?.size ?? 0) }
    var isFull = false
    for name in rootsByAge() {
      let path = "\(folder)/roots/\(name)"
      guard !isFull, let root = Posix.read(path).flatMap(BuildRoot.init) else {
        Posix.remove(path)
        continue
      }
      var trial = marks
      let more = mark(root, in: &trial, tables).reduce(Int64(0)) { $0 + (objects[$1]?.size ?? 0) }
      if total + more > limit {
        isFull = true
        Posix.remove(path)
      } else {
        marks = trial
        total += more
      }
    }
    // The rest, the youngest first: unfinished work of builds that run or were killed.
    let day: Int64 = 86_400 * 1_000_000_000
    let rest = objects.filter { !marks.has($0.key) }.sorted {
      ($0.value.modified, $0.key) > ($1.value.modified, $1.key)
    }
    var spared = Set<UInt64>()
    for (name, object) in rest {
      let isRunning = oldestBuild.map { object.modified >= $0 } ?? false
      let isRecent = !isFull && now - object.modified < day && total + object.size <= limit
      if isRunning || isRecent {
        spared.insert(name)
        total += object.size
      } else {
        Posix.remove(object.path)
        freed += object.size
      }
    }
    if oldestBuild == nil { freed += compactRecords(marks, spared) }
    return freed
  }

  /// Records of builds that run would be lost: logs are written anew while none does.
  private func compactRecords(_ marks: Marks, _ spared: Set<UInt64>) -> Int64 {
    monitor.withLock {
      var freed: Int64 = 0
      var states = marks.states
      freed +=
        logs[.actions]?.compact { _, payload in
          guard let result = ActionResult(Array(payload)) else { return false }
          if result.isSilent && result.state == ActionResult.silence { return true }
          let hasAudio =
            !result.isSilent
            && (marks.has(result.audio.low) || spared.contains(result.audio.low))
          let hasState =
            result.state != ActionResult.silence
            && (marks.states.contains(result.state.low) || spared.contains(result.state.low))
          if hasAudio || hasState { states.insert(result.state.low) }
          return hasAudio || hasState
        } ?? 0
      freed +=
        logs[.states]?.compact { _, payload in
          let content = ContentHash(of: Array(payload)).low
          return states.contains(content) || marks.has(content)
        } ?? 0
      freed += logs[.rows]?.compact { key, _ in marks.rows.contains(RecordLog.short(key)) } ?? 0
      for table in [RecordTable.builds, .sums] {
        freed +=
          logs[table]?.compact { key, _ in
            marks.builds.contains(RecordLog.short(key))
          } ?? 0
      }
      freed +=
        logs[.recordings]?.compact { key, _ in
          marks.recordings.contains(RecordLog.short(key))
        } ?? 0
      noteRecordsKept()
      return freed
    }
  }

  /// Temporary files of builds that were killed, and stores of other layouts.
  private func removeLeftovers(olderThan time: Int64) -> Int64 {
    var freed: Int64 = 0
    func sweep(_ folder: String) {
      for name in Posix.names(in: folder) where name.hasSuffix("~") || name.hasPrefix(".now.") {
        guard let stamp = FileStamp(path: "\(folder)/\(name)"), stamp.modified < time else {
          continue
        }
        Posix.remove("\(folder)/\(name)")
        freed += stamp.size
      }
    }
    for name in Posix.names(in: "\(folder)/objects") { sweep("\(folder)/objects/\(name)") }
    for table in RecordTable.allCases { sweep("\(folder)/records/\(table.rawValue)") }
    sweep("\(folder)/roots")
    sweep("\(folder)/running")
    sweep(folder)
    if let slash = folder.lastIndex(of: "/") {
      let base = String(folder[..<slash])
      for name in ["v1"] where name != Store.version { Posix.removeTree("\(base)/\(name)") }
    }
    return freed
  }

  /// Collects when this build has made the store pass its cap, or its records twice what the last
  /// collection left of them: every build reads them, and most are of states that were edited away.
  func collectIfNeeded() {
    guard monitor.withLock({ bytesWritten > 0 && isWritable }) else { return }
    let size = measure()
    let mayCompact = Lease.oldest(in: folder, besides: monitor.withLock { lease }) == nil
    let areMany = size.records > max(Self.fewRecords, 2 * recordsKept)
    if size.bytes > cap || (areMany && mayCompact) { collect(downTo: cap * 3 / 4) }
  }

  /// Bytes of records that nobody minds.
  private static let fewRecords: Int64 = 64 << 20

  /// Bytes of records that the last collection left; 0: not known.
  private var recordsKept: Int64 {
    guard let bytes = Posix.read(recordsKeptPath), bytes.count == 8 else { return 0 }
    var reader = StateReader(bytes)
    return (try? reader.readInt()).map { max(0, Int64($0)) } ?? 0
  }

  private var recordsKeptPath: String { folder + "/records/kept" }

  private func noteRecordsKept() {
    var writer = StateWriter()
    writer.write(Int(RecordTable.allCases.reduce(0) { $0 + (logs[$1]?.byteCount ?? 0) }))
    _ = writer.bytes.withUnsafeBytes {
      Posix.replace(recordsKeptPath, with: [$0], by: folder + "/running")
    }
  }
}
