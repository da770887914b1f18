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
