import Foundation
import Signal
import Testing

@testable import AudioFiles

struct EncoderTests {
  static let lossy: [(SoundFileFormat.Container, Int, Int, Int?)] = [
    (.mp3, 44_100, 2, 192_000), (.mp3, 44_100, 1, nil), (.mp3, 22_050, 1, 64_000),
    (.ogg, 48_000, 2, 192_000), (.ogg, 44_100, 1, nil), (.opus, 48_000, 2, 160_000),
    (.opus, 48_000, 1, 64_000),
  ]

  static func tone(_ channels: Int, _ rate: Int, _ frames: Int) -> AudioBuffer {
    let buffer = AudioBuffer(channelCount: channels, frameCapacity: frames)
    for channel in 0..<channels {
      for i in 0..<frames {
        let edge = min(1, Double(min(i, frames - 1 - i)) / 2_000)
        buffer.block[channel][i] =
          0.5 * edge * sin(2 * Double.pi * Double(440 + 110 * channel) / Double(rate) * Double(i))
      }
    }
    return buffer
  }

  static let metadata: SoundFileMetadata = {
    var metadata = SoundFileMetadata(texts: [
      .title: "Nachtzug – 夜", .artist: "A", .album: "B", .isrc: "USS1Z2600001", .track: "1",
      .tracks: "9", .upc: "0602435710235", .comment: "odd",
    ])
    metadata.tags = [.init("REPLAYGAIN_TRACK_GAIN", "-3.21 dB")]
    metadata.markers = [.init("one", at: 0), .init("two & more", at: 30_000, end: 50_000)]
    metadata.picture = .init(mediaType: "image/png", bytes: Array("picture".utf8))
    return metadata
  }()

  @Test(arguments: lossy.indices)
  func lossyFilesAreTheSameOnEveryRunAndSoundLikeTheirSource(_ index: Int) throws {
    let (container, rate, channels, bitRate) = EncoderTests.lossy[index]
    let scratch = Scratch()
    let frames = 100_001
    let input = EncoderTests.tone(channels, rate, frames)
    let format = SoundFileFormat(container, rate: rate, channelCount: channels, bitRate: bitRate)
    func write(_ name: String, _ piece: Int) throws -> WrittenFile {
      let writer = try SoundFileWriter(
        path: scratch.file(name), format: format, metadata: EncoderTests.metadata)
      var frame = 0
      while frame < frames {
        let end = min(frames, frame + piece)
        try writer.write(input.block.slice(frame..<end))
        frame = end
      }
      return try writer.finish()
    }
    let first = try write("a", 4_096)
    let second = try write("b", 333)
    #expect(first.frame == second.frame)
    #expect(scratch.names == ["a", "b"])

    let facts = try SoundFileProbe.facts(of: scratch.file("a")).get()
    #expect(facts.rate == rate && facts.channelCount == channels)
    // MP3 has whole frames of 1152 and an encoder's delay; the others keep their length.
    #expect(container == .mp3 ? abs(Int(facts.frames) - frames) < 4_000 : facts.frames == frames)
    let reader = try SoundFileReader(path: scratch.file("a"))
    let middle = try read(reader, at: 40_000, 8_192)
    for channel in 0..<channels {
      let power = middle[channel].reduce(0) { $0 + $1 * $1 } / 8_192
      #expect(abs(10 * log10(power / 0.125)) < 0.2)
    }
  }

  @Test func bitRatesOfMP3AreThoseAskedFor() throws {
    let scratch = Scratch()
    for wanted in [128, 160, 192, 224, 256, 320] {
      let format = SoundFileFormat(
        .mp3, rate: 44_100, channelCount: 2, bitRate: wanted * 1000)
      let writer = try SoundFileWriter(path: scratch.file("a"), format: format)
      try writer.write(all: EncoderTests.tone(2, 44_100, 44_100))
      _ = try writer.finish()
      // Layer III, MPEG-1: the third byte's high half is an index into this table.
      let table = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
      let bytes = scratch.bytes("a")
      #expect(bytes[0] == 0xFF && table[Int(bytes[2] >> 4)] == wanted)
    }
  }

  @Test(arguments: ["ogg", "opus", "flac"])
  func commentsAreInTheFileAndNoVersionIs(_ kind: String) throws {
    let scratch = Scratch()
    let container = try #require(SoundFileFormat.Container(rawValue: kind))
    let format = SoundFileFormat(container, .integer(bits: 16), rate: 48_000, channelCount: 2)
    let writer = try SoundFileWriter(
      path: scratch.file("a"), format: format, metadata: EncoderTests.metadata)
    try writer.write(all: EncoderTests.tone(2, 48_000, 60_000))
    _ = try writer.finish()
    let text = String(decoding: scratch.bytes("a"), as: Unicode.ASCII.self)
    let utf8 = scratch.bytes("a")
    func holds(_ wanted: String) -> Bool {
      let wanted = Array(wanted.utf8)
      return (0...(utf8.count - wanted.count)).contains {
        utf8[$0] == wanted[0] && Array(utf8[$0..<($0 + wanted.count)]) == wanted
      }
    }
    #expect(holds("TITLE=Nachtzug – 夜") && holds("ISRC=USS1Z2600001") && holds("TRACKTOTAL=9"))
    #expect(holds("BARCODE=0602435710235") && holds("REPLAYGAIN_TRACK_GAIN=-3.21 dB"))
    #expect(holds("CHAPTER001=00:00:00.625") && holds("CHAPTER001NAME=two & more"))
    #expect(!text.contains("libFLAC") && !text.contains("libopus") && !text.contains("Xiph"))
  }

  @Test func tagsOfMP3AreID3v24() throws {
    let scratch = Scratch()
    let format = SoundFileFormat(.mp3, rate: 44_100, channelCount: 2)
    let writer = try SoundFileWriter(
      path: scratch.file("a"), format: format, metadata: EncoderTests.metadata)
    try writer.write(all: EncoderTests.tone(2, 44_100, 60_000))
    _ = try writer.finish()
    let bytes = scratch.bytes("a")
    #expect(Array(bytes[0..<5]) == Array("ID3".utf8) + [4, 0])
    let size = bytes[6..<10].reduce(0) { $0 << 7 | Int($1) }
    #expect(bytes[10 + size] == 0xFF && bytes[11 + size] & 0xE0 == 0xE0)
    var frames: [String: [UInt8]] = [:]
    var position = 10
    while position < 10 + size {
      let name = bytes.fourCC(position)
      let length = bytes[(position + 4)..<(position + 8)].reduce(0) { $0 << 7 | Int($1) }
      frames[name] = Array(bytes[(position + 10)..<(position + 10 + length)])
      position += 10 + length
    }
    #expect(frames["TIT2"] == [3] + Array("Nachtzug – 夜".utf8))
    #expect(frames["TRCK"] == [3] + Array("1/9".utf8))
    #expect(frames["CTOC"] != nil && frames["CHAP"] != nil && frames["APIC"] != nil)
  }

  @Test func aBroadcastExtensionKeepsItsPlaceWhenItsLoudnessIsKnown() throws {
    let scratch = Scratch()
    var metadata = EncoderTests.metadata
    var broadcast = BroadcastExtension()
    broadcast.description = "a mix"
    broadcast.date = "2026-11-22"
    broadcast.timeReference = 172_800_000
    metadata.broadcast = broadcast
    let format = SoundFileFormat(.wav, .integer(bits: 24), rate: 48_000, channelCount: 2)
    let writer = try SoundFileWriter(path: scratch.file("a"), format: format, metadata: metadata)
    let input = noise(2, 999, bits: 24, seed: 3)
    try writer.write(input.block)
    writer.setLoudness(
      .init(integrated: -23.004, range: 5.5, truePeak: -1.005, momentaryMax: -18))
    _ = try writer.finish()
    let bytes = scratch.bytes("a")
    // RIFF 12, JUNK 36, then bext.
    #expect(bytes.fourCC(48) == "bext" && bytes.little32(52) == 602)
    let body = 56
    #expect(Array(bytes[body..<(body + 6)]) == Array("a mix".utf8) + [0])
    #expect(bytes.little64(body + 338) == 172_800_000)
    #expect(bytes.little16(body + 346) == 2)
    let loudness = (0..<5).map { Int16(truncatingIfNeeded: bytes.little16(body + 412 + 2 * $0)) }
    #expect(loudness == [-2300, 550, -100, -1800, 0x7FFF])
    let reader = try SoundFileReader(path: scratch.file("a"))
    #expect(try read(reader, at: 0, 999) == samples(input.block))
  }

  @Test func fourGibibytesMakeRF64WithoutMovingTheAudio() throws {
    let format = SoundFileFormat(.wav, .integer(bits: 24), rate: 48_000, channelCount: 2)
    let form = WaveForm(format, EncoderTests.metadata)
    let small = form.head(frames: 1_000)
    let frames: Int64 = 900_000_000
    let large = form.head(frames: frames)
    #expect(small.fourCC(0) == "RIFF" && small.fourCC(12) == "JUNK")
    #expect(large.fourCC(0) == "RF64" && large.fourCC(12) == "ds64")
    #expect(small.count == large.count)
    #expect(large.little32(4) == 0xFFFF_FFFF)
    #expect(large.little64(20) == UInt64(large.count) + UInt64(frames) * 6 - 8)
    #expect(large.little64(28) == UInt64(frames) * 6)
    #expect(large.little64(36) == UInt64(frames))

    // A sparse file of 5.4 GB with one sample at its end.
    let scratch = Scratch()
    scratch.write(large, to: "big.wav")
    let file = try #require(FileHandle(forWritingAtPath: scratch.file("big.wav")))
    try file.seek(toOffset: UInt64(large.count) + UInt64(frames) * 6 - 3)
    try file.write(contentsOf: Data([0, 0, 0x40]))
    try file.close()
    let reader = try SoundFileReader(path: scratch.file("big.wav"))
    #expect(reader.facts.frames == frames)
    #expect(try read(reader, at: frames - 2, 3) == [[0, 0, 0], [0, 0.5, 0]])
  }

  static let encoded: [SoundFileFormat] = [
    SoundFileFormat(.flac, .integer(bits: 16), rate: 48_000, channelCount: 1),
    SoundFileFormat(.mp3, rate: 48_000, channelCount: 1, bitRate: 96_000),
    SoundFileFormat(.ogg, rate: 48_000, channelCount: 1, bitRate: 96_000),
    SoundFileFormat(.opus, rate: 48_000, channelCount: 1, bitRate: 96_000),
  ]

  /// What cannot be written while the encoder closes too.
  @Test(arguments: encoded, [0, 100_000])
  func anEncoderSaysWhyItCannotWrite(_ format: SoundFileFormat, after good: Int) throws {
    let scratch = Scratch()
    let input = noise(1, 100_000, bits: 16, seed: 3)
    let encoder = try LibraryEncoder(scratch.file("a"), format, SoundFileMetadata())
    func write(_ frames: Range<Int>) throws(SoundFileError) {
      guard format.container == .flac else { return try encoder.write(input.block.slice(frames)) }
      let integers = frames.map { Int32(input.block[0][$0] * 0x1p31) }
      var problem: SoundFileError?
      integers.withUnsafeBufferPointer { memory in
        guard let base = memory.baseAddress else { return }
        do throws(SoundFileError) { try encoder.write(base, frames: memory.count) } catch {
          problem = error
        }
      }
      if let problem { throw problem }
    }
    try write(0..<good)
    // A file that is open for reading alone refuses all that is written.
    let refusing = open(scratch.write([], to: "b"), O_RDONLY)
    #expect(dup2(refusing, encoder.output.file.descriptor) >= 0)
    close(refusing)
    #expect(throws: SoundFileError.notWritten(PosixFile.message(EBADF))) {
      try write(good..<100_000)
      try encoder.endAudio()
    }
    withExtendedLifetime(input) {}
  }
}
