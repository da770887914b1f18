import Foundation
import Signal
import Testing

@testable import AudioFiles

/// Chapters, loops, gains and notes in the bytes of files.
struct MarkingTests {
  static let metadata: SoundFileMetadata = {
    var metadata = SoundFileMetadata(texts: [.title: "A & <B>", .comment: "odd"])
    metadata.markers = [
      .init("one", at: 100, link: "https://example.org/1"), .init("two", at: 40_000),
    ]
    metadata.loop = FrameRange(1_000, 25_000)
    return metadata
  }()

  private func write(
    _ format: SoundFileFormat, _ metadata: SoundFileMetadata,
    loudness: BroadcastExtension.Loudness? = nil
  ) throws -> [UInt8] {
    let scratch = Scratch()
    let writer = try SoundFileWriter(
      path: scratch.file("a"), format: format, metadata: metadata)
    try writer.write(all: EncoderTests.tone(2, format.rate, 50_000))
    if let loudness {
      let draft = try writer.endAudio()
      #expect(try SoundFileReader(path: draft).facts.channelCount == 2)
      writer.setLoudness(loudness)
    }
    _ = try writer.finish()
    #expect(scratch.names == ["a"])
    return scratch.bytes("a")
  }

  private func chunk(_ name: String, _ bytes: [UInt8]) -> [UInt8]? {
    var position = 12
    while position + 8 <= bytes.count {
      let size = Int(bytes.little32(position + 4))
      if bytes.fourCC(position) == name {
        return Array(bytes[(position + 8)..<(position + 8 + size)])
      }
      position += 8 + size + size & 1
    }
    return nil
  }

  @Test func aLoopOfAWaveFileEndsWithItsLastFrame() throws {
    let format = SoundFileFormat(.wav, .integer(bits: 16), rate: 48_000, channelCount: 2)
    let bytes = try write(format, MarkingTests.metadata)
    let body = try #require(chunk("smpl", bytes))
    #expect(body.count == 60 && body.little32(8) == 20_833 && body.little32(28) == 1)
    #expect(body.little32(36 + 8) == 1_000 && body.little32(36 + 12) == 24_999)
    let cues = try #require(chunk("cue ", bytes))
    #expect(cues.little32(0) == 2 && cues.little32(4 + 24 + 20) == 40_000)
  }

  @Test func productionNotesAreXMLAndKeepTheirLength() throws {
    let format = SoundFileFormat(.wav, .integer(bits: 24), rate: 48_000, channelCount: 2)
    var metadata = MarkingTests.metadata
    metadata.broadcast = BroadcastExtension()
    metadata.hasProductionNotes = true
    let plain = try write(format, metadata)
    let told = try write(
      format, metadata, loudness: .init(integrated: -123.456, range: 5.5, truePeak: -0.004))
    #expect(plain.count == told.count)
    let text = String(decoding: try #require(chunk("iXML", told)), as: UTF8.self)
    #expect(text.contains("<PROJECT>A &amp; &lt;B&gt;</PROJECT>"))
    #expect(text.contains("<LOUDNESS_VALUE>-123.46</LOUDNESS_VALUE>"))
    #expect(text.contains("<LOUDNESS_RANGE>5.50</LOUDNESS_RANGE>"))
    #expect(text.contains("<MAX_TRUE_PEAK_LEVEL>0.00</MAX_TRUE_PEAK_LEVEL>"))
    #expect(text.contains("<MAX_MOMENTARY_LOUDNESS></MAX_MOMENTARY_LOUDNESS>"))
    #expect(XMLCheck.isBalanced(text))
  }

  @Test(arguments: ["flac", "ogg"])
  func gainsOfPlaybackAreComments(_ kind: String) throws {
    let container = try #require(SoundFileFormat.Container(rawValue: kind))
    let format = SoundFileFormat(container, .integer(bits: 16), rate: 48_000, channelCount: 2)
    let bytes = try write(
      format, MarkingTests.metadata, loudness: .init(integrated: -14.25, truePeak: -1))
    for text in [
      "REPLAYGAIN_TRACK_GAIN=-3.75 dB", "REPLAYGAIN_TRACK_PEAK=0.891251", "LOOPSTART=1000",
      "LOOPLENGTH=24000", "CHAPTER000URL=https://example.org/1",
    ] {
      #expect(bytes.holds(text), "\(text)")
    }
  }

  @Test func opusHasItsOwnGain() throws {
    let format = SoundFileFormat(.opus, rate: 48_000, channelCount: 2)
    let bytes = try write(
      format, MarkingTests.metadata, loudness: .init(integrated: -14.25, truePeak: -1))
    #expect(bytes.holds("R128_TRACK_GAIN=-2240"))
    #expect(!bytes.holds("REPLAYGAIN"))
  }

  @Test func silenceHasNoGain() throws {
    let format = SoundFileFormat(.flac, .integer(bits: 16), rate: 48_000, channelCount: 2)
    let bytes = try write(format, SoundFileMetadata(), loudness: .init(integrated: -.infinity))
    #expect(!bytes.holds("REPLAYGAIN"))
  }

  /// A cue sheet beside them would be read as further chapters, without titles.
  @Test func chaptersOfFLACAreInItsCommentsAlone() throws {
    let format = SoundFileFormat(.flac, .integer(bits: 16), rate: 48_000, channelCount: 2)
    let bytes = try write(format, MarkingTests.metadata)
    #expect(bytes.holds("CHAPTER000NAME=one") && bytes.holds("CHAPTER001NAME=two"))
    var kinds: [UInt8] = []
    var position = 4
    while position + 4 <= bytes.count {
      kinds.append(bytes[position] & 0x7F)
      if bytes[position] & 0x80 != 0 { break }
      let size = bytes[(position + 1)...(position + 3)].reduce(0) { $0 << 8 | Int($1) }
      position += 4 + size
    }
    #expect(kinds == [0, 4])
  }

  @Test func chaptersOfMP3HaveTitlesTimesAndLinks() throws {
    let format = SoundFileFormat(.mp3, rate: 48_000, channelCount: 2, bitRate: 160_000)
    let bytes = try write(format, MarkingTests.metadata, loudness: .init(integrated: -16))
    #expect(bytes.holds("CHAP") && bytes.holds("https://example.org/1"))
    #expect(bytes.holds("REPLAYGAIN_TRACK_GAIN\0-2.00 dB"))
  }

  @Test func everyTextOfCAFIsKept() throws {
    let format = SoundFileFormat(.caf, .integer(bits: 24), rate: 48_000, channelCount: 2)
    let keys = SoundFileMetadata.Key.allCases
    let texts = Dictionary(uniqueKeysWithValues: keys.map { ($0, "<\($0.rawValue)>") })
    let bytes = try write(format, SoundFileMetadata(texts: texts))
    for key in keys { #expect(bytes.holds("\0<\(key.rawValue)>\0"), "\(key)") }
    let place = try #require(bytes.place(of: "info"))
    #expect(bytes[(place + 12)..<(place + 16)].elementsEqual([0, 0, 0, UInt8(keys.count)]))
    #expect(bytes.holds("\0label\0<label>\0") && bytes.holds("\0year\0<date>\0"))
  }

  @Test func markersOfCAFHaveNames() throws {
    let format = SoundFileFormat(.caf, .integer(bits: 24), rate: 48_000, channelCount: 2)
    let bytes = try write(format, MarkingTests.metadata)
    let reader = try #require(bytes.place(of: "mark"))
    #expect(bytes[(reader + 4)..<(reader + 12)].elementsEqual([0, 0, 0, 0, 0, 0, 0, 64]))
    let frame = bytes[(reader + 12 + 8 + 4)..<(reader + 12 + 8 + 12)]
      .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    #expect(Double(bitPattern: frame) == 100)
    #expect(bytes.holds("one\0two\0"))
  }

  @Test(arguments: [
    (44_100, 2, false, 150_000, 144_000...160_000), (22_050, 1, false, 320_000, 160_000...160_000),
    (44_100, 2, true, 900_000, 245_000...245_000), (48_000, 2, false, 170_000, 160_000...160_000),
  ])
  func anotherBitRateHasANearestOne(
    _ rate: Int, _ channels: Int, _ isVariable: Bool, _ wanted: Int, _ nearest: ClosedRange<Int>
  ) throws {
    var format = SoundFileFormat(.mp3, rate: rate, channelCount: channels)
    format.isVariableBitRate = isVariable
    #expect(nearest.contains(try #require(BitRates(format)).nearest(to: wanted)))
  }
}

extension [UInt8] {
  func place(of text: String) -> Int? {
    let wanted = [UInt8](text.utf8)
    guard count >= wanted.count else { return nil }
    return (0...(count - wanted.count)).first {
      self[$0] == wanted[0] && self[$0..<($0 + wanted.count)].elementsEqual(wanted)
    }
  }
  func holds(_ text: String) -> Bool { place(of: text) != nil }
}

/// Whether every element is closed in its order; enough to tell broken nesting.
enum XMLCheck {
  static func isBalanced(_ text: String) -> Bool {
    var open: [Substring] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      guard let end = rest[start...].firstIndex(of: ">") else { return false }
      let name = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if name.hasPrefix("?") { continue }
      if name.hasPrefix("/") {
        guard open.popLast() == name.dropFirst() else { return false }
      } else {
        open.append(name)
      }
    }
    return open.isEmpty
  }
}
