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
    settings.weights = facts.speakers.map { weights($0) }
    let meter = ProgrammeMeter(
      rate: facts.rate, channelCount: facts.channelCount, options: settings)
    facts.frames = try reader.decodeSequentially(blockFrames: 1 << 14) { _, block in
      meter.process(block)
      return true
    }
    facts.isLengthCounted = true
    facts.missingFrames = reader.missingFrames(counted: facts.frames)
    return (meter.finish(), facts)
  }

  /// How much channels count in loudness: those at the sides more, the one for low frequencies alone
  /// not at all. Behind channels at the sides there is the back; without them it is at the sides.
  ///
  /// - Source: ITU-R BS.1770-5, Annex 1, table 3 and Annex 3.
  private static func weights(_ speakers: [Speaker]) -> [Double] {
    let hasSides = speakers.contains(.sideLeft) || speakers.contains(.sideRight)
    return speakers.map { speaker in
      switch speaker {
      case .effects: 0
      case .sideLeft, .sideRight: ChannelWeights.surround
      case .backLeft, .backRight: hasSides ? 1 : ChannelWeights.surround
      case .left, .right, .center, .backCenter, .other: 1
      }
    }
  }
}
