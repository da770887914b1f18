internal import AudioFiles
internal import DSP
public import SessionModel
public import Signal

/// A recording could not be read while rendering.
public struct RecordingFailure: Error, Hashable, Sendable {
  /// Index into the session's recordings.
  public var recording: Int
  public var message: String
  /// Frame of the file, where it matters.
  public var frame: Int64?
  public var isNotFinite: Bool
}

/// The session's recordings, opened on first use and shared by all workers.
///
/// Every read gives frames at the session's rate by absolute index: outside the recording zeros,
/// at other file rates the resampler's output, which depends on nothing but the index.
public final class RecordingLibrary: Sendable {
  let references: [RecordingReference]
  let rate: Int
  private let entries: [Entry]
  /// Where decoded chunks of compressed recordings are; nil: there is no store.
  private let decoded: DecodedRecordings?

  private final class Entry: @unchecked Sendable {
    // Proof for @unchecked Sendable: everything else is touched inside `monitor`.
    let monitor = Monitor()
    var reader: SoundFileReader?
    var resampler: Resampler?
    var scratch: AudioBuffer?
    var converted = ConvertedRuns()
  }

  public convenience init(_ references: [RecordingReference], rate: Int) {
    self.init(references, rate: rate, decoded: nil)
  }

  init(_ references: [RecordingReference], rate: Int, decoded: DecodedRecordings?) {
    self.references = references
    self.rate = rate
    self.decoded = decoded
    entries = references.map { _ in Entry() }
  }

  /// Frames of recording `index` from `frame` (session rate) into `block`, one of its channels for
  /// each of the block's.
  public func read(
    _ index: Int, at frame: Int64, channels: [Int], into block: Block
  ) throws(RecordingFailure) {
    let reference = references[index]
    let failure: RecordingFailure? = read(entries[index], reference, index, frame, channels, block)
    if let failure { throw failure }
  }

  /// All channels of an impulse response at the session's rate, from `early` frames before its first
  /// on. A sum over more frames a second comes to more: they are smaller by as much as they are more.
  func response(_ wanted: ResolvedResponse) throws(RecordingFailure) -> [[Double]] {
    let stepFrames = 8192
    let buffer = AudioBuffer(channelCount: 2, frameCapacity: stepFrames)
    var rows = [[Double]](repeating: [], count: wanted.channelCount)
    let scale = Double(references[wanted.recording].rate) / Double(rate)
    for first in stride(from: 0, to: wanted.channelCount, by: 2) {
      let channels = Array(first..<min(first + 2, wanted.channelCount))
      var frame = -wanted.early
      while frame < wanted.frames {
        let count = Int(min(Int64(stepFrames), wanted.frames - frame))
        let block = buffer.block(count).channels(channels.count)
        try read(wanted.recording, at: frame, channels: channels, into: block)
        for (place, channel) in channels.enumerated() {
          for i in 0..<count { rows[channel].append(block[place][i] * scale) }
        }
        frame += Int64(count)
      }
    }
    return rows
  }

  /// Whether frames of a recording may be had as they stand in the file, by `readBytes`: one channel
  /// of 24-bit integers at the session's rate, all of them there.
  public func hasBytes(_ index: Int, at frame: Int64, count: Int) -> Bool {
    let reference = references[index]
    guard reference.rate == rate else { return false }
    let entry = entries[index]
    return entry.monitor.withLock {
      if entry.reader == nil { entry.reader = try? SoundFileReader(path: reference.path) }
      guard let reader = entry.reader, reader.isPlain24 else { return false }
      return frame >= 0 && frame + Int64(count) <= reader.facts.frames
    }
  }

  /// Three bytes a frame, lowest first; asked for with `hasBytes`.
  ///
  /// - Returns: false where they could not be read; `read` says why.
  public func readBytes(
    _ index: Int, at frame: Int64, count: Int, into bytes: UnsafeMutableRawPointer
  ) -> Bool {
    let entry = entries[index]
    return entry.monitor.withLock {
      guard let reader = entry.reader else { return false }
      return (try? reader.readBytes(at: frame, count: count, into: bytes)) != nil
    }
  }

  private func read(
    _ state: Entry, _ reference: RecordingReference, _ index: Int, _ frame: Int64,
    _ channels: [Int], _ block: Block
  ) -> RecordingFailure? {
    state.monitor.lock()
    defer { state.monitor.unlock() }
    do throws(SoundFileError) {
      if reference.rate == rate {
        try fetch(state, reference, index, frame, channels, block)
        return nil
      }
      if state.resampler == nil { state.resampler = Resampler(from: reference.rate, to: rate) }
      guard let resampler = state.resampler else {
        return RecordingFailure(
          recording: index, message: "it cannot be converted from \(reference.rate) Hz",
          frame: nil, isNotFinite: false)
      }
      func convert(_ range: FrameRange, _ block: Block) throws(SoundFileError) {
        let needed = resampler.inputRange(forOutput: range)
        let count = Int(needed.length)
        if (state.scratch?.frameCapacity ?? 0) < count {
          state.scratch = AudioBuffer(channelCount: 2, frameCapacity: max(count, 16384))
        }
        guard let scratch = state.scratch else { return }
        let input = scratch.block(count).channels(channels.count)
        try fetch(state, reference, index, needed.start, channels, input)
        resampler.render(range, from: input, into: block)
      }
      if frame >= 0 && block.frameCount < ConvertedRuns.frames {
        // What goes wrong may lie beside what is asked for; that is tried alone then.
        do throws(SoundFileError) {
          try state.converted.read(at: frame, channels: channels, into: block, convert: convert)
          return nil
        } catch {}
      }
      try convert(FrameRange(frame, frame + Int64(block.frameCount)), block)
      return nil
    } catch {
      return Self.failure(index, error)
    }
  }

  /// Frames at the file's own rate.
  private func fetch(
    _ state: Entry, _ reference: RecordingReference, _ index: Int, _ frame: Int64,
    _ channels: [Int], _ block: Block
  ) throws(SoundFileError) {
    if let decoded, decoded.read(index, at: frame, channels: channels, into: block) { return }
    if state.reader == nil { state.reader = try SoundFileReader(path: reference.path) }
    try state.reader?.read(at: frame, into: block, channels: channels)
  }

  private static func failure(_ index: Int, _ error: SoundFileError) -> RecordingFailure {
    var problem = RecordingFailure(
      recording: index, message: error.message, frame: nil, isNotFinite: false)
    switch error {
    case .notFinite(let frame, _):
      problem.frame = frame
      problem.isNotFinite = true
    case .damaged(_, let frame, _): problem.frame = frame
    default: break
    }
    return problem
  }
}
