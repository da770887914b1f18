internal import AudioFiles
internal import SessionModel
internal import Signal

/// Reads compressed recordings by absolute frame from the chunks that were kept when they were
/// decoded, so that a frame near the end costs no more than one near the start.
final class DecodedRecordings: @unchecked Sendable {
  // Proof for @unchecked Sendable: `windows` and `repaired` are touched inside `monitor` only; a
  // window is used by one caller at a time, which holds the recording's own monitor.
  private let identities: RecordingIdentities
  private let chunks: DecodedChunks
  private let monitor = Monitor()
  private var windows: [Int: [Window]] = [:]
  private var repaired: Set<Int> = []

  private final class Window {
    let chunk: Int
    let audio: AudioBuffer
    init(chunk: Int, audio: AudioBuffer) {
      self.chunk = chunk
      self.audio = audio
    }
  }

  /// Chunks of a recording at hand: two readers that follow each other share them.
  private static let windowCount = 3

  init(_ identities: RecordingIdentities, store: Store) {
    self.identities = identities
    chunks = DecodedChunks(store: store)
  }

  /// Fills `block` from `frame` on; false: the recording has to be read from its file.
  ///
  /// Callers hold a lock of the recording.
  func read(_ recording: Int, at frame: Int64, channels: [Int], into block: Block) -> Bool {
    let contents = identities.contents(recording)
    guard contents.isSequential else { return false }
    let size = Int64(RecordingCatalogue.chunkFrames)
    var done = 0
    while done < block.frameCount {
      let now = frame + Int64(done)
      if now < 0 || now >= contents.frames {
        let count =
          now < 0 ? min(Int64(block.frameCount - done), -now) : Int64(block.frameCount - done)
        block.slice(done..<done + Int(count)).fill(0)
        done += Int(count)
        continue
      }
      let index = Int(now / size)
      guard index < contents.hashes.count,
        let window = window(recording, index, contents, channels.max() ?? 0)
      else { return false }
      let offset = Int(now - Int64(index) * size)
      let count = min(block.frameCount - done, window.audio.frameCapacity - offset)
      guard count > 0 else { return false }
      for (position, channel) in channels.enumerated() {
        block[position].slice(done..<done + count).copy(
          from: window.audio.block[channel].slice(offset..<offset + count))
      }
      done += count
    }
    return true
  }

  private func window(
    _ recording: Int, _ index: Int, _ contents: RecordingCatalogue.Contents, _ lastChannel: Int
  ) -> Window? {
    let known = monitor.withLock { windows[recording]?.first { $0.chunk == index } }
    if let known { return known }
    let size = Int64(RecordingCatalogue.chunkFrames)
    let channelCount = identities.references[recording].channelCount
    guard lastChannel < channelCount else { return nil }
    let audio = AudioBuffer(
      channelCount: channelCount,
      frameCapacity: Int(min(size, contents.frames - Int64(index) * size)))
    if !chunks.load(contents.hashes[index], into: audio.block) {
      // Collected or damaged: the file is decoded once more, and every chunk kept again.
      let isFirst = monitor.withLock { repaired.insert(recording).inserted }
      guard isFirst, keepAgain(recording), chunks.load(contents.hashes[index], into: audio.block)
      else { return nil }
    }
    let window = Window(chunk: index, audio: audio)
    monitor.withLock {
      windows[recording, default: []].append(window)
      if windows[recording, default: []].count > Self.windowCount {
        windows[recording]?.removeFirst()
      }
    }
    return window
  }

  private func keepAgain(_ recording: Int) -> Bool {
    do throws(SoundFileError) {
      let reader = try SoundFileReader(path: identities.references[recording].path)
      _ = try reader.decodeSequentially(blockFrames: RecordingCatalogue.chunkFrames) {
        (_, block) throws(SoundFileError) -> Bool in
        chunks.keep(block, ContentHash(of: block))
        return true
      }
      return true
    } catch {
      return false
    }
  }
}
