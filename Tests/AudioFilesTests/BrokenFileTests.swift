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

  @Test(.timeLimit(.minutes(1))) func aPipeIsNotWaitedFor() {
    let scratch = Scratch()
    #expect(mkfifo(scratch.file("a"), 0o600) == 0)
    #expect(throws: SoundFileError.unsupported("it is no ordinary file")) {
      try SoundFileReader(path: scratch.file("a"))
    }
  }
}
