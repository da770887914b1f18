import Diagnostics
import SessionModel
import SessionYAML
import Testing

/// A session of many tracks, clips and cuts.
func largeSession(tracks: Int, clips: Int, cuts: Int) -> String {
  var text = "mixdown: 1\nrate: 48 kHz\ntempo: 120 bpm\nedits:\n"
  for i in 0..<cuts { text += "  - cut: \(i * 10 + 2).53 s..\(i * 10 + 3).25 s\n" }
  text += "tracks:\n"
  for track in 0..<tracks {
    text += "  track-\(track):\n    clips:\n"
    for clip in 0..<clips {
      let start = clip * 7
      text += "      - {source: audio/t\(track).wav, in: \(start).25 s, out: \(start + 6).5 s, "
      text += "at: bar \(clip * 4 + 1) beat 2, fade-in: 5 ms, crossfade: 10 ms}\n"
    }
    text +=
      "    strip: {fader: -\(track % 12) dB, pan: \(track % 100) L, output: bus-\(track % 8)}\n"
  }
  text += "buses:\n"
  for bus in 0..<8 { text += "  bus-\(bus): {inserts: [compressor: {threshold: -18 dB}]}\n" }
  return text
}

@Suite struct LargeSessionTests {
  @Test func aLargeSessionReadsWithoutAMessage() throws {
    let loaded = load(largeSession(tracks: 100, clips: 50, cuts: 200))
    #expect(loaded.messages == [])
    let session = try #require(loaded.session)
    #expect(session.tracks.count == 100)
    #expect(session.tracks.reduce(0) { $0 + $1.clips.count } == 5000)
    #expect(session.edits.count == 200)
  }
}
