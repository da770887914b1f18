import Foundation
import Testing

/// An interview with chapters, a cover, an advert and cuts, delivered as an MP3; times are a
/// fortieth of what such an episode has.
struct InterviewTests {
  private static let session = """
    mixdown: 1
    metadata: {title: "Episode 12: The Lighthouse", artist: Talk of the Coast, date: 2026-11-22, cover: art/ep12.jpg}
    rate: 48 kHz
    defaults: {crossfade: 8 ms}
    markers: {hello: 0:01.2, part-2: 0:21.125, part-3: 0:41.25, bye: 1:09.25}
    chapters:
      - {at: hello, title: "Who keeps the light?"}
      - {at: part-2, title: "Storm, 1953", link: https://example.org/storm}
    presets:
      voice: {strip: {trim: to -20 LUFS, inserts: [high-pass: {frequency: 80 Hz, slope: 12 dB/oct}, compressor: {threshold: -24 dB, ratio: 3, attack: 8 ms, release: 150 ms}], output: speech}}
    tracks:
      host:
        source: {file: audio/ep12-poly.wav, channel: 1}
        room-tone: 0:14..0:15
        edits:
          - silence: {range: 0:07.1..0:07.9, fill: room-tone, note: cough under the guest}
        strip: {like: voice}
      guest: {source: {file: audio/ep12-guest.wav, at: 0:00.350}, strip: {like: voice}}
      bed:
        ripple: move
        clips:
          - {source: audio/theme.wav, in: 0:00, out: 0:01.45, at: start, fade-out: 0.1 s}
          - {source: audio/theme.wav, in: 0:01.5, out: 0:03.75, at: bye - 0.15 s, fade-in: 80 ms, fade-out: 0.15 s}
          - {source: audio/ad-42.wav, at: ad}
        strip: {inserts: [duck: {by: speech, amount: 12 dB, look-ahead: 200 ms, attack: 150 ms, hold: 600 ms, release: 1.2 s}], fader: -8 dB}
    buses: {speech: {}}
    master:
      deliver:
        mp3: {loudness: -16 LUFS, true-peak: -1 dBTP, max-limiting: 12 dB, format: mp3, bit-rate: 160 kbps, channels: stereo, file: out/ep12.mp3}
    edits:
      - insert: {at: part-2, length: 0.8 s, name: ad}
      - cut: 0:03.2..0:04.7
      - cut: 0:10.0..0:10.45

    """

  /// Bursts of noise like syllables, on and off by the second.
  private func speech(seconds: Double, channels: Int, seed: UInt64, from: Int) -> Data {
    var state = seed
    var samples: [Int16] = []
    var low = 0.0
    for n in 0..<Int(seconds * 48_000) {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let noise = Double(Int64(bitPattern: state) >> 11) / Double(1 << 52)
      low += 0.2 * (noise - low)
      let talks = (n / 48_000 + from) % 4 < 2
      let syllable = Double(n % 9_600) / 9_600
      let level = talks ? 0.35 * syllable * (1 - syllable) * 4 : 0.001
      for _ in 0..<channels { samples.append(Int16((level * low * 32_000).rounded())) }
    }
    return wav(samples, rate: 48_000, channels: channels)
  }

  @Test func anEpisodeIsBuiltAsWritten() throws {
    let place = Workplace()
    try place.write(InterviewTests.session, to: "session.yaml")
    try place.write(speech(seconds: 75, channels: 4, seed: 1, from: 0), to: "audio/ep12-poly.wav")
    try place.write(speech(seconds: 74, channels: 1, seed: 2, from: 2), to: "audio/ep12-guest.wav")
    try place.writeTone("audio/theme.wav", seconds: 4, channels: 2)
    try place.writeTone("audio/ad-42.wav", seconds: 0.8, frequency: 660, channels: 2)
    try place.write(
      Data([0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0x4A, 0x46, 0xFF, 0xD9]), to: "art/ep12.jpg")
    let check = place.mixdown("check")
    #expect(check.status == 0, "\(check.account)")
    let run = place.mixdown("build", "deliver/mp3", "--json")
    #expect(run.status == 0, "\(run.account)")
    let made = try #require(run.made.first)
    #expect(made.channels == 2 && made.rate == 48_000)
    #expect(abs(try #require(made.loudness) - -16) <= 0.06, "\(run.account)")
    #expect(try #require(made.truePeak) <= -1, "\(run.account)")

    let bytes = [UInt8](try place.read("out/ep12.mp3"))
    let frames = ID3Frames(bytes)
    #expect(frames.text("TIT2") == "Episode 12: The Lighthouse")
    #expect(frames.text("TPE1") == "Talk of the Coast" && frames.text("TDRC") == "2026-11-22")
    #expect(frames.all("APIC").count == 1)
    let chapters = frames.all("CHAP").map { body -> (start: Int, end: Int) in
      let at = (body.firstIndex(of: 0) ?? 0) + 1
      func number(_ at: Int) -> Int { body[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
      return (number(at), number(at + 4))
    }
    // 1.2 s; 21.125 s less the cuts of 1.5 s and 0.45 s, behind the advert of 0.8 s.
    #expect(chapters.map(\.start) == [1_200, 19_975], "\(chapters)")
    #expect(chapters.first?.end == 19_975)
    // Constant: every audio frame of MPEG-1 Layer III says 160 kbit/s.
    #expect(frames.audio.count > 100)
    var at = frames.audioStart
    var count = 0
    while at + 4 <= bytes.count, bytes[at] == 0xFF, bytes[at + 1] & 0xE0 == 0xE0 {
      #expect(bytes[at + 2] >> 4 == 10)
      at += 480 + Int(bytes[at + 2] >> 1 & 1)
      count += 1
    }
    #expect(count > 2_900)
  }
}

/// The frames of an ID3v2.4 tag at the start of a file.
struct ID3Frames {
  private var frames: [(name: String, body: [UInt8])] = []
  let audioStart: Int
  let audio: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) {
    func synchsafe(_ at: Int) -> Int { bytes[at..<(at + 4)].reduce(0) { $0 << 7 | Int($1) } }
    guard bytes.count > 10, bytes.starts(with: Array("ID3".utf8) + [4]) else {
      audioStart = 0
      audio = bytes[...]
      return
    }
    let end = 10 + synchsafe(6)
    var at = 10
    while at + 10 <= end, bytes[at] != 0 {
      let size = synchsafe(at + 4)
      frames.append(
        (
          String(decoding: bytes[at..<(at + 4)], as: UTF8.self),
          Array(bytes[(at + 10)..<(at + 10 + size)])
        ))
      at += 10 + size
    }
    audioStart = end
    audio = bytes[end...]
  }

  func all(_ name: String) -> [[UInt8]] { frames.filter { $0.name == name }.map(\.body) }

  func text(_ name: String) -> String? {
    all(name).first.map { String(decoding: $0.dropFirst(), as: UTF8.self) }
  }
}
