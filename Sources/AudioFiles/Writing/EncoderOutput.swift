import CSndfile

/// The file that an encoder of libsndfile's writes, by callbacks.
///
/// The library's encoders pass over writes that fail or fall short, and none says what went wrong
/// while it closes; this keeps the first failure. Nothing is written after it.
final class EncoderOutput {
  let file: PosixFile
  private var failure: SoundFileError?
  private var position: Int64 = 0
  private var length: Int64 = 0

  init(_ file: PosixFile) { self.file = file }

  /// - Throws: `notWritten` with the system's reason when any write has failed.
  func check() throws(SoundFileError) {
    if let failure { throw failure }
  }

  /// An encoder that writes here, which must last longer; nil: libsndfile has none.
  func open(_ information: inout SF_INFO) -> OpaquePointer? {
    var callbacks = SF_VIRTUAL_IO(
      get_filelen: { EncoderOutput.from($0)?.length ?? -1 },
      seek: { offset, origin, context in
        EncoderOutput.from(context)?.seek(offset, from: origin) ?? -1
      },
      read: { memory, count, context in
        EncoderOutput.from(context)?.read(into: memory, count: count) ?? 0
      },
      write: { memory, count, context in
        EncoderOutput.from(context)?.write(memory, count: count) ?? 0
      },
      tell: { EncoderOutput.from($0)?.position ?? -1 })
    return sf_open_virtual(
      &callbacks, Int32(SFM_WRITE), &information, Unmanaged.passUnretained(self).toOpaque())
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> EncoderOutput? {
    context.map { Unmanaged<EncoderOutput>.fromOpaque($0).takeUnretainedValue() }
  }

  private func seek(_ offset: Int64, from origin: Int32) -> Int64 {
    switch origin {
    case 0: position = offset  // SEEK_SET
    case 1: position += offset  // SEEK_CUR
    default: position = length + offset
    }
    position = max(0, position)
    return position
  }

  private func read(into memory: UnsafeMutableRawPointer?, count: Int64) -> Int64 {
    guard let memory, count > 0 else { return 0 }
    do throws(SoundFileError) {
      let got = Int64(try file.read(into: memory, count: Int(count), at: position))
      position += got
      return got
    } catch {
      keep(error)
      return 0
    }
  }

  private func write(_ memory: UnsafeRawPointer?, count: Int64) -> Int64 {
    guard let memory, count > 0, failure == nil else { return 0 }
    do throws(SoundFileError) {
      try file.write(UnsafeRawBufferPointer(start: memory, count: Int(count)), at: position)
      position += count
      length = max(length, position)
      return count
    } catch {
      keep(error)
      return 0
    }
  }

  private func keep(_ error: SoundFileError) {
    if failure == nil { failure = error }
  }
}
