internal import Signal

/// A window of a recording's bytes, three a frame, filled in long reads.
final class ByteWindow {
  let recording: Int
  private let memory: UnsafeMutableRawPointer
  private var start: Int64 = 0
  private var count = 0

  static let frames = 16384
  /// In front of the first frame: four bytes are read at a time.
  private static let lead = 16

  init(recording: Int) {
    self.recording = recording
    memory = .allocate(byteCount: Self.lead + 3 * Self.frames, alignment: 16)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: Self.lead)
  }

  deinit { memory.deallocate() }

  /// Where the frames stand, until the next call; nil: they are not to be had like this.
  func view(_ frame: Int64, _ needed: Int, library: RecordingLibrary) -> UnsafePointer<UInt8>? {
    if frame < start || frame + Int64(needed) > start + Int64(count) {
      count = 0
      let wanted =
        library.hasBytes(recording, at: frame, count: Self.frames)
        ? Self.frames : library.hasBytes(recording, at: frame, count: needed) ? needed : 0
      guard wanted > 0,
        library.readBytes(recording, at: frame, count: wanted, into: memory + Self.lead)
      else { return nil }
      start = frame
      count = wanted
    }
    let place = memory + Self.lead + 3 * Int(frame - start)
    return UnsafePointer(place.assumingMemoryBound(to: UInt8.self))
  }
}
