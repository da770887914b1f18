import AudioFiles
import Foundation
import Loudness
import Mastering
import Signal
import Testing

struct FileMeasurementTests {
  @Test func aWrittenToneMeasuresWhatItIs() throws {
    let path = FileManager.default.temporaryDirectory.path + "/mixdown-\(UUID().uuidString).wav"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let format = SoundFileFormat(.wav, .integer(bits: 24), rate: 48_000, channelCount: 2)
    let writer = try SoundFileWriter(path: path, format: format)
    let buffer = AudioBuffer(channelCount: 2, frameCapacity: 144_000)
    for i in 0..<144_000 {
      let value = 0.1 * sin(2 * Double.pi * 997 * Double(i) / 48_000)
      buffer.block[0][i] = value
      buffer.block[1][i] = value
    }
    try writer.write(buffer.block)
    _ = try writer.finish()
    let (report, facts) = try FileMeasurement.measure(path)
    #expect(facts.frames == 144_000)
    #expect(abs((report.integrated ?? 0) - -20) < 0.02)
    #expect(abs(report.truePeak - -20) < 0.01)
    #expect(throws: SoundFileError.missing) { try FileMeasurement.measure(path + ".none") }
  }

  static let places: [(mask: Int, channels: Int, tone: Int, offset: Double?)] = [
    (0xB, 3, 2, nil), (0x7, 3, 2, 0), (0x3F, 6, 3, nil), (0x3F, 6, 5, 1.5), (0x60F, 6, 4, 1.5),
    (0x70F, 7, 3, nil), (0x70F, 7, 4, 0), (0x70F, 7, 6, 1.5), (0x107, 4, 3, 0),
    (0x63F, 8, 4, 0), (0x63F, 8, 7, 1.5), (0, 3, 2, 0), (0, 7, 3, nil),
  ]

  /// A tone in one channel of an extensible WAV file counts by where the channel plays; nil: not at all.
  @Test(arguments: places)
  func aChannelCountsByWhereItPlays(
    _ place: (mask: Int, channels: Int, tone: Int, offset: Double?)
  ) throws {
    let (mask, channels, tone, offset) = place
    let path = FileManager.default.temporaryDirectory.path + "/mixdown-\(UUID().uuidString).wav"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (rate, frames) = (48_000, 48_000)
    var data = Data()
    func put(_ value: Int, _ bytes: Int) {
      for byte in 0..<bytes { data.append(UInt8(value >> (8 * byte) & 255)) }
    }
    data += Data("RIFF".utf8)
    put(60 + 2 * channels * frames, 4)
    data += Data("WAVEfmt ".utf8)
    put(40, 4)
    put(0xFFFE, 2)
    put(channels, 2)
    put(rate, 4)
    put(2 * channels * rate, 4)
    put(2 * channels, 2)
    for value in [16, 22, 16] { put(value, 2) }
    put(mask, 4)
    data += Data([1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71])
    data += Data("data".utf8)
    put(2 * channels * frames, 4)
    for i in 0..<frames {
      let value = Int(3277 * sin(2 * Double.pi * 997 * Double(i) / Double(rate)))
      for channel in 0..<channels { put(channel == tone ? value & 0xFFFF : 0, 2) }
    }
    try data.write(to: URL(fileURLWithPath: path))
    let loudness = try #require(try FileMeasurement.measure(path).report.integrated)
    if let offset {
      #expect(abs(loudness + 23 - offset) < 0.05)
    } else {
      #expect(loudness == -.infinity)
    }
  }

  /// Printed, not judged: a table over the files that `MIXDOWN_MEASURE` names, and CPU seconds.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["MIXDOWN_MEASURE"] != nil))
  func table() throws {
    let names = ProcessInfo.processInfo.environment["MIXDOWN_MEASURE"] ?? ""
    for path in names.split(separator: ":").map(String.init) {
      let start = clock()
      let (r, _) = try FileMeasurement.measure(path)
      let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
      print(
        "MEASURED", path, r.integrated ?? .nan, r.loudnessRange ?? .nan, r.momentaryMax ?? .nan,
        r.shortTermMax ?? .nan, r.truePeak, r.tableTruePeak ?? .nan, r.samplePeak, seconds)
    }
  }
}
