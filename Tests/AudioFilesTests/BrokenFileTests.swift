import Foundation
import Signal
import Testing

@testable import AudioFiles

/// Files that were cut off, damaged, or never finished.
struct BrokenFileTests {
  // MARK: Sizes of WAV

  /// The head of one channel of 16 bits; `large` makes it RF64, with a size of all and of the audio.
  static func head(
    _ total: UInt32, _ size: UInt32, large: (total: UInt64, size: UInt64)? = nil,
    rate: UInt32 = 48_000
  ) -> [UInt8] {
    func number(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
    var bytes = Array((large == nil ? "RIFF" : "RF64").utf8) + number(UInt64(total), 4)
    bytes += Array("WAVE".utf8)
    if let large {
      bytes += Array("ds64".utf8) + number(28, 4) + number(large.total, 8) + number(large.size, 8)
      bytes += number(0, 12)
    }
    bytes += Array("fmt ".utf8) + number(16, 4) + number(1, 2) + number(1, 2)
    bytes += number(UInt64(rate), 4) + number(UInt64(rate) * 2, 4) + number(2, 2) + number(16, 2)
    return bytes + Array("data".utf8) + number(UInt64(size), 4)
  }

  /// A sparse file of `audio` bytes behind the head.
  private func facts(_ head: [UInt8], audio: Int, then end: [UInt8] = []) throws -> SoundFileFacts {
    let scratch = Scratch()
    scratch.write(head, to: "a")
    let file = try #require(FileHandle(forWritingAtPath: scratch.file("a")))
    try file.truncate(atOffset: UInt64(head.count + audio))
    try file.seekToEnd()
    try file.write(contentsOf: Data(end))
    try file.close()
    return try SoundFileReader(path: scratch.file("a")).facts
  }

  @Test(
    arguments: [(0, 0), (.max, 0), (.max, .max), (.max, .max >> 1), (.max, 1 << 62)]
      as [(UInt64, UInt64)])
  func aLargeFileWithoutSizesIsReadToItsEnd(_ large: (total: UInt64, size: UInt64)) throws {
    let head = Self.head(.max, .max, large: large)
    let facts = try facts(head, audio: 4_000)
    #expect(facts.frames == 2_000 && facts.missingFrames == 0 && facts.container == "rf64")
  }

  @Test func aLargeFileSaysThatItIsEmptyOrCutOff() throws {
    let empty = try facts(Self.head(.max, .max, large: (72, 0)), audio: 40)
    #expect(empty.frames == 0 && empty.missingFrames == 0)
    let size: UInt64 = 6 << 30
    let cut = try facts(Self.head(.max, .max, large: (size + 72, size)), audio: 4_000)
    #expect(cut.frames == 2_000 && cut.missingFrames == 3 << 30 - 2_000)
  }

  @Test func aLongFileThatWasCutOffSaysSo() throws {
    for size: UInt32 in [0x7FFE_FFFE, 0x8000_0002, 3_000_000_000, 0xFFFF_FE00] {
      let facts = try facts(Self.head(size + 36, size), audio: 4_000)
      #expect(facts.frames == 2_000 && facts.missingFrames == Int64(size) / 2 - 2_000)
    }
  }

  @Test func marksOfProgramsThatKnowNoSizeMeanTheRestOfTheFile() throws {
    for size: UInt32 in [0x7FFF_0000, 0x7FFF_F000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FF00, .max] {
      let facts = try facts(Self.head(size &+ 36, size), audio: 4_000)
      #expect(facts.frames == 2_000 && facts.missingFrames == 0)
    }
    let long = try facts(Self.head(0x7FFF_F024, 0x7FFF_F000), audio: 3 << 30)
    #expect(long.frames == 3 << 29 && long.missingFrames == 0)
    let size: UInt32 = 0x7FFF_F000
    let whole = try facts(
      Self.head(size + 48, size), audio: Int(size),
      then: Array("LIST".utf8) + [4, 0, 0, 0, 0, 0, 0, 0])
    #expect(whole.frames == Int64(size) / 2)
  }

  @Test func sizesThatBeganAgainAtFourGibibytesAreMadeWhole() throws {
    let audio = 9 << 30 + 4_000
    let size = UInt32(truncatingIfNeeded: audio)
    let facts = try facts(Self.head(size &+ 36, size), audio: audio)
    #expect(facts.frames == Int64(audio) / 2 && facts.missingFrames == 0)
  }

  @Test func aHeaderWithoutARateSaysSo() throws {
    let scratch = Scratch()
    scratch.write(Self.head(76, 40, rate: 0) + [UInt8](repeating: 0, count: 40), to: "a")
    #expect(
      SoundFileProbe.facts(of: scratch.file("a"))
        == .failure(.unsupported("its header has no usable rate or channel count")))
  }

  @Test(.timeLimit(.minutes(1))) func aPipeIsNotWaitedFor() {
    let scratch = Scratch()
    #expect(mkfifo(scratch.file("a"), 0o600) == 0)
    #expect(throws: SoundFileError.unsupported("it is no ordinary file")) {
      try SoundFileReader(path: scratch.file("a"))
    }
  }

  // MARK: Codings

  /// A file of noise, as bytes.
  private func encoded(
    _ scratch: Scratch, _ container: SoundFileFormat.Container, frames: Int
  ) throws -> [UInt8] {
    let format = try #require(EncoderTests.encoded.first { $0.container == container })
    let writer = try SoundFileWriter(path: scratch.file("whole"), format: format)
    try writer.write(all: noise(1, frames, bits: 16, seed: 8))
    _ = try writer.finish()
    return scratch.bytes("whole")
  }

  private func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var random = Seeded(4)
    let middle = bytes.count / 2
    for i in middle..<(middle + 9_000) { bytes[i] = UInt8(truncatingIfNeeded: random.next() >> 9) }
    return bytes
  }

  @Test(arguments: ["ogg", "opus"])
  func whatDamageLeavesOutIsMissing(_ container: String) throws {
    let scratch = Scratch()
    let kind = try #require(SoundFileFormat.Container(rawValue: container))
    let bytes = try encoded(scratch, kind, frames: 300_000)
    #expect(try SoundFileProbe.facts(of: scratch.file("whole")).get().missingFrames == 0)
    scratch.write(damaged(bytes), to: "a")
    let facts = try SoundFileProbe.facts(of: scratch.file("a")).get()
    #expect(facts.missingFrames > 20_000 && facts.frames + facts.missingFrames == 300_000)
  }

  @Test func damageInMP3IsSaidWithItsPlace() throws {
    let scratch = Scratch()
    scratch.write(damaged(try encoded(scratch, .mp3, frames: 300_000)), to: "a")
    guard
      case .failure(.damaged(let reason, let frame, 48_000)) = SoundFileProbe.facts(
        of: scratch.file("a"))
    else {
      Issue.record("nothing was found wrong")
      return
    }
    #expect(reason == "what follows cannot be decoded" && 100_000..<200_000 ~= frame, "\(frame)")
  }

  @Test func anMP3ThatWasCutOffSaysSo() throws {
    let scratch = Scratch()
    let bytes = try encoded(scratch, .mp3, frames: 300_000)
    let whole = try SoundFileProbe.facts(of: scratch.file("whole")).get()
    #expect(whole.missingFrames == 0)
    scratch.write(Array(bytes.prefix(bytes.count / 2)), to: "a")
    let facts = try SoundFileProbe.facts(of: scratch.file("a")).get()
    #expect(facts.missingFrames > 100_000)
    #expect(abs(facts.frames + facts.missingFrames - whole.frames) < 4_000)
  }

  /// Without a frame that names it the length is a guess, which counts what stands behind the audio.
  @Test(arguments: [0, 9_000]) func whatStandsBehindAnMP3IsNoDamage(_ count: Int) throws {
    let scratch = Scratch()
    var bytes = try encoded(scratch, .mp3, frames: 300_000)
    let name = try #require(
      bytes.indices.dropLast(4).first { ["Xing", "Info"].contains(bytes.fourCC($0)) })
    for i in 0..<4 { bytes[name + i] = 0 }
    scratch.write(bytes + [UInt8](repeating: 0, count: count), to: "a")
    let facts = try SoundFileProbe.facts(of: scratch.file("a")).get()
    #expect(facts.missingFrames == 0 && facts.frames > 299_000)
  }

  @Test func aCutFlacFileIsDamagedWhereItEnds() throws {
    let scratch = Scratch()
    let bytes = try encoded(scratch, .flac, frames: 100_000)
    scratch.write(Array(bytes.prefix(bytes.count / 2)), to: "a")
    var last: Int64 = 0
    let reader = try SoundFileReader(path: scratch.file("a"))
    #expect(throws: SoundFileError.self) {
      try reader.decodeSequentially(blockFrames: 1) { frame, _ in
        last = frame
        return true
      }
    }
    guard
      case .failure(.damaged(let reason, let frame, _)) = SoundFileProbe.facts(
        of: scratch.file("a"))
    else {
      Issue.record("the probe believed the header")
      return
    }
    #expect(reason == "the audio breaks off; its header promises 100000 frames")
    // The decoder gives whole blocks of 4096.
    #expect(40_000..<60_000 ~= frame && 0...4_096 ~= frame - last, "\(frame) \(last)")
  }

  @Test func aTagBehindAFlacStreamIsNoDamage() throws {
    let scratch = Scratch()
    var bytes = try encoded(scratch, .flac, frames: 10_000)
    // Bytes 21...25 hold the length in 36 bits; 0: it is not known.
    bytes[21] &= 0xF0
    for i in 22...25 { bytes[i] = 0 }
    scratch.write(bytes + Array("TAG".utf8) + [UInt8](repeating: 32, count: 125), to: "a")
    #expect(try SoundFileProbe.facts(of: scratch.file("a")).get().frames == 10_000)
    scratch.write(bytes + [UInt8](repeating: 32, count: 128), to: "a")
    #expect(throws: SoundFileError.self) { try SoundFileProbe.facts(of: scratch.file("a")).get() }
  }

  @Test func aWave64FileThatWasCutOffSaysSo() throws {
    let scratch = Scratch()
    let tail: [UInt8] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A]
    func number(_ value: UInt64) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
    func file(size: UInt64) -> [UInt8] {
      var bytes = Array("riff".utf8)
      bytes += [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00]
      bytes += number(2_104) + Array("wave".utf8) + tail
      bytes += Array("fmt ".utf8) + tail + number(40)
      bytes += Self.head(0, 0)[20..<36]
      bytes += Array("data".utf8) + tail + number(size)
      return bytes + [UInt8](repeating: 1, count: 2_000)
    }
    for (size, missing) in [(2_024, 0), (8_024, 3_000), (UInt64.max >> 1, 0)] as [(UInt64, Int64)] {
      scratch.write(file(size: size), to: "a")
      let facts = try SoundFileProbe.facts(of: scratch.file("a")).get()
      #expect(facts.container == "w64" && facts.frames == 1_000 && facts.missingFrames == missing)
    }
  }
}
