public import AudioFiles
public import Loudness
import Signal

/// Measures sound files from end to end, in a stream.
public enum FileMeasurement {
  public struct Options: Hashable, Sendable {
    public var measuresSpectrum = false
    public init() {}
  }

  /// What the file at `path` measures, and what it is. Samples count as clipped at the top code
  /// of the file's depth.
  ///
  /// - Throws: as `SoundFileReader`.
  /// - Complexity: one pass; memory does not grow with the file but for 240 bytes a second of the
  ///   meters' records.
  public static func measure(_ path: String, options: Options = Options())
    throws(SoundFileError) -> (report: MeterReport, facts: SoundFileFacts)
  {
    let reader = try SoundFileReader(path: path)
    var facts = reader.facts
    var settings = LoudnessMeter.Options()
    settings.measuresSpectrum = options.measuresSpectrum
    if case .integer(let bits) = facts.encoding, bits >= 2 {
      settings.clipLevel = 1 - 1 / Double(Int64(1) << Int64(min(bits, 24) - 1))
    }
    let meter = ProgrammeMeter(
      rate: facts.rate, channelCount: facts.channelCount, options: settings)
    facts.frames = try reader.decodeSequentially(blockFrames: 1 << 14) { _, block in
      meter.process(block)
      return true
    }
    facts.isLengthCounted = true
    return (meter.finish(), facts)
  }
}
