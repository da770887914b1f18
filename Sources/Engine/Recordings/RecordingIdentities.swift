internal import AudioFiles
internal import DSP
internal import MixGraph
internal import SessionModel
internal import Signal

/// What the session's recordings hold, for keys: each file is looked at once a build.
final class RecordingIdentities: RecordingContents, @unchecked Sendable {
  // Proof for @unchecked Sendable: `entries` and the rest are touched inside their monitors only.
  let references: [RecordingReference]
  let rate: Int
  private let catalogue: RecordingCatalogue
  private let isCancelled: @Sendable () -> Bool
  private var entries: [Entry]
  private let monitors: [Monitor]
  /// Where nothing is hashed: what the files were when the build began.
  private let stamps: [FileStamp?]
  private var failures: [Int: RecordingFailure] = [:]
  private let failureMonitor = Monitor()

  private struct Entry {
    var contents = RecordingCatalogue.Contents()
    var stamp: FileStamp?
    var isKnown = false
  }

  init(
    _ references: [RecordingReference], rate: Int, store: Store?, paranoid: Bool,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.references = references
    self.rate = rate
    self.isCancelled = isCancelled
    catalogue = RecordingCatalogue(store: store, trustsStamps: !paranoid)
    entries = references.map { _ in Entry() }
    monitors = references.map { _ in Monitor() }
    stamps = store == nil ? references.map { FileStamp(path: $0.path) } : []
  }

  private var resamplers: [Int: Resampler] = [:]

  private func resampler(from fileRate: Int) -> Resampler? {
    failureMonitor.withLock {
      if resamplers[fileRate] == nil { resamplers[fileRate] = Resampler(from: fileRate, to: rate) }
      return resamplers[fileRate]
    }
  }

  /// What went wrong with the first of some recordings that cannot be read.
  func failure(of recordings: [Int]) -> RecordingFailure? {
    failureMonitor.withLock {
      failures.isEmpty ? nil : recordings.lazy.compactMap { [failures] in failures[$0] }.first
    }
  }

  /// Looks at all recordings, those that have to be read on `workers` threads.
  func prepare(workers: Int) {
    let queue = Counter()
    var unknown: [Int] = []
    for index in references.indices where !recognise(index) { unknown.append(index) }
    let waiting = unknown
    WorkerPool.run(min(workers, waiting.count)) { [self] _ in
      while true {
        let next = queue.next() - 1
        guard next < waiting.count, !isCancelled() else { return }
        _ = contents(waiting[next])
      }
    }
  }

  /// Whether the recording is known without reading it.
  private func recognise(_ recording: Int) -> Bool {
    monitors[recording].withLock {
      if entries[recording].isKnown { return true }
      guard let stamp = FileStamp(path: references[recording].path),
        let known = catalogue.known(stamp)
      else { return false }
      entries[recording] = Entry(contents: known, stamp: stamp, isKnown: true)
      return true
    }
  }

  /// What a recording holds; reads the file when its stamp is not known.
  func contents(_ recording: Int) -> RecordingCatalogue.Contents {
    monitors[recording].withLock {
      if entries[recording].isKnown { return entries[recording].contents }
      let path = references[recording].path
      let stamp = FileStamp(path: path)
      entries[recording].stamp = stamp
      entries[recording].isKnown = true
      do throws(SoundFileError) {
        entries[recording].contents = try catalogue.contents(
          of: path, stamp, isCancelled: isCancelled)
      } catch {
        var frame: Int64?
        var isNotFinite = false
        if case .notFinite(let at, _) = error {
          frame = at
          isNotFinite = true
        }
        let failure = RecordingFailure(
          recording: recording, message: error.message, frame: frame, isNotFinite: isNotFinite)
        failureMonitor.withLock { failures[recording] = failure }
      }
      return entries[recording].contents
    }
  }

  /// One digest of everything a recording holds.
  func whole(_ recording: Int) -> ContentHash {
    ContentHash(combining: contents(recording).hashes)
  }

  /// The identity of everything a recording gives a session: what it holds, and how it is brought to
  /// the session's rate.
  func source(_ recording: Int) -> ContentHash {
    let fileRate = references[recording].rate
    let conversion = fileRate == rate ? 0 : Resampler.identity.revision
    return ContentHash(combining: [
      whole(recording), ContentHash(low: UInt64(fileRate), high: UInt64(conversion)),
    ])
  }

  /// The first of some recordings that is another version now than when it was hashed.
  func firstChanged(of recordings: some Sequence<Int>) -> Int? {
    recordings.first(where: hasChanged)
  }

  /// Whether a recording is another version now than when it was hashed, or the build began.
  func hasChanged(_ recording: Int) -> Bool {
    let now = FileStamp(path: references[recording].path)
    if !stamps.isEmpty { return stamps[recording] != now }
    return monitors[recording].withLock {
      entries[recording].isKnown && entries[recording].stamp != now
    }
  }

  // MARK: RecordingContents

  func writeContent(
    of recording: Int, channels: [Int], range: FrameRange, to writer: inout some ManifestWriter
  ) {
    let reference = references[recording]
    let chunkFrames = Int64(RecordingCatalogue.chunkFrames)
    writer.field("file-rate", reference.rate)
    for channel in channels { writer.field("channel", channel) }
    var file = range
    if reference.rate != rate {
      file = resampler(from: reference.rate)?.inputRange(forOutput: range) ?? range
      writer.field("resampler", Resampler.identity.revision)
      writer.field("position", range.start)
    }
    let hashes = contents(recording).hashes
    let first = max(0, file.start) / chunkFrames
    let last = min(Int64(hashes.count), (max(0, file.end) + chunkFrames - 1) / chunkFrames)
    writer.field("offset", file.start - first * chunkFrames)
    if first < last {
      for chunk in first..<last { writer.field("content", hashes[Int(chunk)]) }
    }
  }
}
