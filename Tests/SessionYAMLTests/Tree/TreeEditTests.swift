import Diagnostics
import SessionYAML
import Testing

private func set(_ text: String, _ address: String, _ value: String) -> Result<
  String, SessionEditFailure
> {
  let parsed = ParsedText(text)
  guard let tree = parsed.tree else { return .success("") }
  return SessionEditor.set(in: parsed.source, tree: tree, address: address, value: value)
    .map { String(decoding: $0, as: UTF8.self) }
}

private func message(_ text: String, _ address: String, _ value: String) -> String {
  switch set(text, address, value) {
  case .success: return "no failure"
  case .failure(let failure):
    return
      (failure.diagnostics.map(\.message) + failure.diagnostics.flatMap(\.notes).map(\.message))
      .joined(separator: "; ")
  }
}

/// What one `set` changes in a text.
struct Setting: Sendable, CustomTestStringConvertible {
  let address: String
  let value: String
  let old: String
  let new: String
  var testDescription: String { "\(address) = \(value)" }

  init(_ address: String, _ value: String, _ old: String, _ new: String) {
    self.address = address
    self.value = value
    self.old = old
    self.new = new
  }
}

private let inTheSong: [Setting] = [
  Setting("vocal/fader/level", "-5 dB", "level: -6 dB  ", "level: -5 dB  "),
  Setting("vocal/fader", "-5 dB", "level: -6 dB  ", "level: -5 dB  "),
  Setting("snare/fader/level", "-2 dB", "}], fader: -3 dB", "}], fader: -2 dB"),
  Setting("bass/fader", "-3 dB", "fader: -4 dB", "fader: -3 dB"),
  Setting(
    "vocal/inserts/leveling/threshold", "-22 dB", "leveling, threshold: -20 dB",
    "leveling, threshold: -22 dB"),
  Setting("glue/threshold", "-8 dB", "glue, threshold: -10 dB", "glue, threshold: -8 dB"),
  Setting("leveling/mix", "50 %", "makeup: 3 dB}]", "makeup: 3 dB, mix: 50 %}]"),
  Setting("master/inserts/eq/high-shelf/gain", "2 dB", "gain: 1.5 dB", "gain: 2 dB"),
  Setting("master/deliver/cd/loudness", "-10 LUFS", "loudness: -11 LUFS", "loudness: -10 LUFS"),
  Setting("metadata/title", "Storm, 1953", "title: Night Train", "title: \"Storm, 1953\""),
  Setting("rate", "96 kHz", "rate: 48 kHz", "rate: 96 kHz"),
  Setting("markers/outro", "bar 62", "outro: bar 61}", "outro: bar 62}"),
  Setting("vocal/sends/plate", "-10 dB", "{plate: -12 dB, slap", "{plate: -10 dB, slap"),
  Setting("vocal/sends/slap/level", "-10 dB", "level: -14 dB", "level: -10 dB"),
  Setting("presets/tight/compressor/knee", "3 dB", "knee: 6 dB", "knee: 3 dB"),
  Setting("kick/inserts/compressor/ratio", "6", "{like: tight}]", "{like: tight, ratio: 6}]"),
  Setting("kick/compressor/ratio", "6", "{like: tight}]", "{like: tight, ratio: 6}]"),
  Setting("mix/glue/threshold", "-8 dB", "glue, threshold: -10 dB", "glue, threshold: -8 dB"),
  Setting("deliver/cd/loudness", "-10 LUFS", "loudness: -11 LUFS", "loudness: -10 LUFS"),
  Setting("tamb/fader", "-13 dB", "fader: -14 dB", "fader: -13 dB"),
  Setting("plate/fader", "-3 dB", "20 ms}]}", "20 ms}], fader: -3 dB}"),
  Setting("versions/instrumental/metadata/isrc", "X", "isrc: USS1Z2600002", "isrc: X"),
]

@Test(arguments: inTheSong)
private func settingAValueChangesItsBytesAlone(_ setting: Setting) throws {
  let text = ExampleSessions.song.text
  let result = try set(text, setting.address, setting.value).get()
  #expect(text.contains(setting.old))
  #expect(result == text.replacing(setting.old, with: setting.new, maxReplacements: 1))
}

private let inSmallTexts: [(String, Setting)] = [
  (
    "buses:\n  a:\n    pan: 1 L  # left\n  # end\nrate: 48 kHz\n",
    Setting("a/fader", "-1 dB", "# left\n", "# left\n    fader: -1 dB\n")
  ),
  ("buses: {a: {}}\n", Setting("a/fader/level", "-1 dB", "{a: {}}", "{a: {fader: -1 dB}}")),
  (
    "tracks:\n  v: {source: a.wav}\n",
    Setting("v/fader", "-1 dB", "a.wav}", "a.wav, strip: {fader: -1 dB}}")
  ),
  (
    "tracks:\n  v:\n    source: a.wav",
    Setting("v/fader", "-1 dB", "a.wav", "a.wav\n    strip: {fader: -1 dB}")
  ),
  (
    "tracks:\r\n  v:\r\n    source: a.wav\r\nrate: 48 kHz\r\n",
    Setting("v/pan", "20 L", "a.wav\r\n", "a.wav\r\n    strip: {pan: 20 L}\r\n")
  ),
  (
    "mix: {inserts: [dc-removal, reverb]}\n",
    Setting(
      "mix/inserts/dc-removal/frequency", "8 Hz", "dc-removal", "dc-removal: {frequency: 8 Hz}")
  ),
  (
    "mix:\n  inserts:\n    - eq: [bell: 1 kHz]\n",
    Setting("mix/inserts/eq/bell/gain", "2 dB", "[bell: 1 kHz]", "[{bell: 1 kHz, gain: 2 dB}]")
  ),
  (
    "mix: {inserts: [eq: [{bell: 1 kHz, gain: 0 dB}, {bell: 2 kHz, gain: 1 dB}]]}\n",
    Setting("mix/inserts/eq/bell-2/gain", "3 dB", "gain: 1 dB", "gain: 3 dB")
  ),
  (
    "tracks: {v: {source: a.wav}}\n",
    Setting("v/source/channel", "2", "source: a.wav", "source: {file: a.wav, channel: 2}")
  ),
  (
    "presets: {p: {strip: {fader: -9 dB}}}\ntracks: {v: {source: a.wav, strip: {like: p}}}\n",
    Setting("v/fader", "-1 dB", "{like: p}", "{like: p, fader: -1 dB}")
  ),
  (
    "metadata:\n  title: |\n    two\n    lines\n  artist: x\n",
    Setting("metadata/title", "one", "|\n    two\n    lines", "one")
  ),
  (
    "metadata: {title: 'it''s'}  # é\n",
    Setting("metadata/title", "#1 \"hit\"", "'it''s'", "'#1 \"hit\"'")
  ),
]

@Test(arguments: inSmallTexts)
private func settingAddsWhatIsMissingInTheStyleAround(_ text: String, _ setting: Setting) throws {
  let result = try set(text, setting.address, setting.value).get()
  #expect(result == text.replacing(setting.old, with: setting.new, maxReplacements: 1))
}

@Test func addressesThatLeadNowhereNameTheNearest() {
  let song = ExampleSessions.song.text
  #expect(message(song, "vocl/fader/level", "-5 dB").contains("did you mean 'vocal'"))
  #expect(message(song, "vocal/inserts/leveling/treshold", "1").contains("'threshold'"))
  #expect(message(song, "vocal/sends", "1") != "no failure")
  #expect(message(song, "", "1") != "no failure")
  #expect(message(song, "vocal//", "1") != "no failure")
}

@Test func valuesThatYamlWouldMisreadAreQuoted() throws {
  for value in ["a: b", "- x", "#1", "", " x ", "{a}", "\"", "two\nlines", "\u{7}", "é, ü", "@x"] {
    let result = try set(ExampleSessions.song.text, "metadata/title", value).get()
    let tree = try #require(ParsedText(result).tree)
    #expect(tree["metadata"]?["title"]?.text == value)
  }
}
