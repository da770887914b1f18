import AudioFiles
import Foundation
import Signal
import Testing

struct ReaderTests {
  static func make(
    _ scratch: Scratch, _ name: String, _ container: SoundFileFormat.Container,
    _ encoding: SampleEncoding, channels: Int = 2, frames: Int = 20_000, seed: UInt64 = 5
  ) throws -> AudioBuffer {
    let input = noise(channels, frames, bits: WriterTests.bits(encoding), seed: seed)
    let format = SoundFileFormat(container, encoding, rate: 48_000, channelCount: channels)
    let writer = try SoundFileWriter(path: scratch.file(name), format: format)
    try writer.write(input.block)
    _ = try writer.finish()
    return input
  }

  @Test(arguments: ["wav", "aiff", "flac"])
  func anyRangeGivesTheSameSamplesInAnyOrder(_ container: String) throws {
    let scratch = Scratch()
    let kind = try #require(SoundFileFormat.Container(rawValue: container))
    let input = try ReaderTests.make(scratch, "a", kind, .integer(bits: 24))
    let all = samples(input.block)
    let reader = try SoundFileReader(path: scratch.file("a"))
    var random = Seeded(9)
    for _ in 0..<200 {
      let start = random.below(20_000)
      let count = random.below(min(9_000, 20_000 - start) + 1)
      let got = try read(reader, at: Int64(start), count)
      #expect(got == all.map { Array($0[start..<(start + count)]) })
    }
  }

  @Test(arguments: ["wav", "flac"])
  func framesOutsideTheFileAreZeros(_ container: String) throws {
    let scratch = Scratch()
    let kind = try #require(SoundFileFormat.Container(rawValue: container))
    let input = try ReaderTests.make(scratch, "a", kind, .integer(bits: 16), frames: 100)
    let all = samples(input.block)
    let reader = try SoundFileReader(path: scratch.file("a"))
    let got = try read(reader, at: -10, 130)
    for channel in 0..<2 {
      let silence = [Double](repeating: 0, count: 10)
      #expect(got[channel] == silence + all[channel] + silence + silence)
    }
    for frame in [Int64.min, -1_000, 100, 1 << 40, .max] {
      #expect(try read(reader, at: frame, 5) == [[0, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    }
  }

  @Test func channelsComeInTheOrderAskedFor() throws {
    let scratch = Scratch()
    let input = try ReaderTests.make(scratch, "a", .wav, .integer(bits: 24), channels: 5)
    let all = samples(input.block)
    let reader = try SoundFileReader(path: scratch.file("a"))
    #expect(try read(reader, at: 0, 20_000, channels: [4, 1]) == [all[4], all[1]])
    #expect(try read(reader, at: 7, 3, channels: [2]) == [Array(all[2][7..<10])])
    #expect(throws: SoundFileError.self) { try read(reader, at: 0, 1, channels: [5]) }
    #expect(throws: SoundFileError.self) { try read(reader, at: 0, 1, channels: [-1]) }
  }

  @Test func theFirstSampleThatIsNotFiniteIsNamed() throws {
    let scratch = Scratch()
    _ = try ReaderTests.make(scratch, "a", .wav, .float32, frames: 70_000)
    var bytes = scratch.bytes("a")
    let data = bytes.count - 70_000 * 8
    // Infinity at frame 66 000 of the right channel, NaN at 66 100 of the left.
    bytes.replaceSubrange(
      (data + 66_000 * 8 + 4)..<(data + 66_000 * 8 + 8), with: [0, 0, 0x80, 0x7F])
    bytes.replaceSubrange((data + 66_100 * 8)..<(data + 66_100 * 8 + 4), with: [1, 0, 0xC0, 0xFF])
    scratch.write(bytes, to: "b")
    let reader = try SoundFileReader(path: scratch.file("b"))
    #expect(throws: SoundFileError.notFinite(frame: 66_000, channel: 1)) {
      try read(reader, at: 5, 69_000)
    }
    #expect(throws: SoundFileError.notFinite(frame: 66_100, channel: 0)) {
      try read(reader, at: 5, 69_000, channels: [0])
    }
    #expect(throws: Never.self) { try read(reader, at: 0, 66_000) }
  }

  @Test func whatIsNoSoundFileSaysWhatItIs() throws {
    let scratch = Scratch()
    func problem(_ name: String) -> SoundFileError? {
      if case .failure(let error) = SoundFileProbe.facts(of: scratch.file(name)) {
        error
      } else {
        nil
      }
    }
    #expect(problem("none.wav") == .missing)
    #expect(problem("") == .isFolder)
    scratch.write([], to: "empty.wav")
    #expect(problem("empty.wav") == .unsupported("the file is empty"))
    scratch.write(
      Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n".utf8),
      to: "pointer.wav")
    #expect(problem("pointer.wav") == .lfsPointer)
    scratch.write(Array("words, words, words and no sound".utf8), to: "text.wav")
    guard case .unsupported = problem("text.wav") else {
      Issue.record("text was taken for sound")
      return
    }
  }

  @Test func aFileThatIsShorterThanItsHeaderSaysEndsWhereItEnds() throws {
    let scratch = Scratch()
    for (name, kind) in [("w", SoundFileFormat.Container.wav), ("a", .aiff)] {
      let input = try ReaderTests.make(scratch, name, kind, .integer(bits: 24), frames: 1_000)
      let bytes = scratch.bytes(name)
      scratch.write(Array(bytes.dropLast(6 * 400 + 5)), to: "cut")
      let reader = try SoundFileReader(path: scratch.file("cut"))
      #expect(reader.facts.frames == 599)
      #expect(try read(reader, at: 0, 599) == samples(input.block(599)))
    }
  }

  @Test func aFlacFileThatBreaksOffIsDamaged() throws {
    let scratch = Scratch()
    _ = try ReaderTests.make(scratch, "a", .flac, .integer(bits: 16), frames: 50_000)
    scratch.write(Array(scratch.bytes("a").dropLast(60_000)), to: "cut")
    guard case .failure(let error) = SoundFileProbe.facts(of: scratch.file("cut")),
      case .damaged(_, let frame, let rate) = error
    else {
      Issue.record("the probe believed the header")
      return
    }
    #expect(frame > 0 && frame < 50_000)
    let milliseconds = frame * 1000 / Int64(rate)
    let digits = String(milliseconds % 1000)
    let time =
      "0:0\(milliseconds / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    #expect(
      error.message.hasPrefix("its audio is damaged at \(time) (frame \(frame)): "),
      "\(error.message)")
    #expect(
      SoundFileError.damaged("x", frame: 3_725 * 44_100 + 22_050, rate: 44_100).message
        == "its audio is damaged at 1:02:05.500 (frame 164294550): x")
  }

  @Test func sizesOfAnUnfinishedRecordingMeanTheRestOfTheFile() throws {
    let scratch = Scratch()
    let input = try ReaderTests.make(scratch, "a", .wav, .integer(bits: 16), frames: 500)
    var bytes = scratch.bytes("a")
    let data = bytes.count - 500 * 4
    bytes.replaceSubrange(4..<8, with: [0, 0, 0, 0])
    bytes.replaceSubrange((data - 4)..<data, with: [0, 0, 0, 0])
    scratch.write(bytes, to: "b")
    let reader = try SoundFileReader(path: scratch.file("b"))
    #expect(try read(reader, at: 0, 500) == samples(input.block))
  }

  @Test func decodingInOrderGivesTheWholeFile() throws {
    let scratch = Scratch()
    for (name, kind) in [("w", SoundFileFormat.Container.wav), ("f", .flac)] {
      let input = try ReaderTests.make(scratch, name, kind, .integer(bits: 16))
      let reader = try SoundFileReader(path: scratch.file(name))
      var got: [[Double]] = [[], []]
      let frames = try reader.decodeSequentially(blockFrames: 3_001) { frame, block in
        #expect(frame == Int64(got[0].count))
        for (channel, part) in samples(block).enumerated() { got[channel] += part }
        return true
      }
      #expect(frames == 20_000)
      #expect(got == samples(input.block))
    }
  }

  /// Where the length is known only at the end.
  @Test(arguments: [1, 4_095, 4_096, 4_097, 16_384, 70_000, 140_000])
  func decodingInOrderGivesWholeBlocks(_ frames: Int) throws {
    let scratch = Scratch()
    let format = SoundFileFormat(.ogg, rate: 48_000, channelCount: 2, bitRate: 96_000)
    let writer = try SoundFileWriter(path: scratch.file("a"), format: format)
    try writer.write(all: EncoderTests.tone(2, 48_000, frames))
    _ = try writer.finish()
    func decode(_ length: Int) throws -> (lengths: [Int], samples: [[Double]]) {
      var result: (lengths: [Int], samples: [[Double]]) = ([], [[], []])
      try SoundFileReader(path: scratch.file("a")).decodeSequentially(blockFrames: length) {
        _, block in
        result.lengths.append(block.frameCount)
        for (channel, part) in samples(block).enumerated() { result.samples[channel] += part }
        return true
      }
      return result
    }
    let large = try decode(1 << 16)
    let whole = [Int](repeating: 1 << 16, count: frames >> 16)
    #expect(large.lengths == whole + (frames % (1 << 16) == 0 ? [] : [frames % (1 << 16)]))
    #expect(large.samples == (try decode(1_000).samples))
  }

  /// Damaged headers must give an error or some audio, never a trap.
  @Test(arguments: ["wav", "aiff", "flac"])
  func damagedFilesAreReadOrRefused(_ container: String) throws {
    let scratch = Scratch()
    let kind = try #require(SoundFileFormat.Container(rawValue: container))
    _ = try ReaderTests.make(scratch, "a", kind, .integer(bits: 16), frames: 300)
    let original = scratch.bytes("a")
    var random = Seeded(77)
    for _ in 0..<400 {
      var bytes = original
      for _ in 0...random.below(4) {
        let place = random.below(min(bytes.count, 160))
        bytes[place] = [0, 0xFF, 0x7F, 0x80, UInt8(random.below(256))][random.below(5)]
      }
      if random.below(3) == 0 { bytes.removeLast(random.below(bytes.count)) }
      scratch.write(bytes, to: "b")
      guard case .success(let facts) = SoundFileProbe.facts(of: scratch.file("b")),
        let reader = try? SoundFileReader(path: scratch.file("b"))
      else { continue }
      #expect(facts.frames >= 0 && facts.channelCount > 0 && facts.rate > 0)
      _ = try? read(reader, at: max(0, facts.frames - 200), 300, channels: [0])
    }
  }

  @Test(arguments: [16, 24], [1, 2, 3])
  func integersAreTheSameInEveryContainer(_ bits: Int, _ channels: Int) throws {
    let scratch = Scratch()
    let audio = noise(channels, 70_001, bits: bits, seed: 11)
    func integers(_ name: String, _ container: SoundFileFormat.Container) throws -> [UInt8] {
      let path = scratch.file(name)
      _ = try ReaderTests.make(
        scratch, name, container, .integer(bits: bits), channels: channels, frames: 70_001, seed: 11
      )
      var all: [UInt8] = []
      let frames = try SoundFileReader(path: path).readIntegers {
        bytes throws(SoundFileError) -> Bool in
        all += Array(bytes)
        return true
      }
      #expect(frames == 70_001)
      return all
    }
    let plain = try integers("a.wav", .wav)
    #expect(plain.count == 70_001 * channels * bits / 8)
    let value = Int32((audio.block[channels - 1][70_000] * Double(1 << UInt64(bits - 1))))
    let last = plain.suffix(bits / 8).enumerated().reduce(UInt32(0)) {
      $0 | UInt32($1.element) << UInt32(8 * $1.offset + 32 - bits)
    }
    #expect(Int32(bitPattern: last) >> Int32(32 - bits) == value)
    #expect(try integers("a.aiff", .aiff) == plain)
    #expect(try integers("a.flac", .flac) == plain)
  }

  @Test func filesOfFloatsHaveNoIntegers() throws {
    let scratch = Scratch()
    _ = try ReaderTests.make(scratch, "f.wav", .wav, .float32, channels: 1, frames: 100)
    let frames = try SoundFileReader(path: scratch.file("f.wav")).readIntegers {
      _ throws(SoundFileError) -> Bool in true
    }
    #expect(frames == nil)
  }
}
