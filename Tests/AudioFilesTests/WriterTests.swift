import AudioFiles
import Foundation
import Signal
import Testing

struct WriterTests {
  static let formats: [(SoundFileFormat.Container, SampleEncoding, Int)] = [
    (.wav, .integer(bits: 16), 1), (.wav, .integer(bits: 16), 2), (.wav, .integer(bits: 24), 1),
    (.wav, .integer(bits: 24), 2), (.wav, .integer(bits: 24), 6), (.wav, .integer(bits: 32), 2),
    (.wav, .float32, 1), (.wav, .float32, 2), (.aiff, .integer(bits: 16), 2),
    (.rf64, .integer(bits: 24), 2), (.caf, .integer(bits: 16), 1), (.caf, .integer(bits: 24), 2),
    (.caf, .float32, 2), (.aiff, .integer(bits: 24), 1), (.aiff, .integer(bits: 24), 2),
    (.aiff, .float32, 2),
    (.flac, .integer(bits: 16), 2), (.flac, .integer(bits: 24), 1),
    (.flac, .integer(bits: 24), 2),
  ]

  static func bits(_ encoding: SampleEncoding) -> Int {
    if case .integer(let bits) = encoding { bits } else { 0 }
  }

  @Test(arguments: formats.indices)
  func whatIsWrittenIsReadBackExactly(_ index: Int) throws {
    let (container, encoding, channels) = WriterTests.formats[index]
    let scratch = Scratch()
    let frames = 10_007
    let input = noise(channels, frames, bits: WriterTests.bits(encoding), seed: UInt64(index + 1))
    let format = SoundFileFormat(container, encoding, rate: 44_100, channelCount: channels)
    let writer = try SoundFileWriter(path: scratch.file("a"), format: format)
    try writer.write(input.block(777))
    try writer.write(input.block.slice(777..<frames))
    let written = try writer.finish()
    #expect(written.frames == Int64(frames))
    #expect(written.clippedSamples == 0)

    let facts = try SoundFileProbe.facts(of: scratch.file("a")).get()
    #expect(facts.frames == Int64(frames))
    #expect(facts.rate == 44_100)
    #expect(facts.channelCount == channels)
    #expect(facts.encoding == encoding)
    #expect(facts.access == .random)
    let reader = try SoundFileReader(path: scratch.file("a"))
    #expect(try read(reader, at: 0, frames) == samples(input.block))
  }

  @Test(arguments: formats.indices)
  func twoRunsGiveTheSameBytesAndTheSecondTouchesNothing(_ index: Int) throws {
    let (container, encoding, channels) = WriterTests.formats[index]
    let scratch = Scratch()
    let input = noise(channels, 5_001, bits: WriterTests.bits(encoding), seed: 3)
    let format = SoundFileFormat(container, encoding, rate: 48_000, channelCount: channels)
    let metadata = SoundFileMetadata(texts: [.title: "Töne", .artist: "A", .comment: "odd"])
    func write(_ pieces: Int) throws -> WrittenFile {
      let writer = try SoundFileWriter(
        path: scratch.file("a"), format: format, metadata: metadata)
      var frame = 0
      while frame < 5_001 {
        let end = min(5_001, frame + pieces)
        try writer.write(input.block.slice(frame..<end))
        frame = end
      }
      return try writer.finish()
    }
    let first = try write(5_001)
    let bytes = scratch.bytes("a")
    let second = try write(64)
    #expect(first.wasReplaced)
    #expect(!second.wasReplaced)
    #expect(first.frame == second.frame)
    #expect(scratch.bytes("a") == bytes)
    #expect(scratch.names == ["a"])
  }

  @Test func aChangedFileIsReplaced() throws {
    let scratch = Scratch()
    scratch.write([1, 2, 3], to: "a.wav")
    let format = SoundFileFormat(.wav, .integer(bits: 16), rate: 48_000, channelCount: 1)
    let writer = try SoundFileWriter(path: scratch.file("a.wav"), format: format)
    try writer.write(all: noise(1, 10, bits: 16, seed: 1))
    #expect(scratch.bytes("a.wav") == [1, 2, 3])
    #expect(try writer.finish().wasReplaced)
    #expect(try SoundFileReader(path: scratch.file("a.wav")).facts.frames == 10)
  }

  @Test func anAbandonedOrDroppedWriterLeavesNothing() throws {
    let scratch = Scratch()
    let format = SoundFileFormat(.flac, .integer(bits: 16), rate: 48_000, channelCount: 1)
    let writer = try SoundFileWriter(path: scratch.file("a.flac"), format: format)
    try writer.write(all: noise(1, 10, bits: 16, seed: 1))
    #expect(!scratch.names.isEmpty)
    writer.abandon()
    #expect(scratch.names.isEmpty)
    do {
      let other = try SoundFileWriter(path: scratch.file("b.flac"), format: format)
      try other.write(all: noise(1, 10, bits: 16, seed: 1))
    }
    #expect(scratch.names.isEmpty)
  }

  @Test func samplesThatAreNotFiniteAreRefusedWithTheirPlace() throws {
    let scratch = Scratch()
    let format = SoundFileFormat(.wav, .float32, rate: 48_000, channelCount: 2)
    let writer = try SoundFileWriter(path: scratch.file("a.wav"), format: format)
    let input = noise(2, 9_000, bits: 0, seed: 1)
    input.block[1][8_123] = .nan
    #expect(throws: SoundFileError.notFinite(frame: 8_123, channel: 1)) {
      try writer.write(input.block)
    }
  }

  @Test func whatIsBeyondFullScaleIsClampedAndCounted() throws {
    let scratch = Scratch()
    let format = SoundFileFormat(.wav, .integer(bits: 16), rate: 48_000, channelCount: 1)
    let writer = try SoundFileWriter(path: scratch.file("a.wav"), format: format)
    let input = AudioBuffer(channelCount: 1, frameCapacity: 6)
    for (i, value) in [1.0, -1.0, 1.5, -1e30, 0.5, -0.5].enumerated() {
      input.block[0][i] = value
    }
    try writer.write(input.block)
    #expect(try writer.finish().clippedSamples == 3)
    let reader = try SoundFileReader(path: scratch.file("a.wav"))
    let top = 32767.0 / 32768
    #expect(try read(reader, at: 0, 6) == [[top, -1, top, -1, 0.5, -0.5]])
  }

  @Test func everyCodeOfSixteenBitsSurvives() throws {
    let scratch = Scratch()
    let format = SoundFileFormat(.wav, .integer(bits: 16), rate: 48_000, channelCount: 1)
    let input = AudioBuffer(channelCount: 1, frameCapacity: 65_536)
    for i in 0..<65_536 { input.block[0][i] = Double(i - 32_768) / 32_768 }
    let writer = try SoundFileWriter(path: scratch.file("a.wav"), format: format)
    try writer.write(input.block)
    _ = try writer.finish()
    let reader = try SoundFileReader(path: scratch.file("a.wav"))
    #expect(try read(reader, at: 0, 65_536) == samples(input.block))
  }

  @Test func whatSurroundsTheSamplesIsKnownByAHash() throws {
    let scratch = Scratch()
    let format = SoundFileFormat(.wav, .integer(bits: 16), rate: 48_000, channelCount: 1)
    func written(_ values: [Double], title: String?) throws -> WrittenFile {
      var metadata = SoundFileMetadata()
      metadata.texts[.title] = title
      let writer = try SoundFileWriter(
        path: scratch.file("a.wav"), format: format, metadata: metadata)
      let buffer = AudioBuffer(channelCount: 1, frameCapacity: values.count)
      for (i, value) in values.enumerated() { buffer.block[0][i] = value }
      try writer.write(buffer.block)
      return try writer.finish()
    }
    let first = try written([0, 0, 0, 0], title: nil)
    #expect(scratch.bytes("a.wav").count == 88)
    #expect(try written([0, 0, 0.5, 0], title: nil).frame == first.frame)
    #expect(try written([0, 0, 0, 0], title: "A").frame != first.frame)
    #expect(try written([0, 0, 0, 0, 0], title: nil).frame != first.frame)
  }

  @Test func whatIsKnownToBeEqualIsNotRead() throws {
    let scratch = Scratch()
    let format = SoundFileFormat(.wav, .integer(bits: 16), rate: 48_000, channelCount: 1)
    let silence = AudioBuffer(channelCount: 1, frameCapacity: 4)
    func written(_ isEqual: Bool?) throws -> WrittenFile {
      let writer = try SoundFileWriter(path: scratch.file("a.wav"), format: format)
      try writer.write(silence.block)
      return try writer.finish { _ in isEqual }
    }
    #expect(try written(nil).wasReplaced)
    #expect(try !written(nil).wasReplaced)
    #expect(try !written(true).wasReplaced)
    #expect(try written(false).wasReplaced)
    #expect(scratch.names == ["a.wav"])
  }

  @Test func formsThatDoNotExistAreRefused() {
    let scratch = Scratch()
    let format = SoundFileFormat(.flac, .float32, rate: 48_000, channelCount: 1)
    #expect(throws: SoundFileError.self) {
      try SoundFileWriter(path: scratch.file("a.flac"), format: format)
    }
    let fine = SoundFileFormat(.wav, .float32, rate: 48_000, channelCount: 1)
    #expect(throws: SoundFileError.self) {
      try SoundFileWriter(path: scratch.file("no/such/a.wav"), format: fine)
    }
    #expect(scratch.names.isEmpty)
  }
}
