import Foundation
import SessionModel
import Testing

/// Keys by exclusion: whatever is written in a session moves the key of some chunk, or stands here as
/// something that cannot be heard.
struct MutationTests {
  enum Effect { case heard, inaudible }

  /// A field, and how the session below is changed in it.
  struct Mutation {
    var field: String
    var old: String
    var new: String
    var effect: Effect
    init(_ field: String, _ old: String, _ new: String, _ effect: Effect = .heard) {
      self.field = field
      self.old = old
      self.new = new
      self.effect = effect
    }
  }

  private static let session = """
    mixdown: 1
    metadata: {title: One}
    rate: 48 kHz
    length: 4 s
    tempo: 120 bpm
    meter: 4/4
    markers: {here: 1 s}
    regions: {middle: 1 s..2 s}
    defaults: {crossfade: 10 ms, pan-law: -3 dB}
    presets: {voice: {strip: {trim: 1 dB}}}
    groups: {both: {tracks: [a, b], fader: -1 dB}}
    tracks:
      a:
        clips:
          - {source: audio/a.wav, in: 100 ms, out: 1.5 s, at: 200 ms, gain: -2 dB, fade-in: 20 ms, fade-out: {length: 30 ms, shape: linear}}
          - {source: {file: audio/c.wav, channel: 1}, in: 0 s, out: 1.9 s, at: 1.595 s, crossfade: 5 ms}
        edits:
          - silence: {range: 0.5 s..0.6 s, crossfade: 5 ms}
          - gain: {range: 0.7 s..0.8 s, by: -3 dB, crossfade: 5 ms}
          - reverse: {range: 0.9 s..1 s}
          - replace: {range: 1.1 s..1.2 s, source: audio/b.wav, in: 0.5 s, crossfade: 5 ms}
          - fade-in: {range: 1.25 s..1.3 s, shape: linear}
        room-tone: 2 s..2.4 s
        shift: 1 ms
        strip: {trim: 1 dB, fader: -2 dB, pan: 20 R, inserts: [gain: {gain: 1 dB}], output: sub, sends: {room: {level: -9 dB, tap: post}}}
      b:
        takes: {one: audio/b.wav, two: audio/a.wav}
        comp: [{from: start, take: one}, {from: 1 s, take: two, crossfade: 6 ms}]
        strip: {like: voice, fader: {level: -3 dB, ride: [[start, 0 dB], [2 s, -3 dB, over 1 s]]}}
      c: {source: {file: audio/c.wav, channels: [1, 2], in: 0.1 s, out: 1.8 s, at: 0.3 s}, strip: {width: 90 %}}
    buses:
      sub: {trim: 1 dB, fader: -1 dB, pan: 10 L, inserts: [gain: {gain: 1 dB}], width: 95 %, sends: {room: -20 dB}}
      room: {inserts: [delay: {time: 100 ms}]}
    mix: {trim: 1 dB, fader: -1 dB, width: 98 %, inserts: [gain: {gain: 1 dB}], tail: none}
    edits:
      - cut: {range: 3 s..3.2 s, crossfade: 10 ms}
      - insert: {at: 3.3 s, length: 0.2 s, crossfade: 10 ms}
      - repeat: {range: 3.4 s..3.5 s, times: 2, crossfade: 10 ms}
      - move: {range: 3.6 s..3.7 s, to: 3.9 s, crossfade: 10 ms}

    """

  private static let mutations: [Mutation] = [
    Mutation("session.rate", "rate: 48 kHz", "rate: 44.1 kHz"),
    Mutation("session.length", "length: 4 s", "length: 3.95 s"),
    Mutation("session.tempo", "tempo: 120 bpm", "tempo: 121 bpm", .inaudible),
    Mutation("session.meter", "meter: 4/4", "meter: 3/4", .inaudible),
    Mutation("session.bar-1", "meter: 4/4", "meter: 4/4\nbar-1: 10 ms", .inaudible),
    Mutation("session.markers", "here: 1 s", "here: 1.1 s", .inaudible),
    Mutation("session.regions", "1 s..2 s", "1 s..2.1 s", .inaudible),
    Mutation("session.metadata", "title: One", "title: Two", .inaudible),
    Mutation(
      "session.chapters", "meter: 4/4", "meter: 4/4\nchapters: [{at: 1 s, title: x}]", .inaudible),
    Mutation("session.presets", "{trim: 1 dB}}}", "{trim: 2 dB}}}"),
    Mutation("session.groups", "fader: -1 dB}}", "fader: -2 dB}}"),
    Mutation("group.tracks", "tracks: [a, b]", "tracks: [a]"),
    Mutation("group.fader", "fader: -1 dB}}", "fader: -2 dB}}"),
    Mutation("defaults.crossfade", "crossfade: 10 ms, pan", "crossfade: 12 ms, pan"),
    Mutation("defaults.pan-law", "pan-law: -3 dB}", "pan-law: -6 dB}"),
    Mutation("track.ripple", "    shift: 1 ms", "    shift: 1 ms\n    ripple: move"),
    Mutation("track.shift", "shift: 1 ms", "shift: 2 ms"),
    Mutation("track.room-tone", "room-tone: 2 s..2.4 s", "room-tone: 2 s..2.3 s", .inaudible),
    Mutation("track.edits", "      - silence: {range: 0.5 s..0.6 s, crossfade: 5 ms}\n", ""),
    Mutation("track.note", "    shift: 1 ms", "    shift: 1 ms\n    note: hello", .inaudible),
    Mutation(
      "track.expect", "    shift: 1 ms", "    shift: 1 ms\n    expect: {true-peak: at most 0 dBTP}",
      .inaudible),
    Mutation(
      "track.advise", "    shift: 1 ms", "    shift: 1 ms\n    advise: {true-peak: at most 0 dBTP}",
      .inaudible),
    Mutation("file.file", "file: audio/c.wav, channels", "file: audio/d.wav, channels"),
    Mutation("file.channel", "channels: [1, 2]", "channel: 1"),
    Mutation("file.channels", "channels: [1, 2]", "channels: [2, 1]"),
    Mutation("source.in", "in: 0.1 s, out", "in: 0.11 s, out"),
    Mutation("source.out", "out: 1.8 s", "out: 1.7 s"),
    Mutation("source.at", "at: 0.3 s", "at: 0.31 s"),
    Mutation("source.file", "file: audio/c.wav, channels", "file: audio/d.wav, channels"),
    Mutation("source.channels", "channels: [1, 2]", "channels: [2, 1]"),
    Mutation("clip.source", "source: audio/a.wav, in", "source: audio/b.wav, in"),
    Mutation("clip.in", "in: 100 ms", "in: 101 ms"),
    Mutation("clip.out", "out: 1.5 s", "out: 1.4 s"),
    Mutation("clip.at", "at: 200 ms", "at: 201 ms"),
    Mutation("clip.gain", "gain: -2 dB", "gain: -3 dB"),
    Mutation("clip.fade-in", "fade-in: 20 ms", "fade-in: 21 ms"),
    Mutation("clip.fade-out", "fade-out: {length: 30 ms", "fade-out: {length: 31 ms"),
    Mutation("fade.length", "length: 30 ms", "length: 31 ms"),
    Mutation("fade.shape", "shape: linear}}", "shape: s-curve}}"),
    Mutation("crossfade.length", "1.595 s, crossfade: 5 ms", "1.595 s, crossfade: {length: 4 ms}"),
    Mutation(
      "crossfade.shape", "1.595 s, crossfade: 5 ms",
      "1.595 s, crossfade: {length: 5 ms, shape: s-curve}"),
    Mutation(
      "clip.crossfade", "crossfade: 5 ms}\n    edits",
      "crossfade: {length: 5 ms, shape: linear}}\n    edits"),
    Mutation("clip.reverse", "gain: -2 dB,", "gain: -2 dB, reverse: true,"),
    Mutation("clip.name", "gain: -2 dB,", "gain: -2 dB, name: intro,", .inaudible),
    Mutation("clip.note", "gain: -2 dB,", "gain: -2 dB, note: intro,", .inaudible),
    Mutation("clip.bypass", "gain: -2 dB,", "gain: -2 dB, bypass: true,"),
    Mutation("comp-entry.from", "{from: 1 s, take", "{from: 1.1 s, take"),
    Mutation("comp-entry.take", "take: two", "take: one"),
    Mutation("comp-entry.to", "take: two", "take: two, to: 1.5 s"),
    Mutation("comp-entry.crossfade", "crossfade: 6 ms", "crossfade: 7 ms"),
    Mutation("silence.range", "0.5 s..0.6 s", "0.5 s..0.61 s"),
    Mutation("silence.fill", "0.5 s..0.6 s,", "0.5 s..0.6 s, fill: room-tone,"),
    Mutation("silence.crossfade", "0.6 s, crossfade: 5 ms", "0.6 s, crossfade: 6 ms"),
    Mutation("silence.bypass", "0.6 s, crossfade", "0.6 s, bypass: true, crossfade"),
    Mutation("silence.note", "0.6 s, crossfade", "0.6 s, note: x, crossfade", .inaudible),
    Mutation("gain-edit.range", "0.7 s..0.8 s", "0.7 s..0.81 s"),
    Mutation("gain-edit.by", "by: -3 dB", "by: -4 dB"),
    Mutation("gain-edit.crossfade", "by: -3 dB, crossfade: 5 ms", "by: -3 dB, crossfade: 6 ms"),
    Mutation("gain-edit.bypass", "by: -3 dB", "by: -3 dB, bypass: true"),
    Mutation("reverse.range", "0.9 s..1 s", "0.9 s..1.01 s"),
    Mutation("reverse.crossfade", "0.9 s..1 s}", "0.9 s..1 s, crossfade: 6 ms}"),
    Mutation("reverse.bypass", "0.9 s..1 s}", "0.9 s..1 s, bypass: true}"),
    Mutation("replace.range", "1.1 s..1.2 s", "1.1 s..1.21 s"),
    Mutation("replace.source", "source: audio/b.wav, in", "source: audio/a.wav, in"),
    Mutation("replace.in", "in: 0.5 s", "in: 0.6 s"),
    Mutation("replace.crossfade", "in: 0.5 s, crossfade: 5 ms", "in: 0.5 s, crossfade: 6 ms"),
    Mutation("fade-edit.range", "1.25 s..1.3 s", "1.25 s..1.31 s"),
    Mutation("fade-edit.shape", "shape: linear}\n", "shape: s-curve}\n"),
    Mutation("fade-edit.bypass", "shape: linear}\n", "shape: linear, bypass: true}\n"),
    Mutation("cut.range", "3 s..3.2 s", "3 s..3.21 s"),
    Mutation("cut.crossfade", "3.2 s, crossfade: 10 ms", "3.2 s, crossfade: 11 ms"),
    Mutation("cut.bypass", "3.2 s, crossfade", "3.2 s, bypass: true, crossfade"),
    Mutation("insert-gap.at", "at: 3.3 s", "at: 3.31 s"),
    Mutation("insert-gap.length", "length: 0.2 s", "length: 0.21 s"),
    Mutation(
      "insert-gap.crossfade", "length: 0.2 s, crossfade: 10 ms", "length: 0.2 s, crossfade: 11 ms"),
    Mutation("repeat.range", "3.4 s..3.5 s", "3.4 s..3.51 s"),
    Mutation("repeat.times", "times: 2", "times: 3"),
    Mutation("repeat.crossfade", "times: 2, crossfade: 10 ms", "times: 2, crossfade: 11 ms"),
    Mutation("move.range", "3.6 s..3.7 s", "3.6 s..3.71 s"),
    Mutation("move.to", "to: 3.9 s", "to: 3.95 s"),
    Mutation("move.crossfade", "3.9 s, crossfade: 10 ms", "3.9 s, crossfade: 11 ms"),
    Mutation("strip.like", "like: voice, ", ""),
    Mutation("strip.trim", "strip: {trim: 1 dB", "strip: {trim: 2 dB"),
    Mutation("strip.polarity", "strip: {trim: 1 dB", "strip: {polarity: inverted, trim: 1 dB"),
    Mutation(
      "strip.inserts", "inserts: [gain: {gain: 1 dB}], output",
      "inserts: [gain: {gain: 2 dB}], output"),
    Mutation("strip.fader", "fader: -2 dB", "fader: -2.5 dB"),
    Mutation("strip.pan", "pan: 20 R", "pan: 21 R"),
    Mutation("strip.width", "width: 90 %", "width: 91 %"),
    Mutation("strip.pan-law", "pan: 20 R", "pan-law: -6 dB, pan: 20 R"),
    Mutation("strip.output", "output: sub", "output: mix"),
    Mutation("strip.sends", "level: -9 dB", "level: -10 dB"),
    Mutation("strip.mute", "strip: {trim", "strip: {mute: true, trim"),
    Mutation("bus.trim", "sub: {trim: 1 dB", "sub: {trim: 2 dB"),
    Mutation("bus.fader", "fader: -1 dB, pan", "fader: -2 dB, pan"),
    Mutation("bus.pan", "pan: 10 L", "pan: 11 L"),
    Mutation(
      "bus.inserts", "pan: 10 L, inserts: [gain: {gain: 1 dB}]",
      "pan: 10 L, inserts: [gain: {gain: 2 dB}]"),
    Mutation("bus.width", "width: 95 %", "width: 94 %"),
    Mutation("bus.sends", "room: -20 dB", "room: -21 dB"),
    Mutation("bus.polarity", "sub: {trim", "sub: {polarity: inverted, trim"),
    Mutation("bus.mute", "sub: {trim", "sub: {mute: true, trim"),
    Mutation("bus.note", "sub: {trim", "sub: {note: x, trim", .inaudible),
    Mutation("level.level", "level: -3 dB", "level: -4 dB"),
    Mutation("level.ride", "[2 s, -3 dB", "[2 s, -4 dB"),
    Mutation("send.level", "level: -9 dB", "level: -10 dB"),
    Mutation("send.ride", "level: -9 dB", "level: -9 dB, ride: [[start, -1 dB]]"),
    Mutation("send.tap", "tap: post", "tap: pre"),
    Mutation("send.bypass", "tap: post", "tap: post, bypass: true"),
    Mutation("mix.trim", "mix: {trim: 1 dB", "mix: {trim: 2 dB"),
    Mutation("mix.fader", "fader: -1 dB, width", "fader: -2 dB, width"),
    Mutation("mix.width", "width: 98 %", "width: 97 %"),
    Mutation(
      "mix.inserts", "width: 98 %, inserts: [gain: {gain: 1 dB}]",
      "width: 98 %, inserts: [gain: {gain: 2 dB}]"),
    Mutation("mix.polarity", "mix: {trim", "mix: {polarity: inverted, trim"),
    Mutation("mix.tail", "tail: none", "tail: 100 ms"),
    Mutation("mix.note", "mix: {trim", "mix: {note: x, trim", .inaudible),
    Mutation("source.channel", "channel: 1}", "channel: 2}"),
    Mutation(
      "bus.expect", "sub: {trim", "sub: {expect: {true-peak: at most 0 dBTP}, trim", .inaudible),
    Mutation(
      "mix.expect", "mix: {trim", "mix: {expect: {true-peak: at most 0 dBTP}, trim", .inaudible),
  ]

  /// Fields of mappings that are no part of the mix, or only refer to others, and why they are not
  /// changed above.
  private static let elsewhere: [String: String] = [
    "session.mixdown": "the version of the language has one value",
    "session.kind": "another kind is another session",
    "session.includes": "what is included is changed where it stands",
    "session.defaults": "its fields are changed", "session.tracks": "its fields are changed",
    "session.buses": "its fields are changed", "session.mix": "its fields are changed",
    "session.edits": "its fields are changed", "session.master": "follows the mix",
    "session.stems": "sums of their own", "session.versions": "sessions of their own",
    "session.lints": "warnings", "track.source": "see source", "track.clips": "see clip",
    "track.takes": "see comp-entry", "track.comp": "see comp-entry", "track.strip": "see strip",
    "comp-entry.name": "names are in no key", "comp-entry.note": "a remark",
    "track-edit.silence": "see silence", "track-edit.gain": "see gain-edit",
    "track-edit.reverse": "see reverse", "track-edit.replace": "see replace",
    "track-edit.fade-in": "see fade-edit", "track-edit.fade-out": "see fade-edit",
    "session-edit.cut": "see cut", "session-edit.insert": "see insert-gap",
    "session-edit.repeat": "see repeat", "session-edit.move": "see move",
    "bus.like": "see strip", "mix.like": "see strip", "bus.pan-law": "see strip",
    "bus.output": "see strip",
    "bus.advise": "a number to reach", "mix.advise": "a number to reach",
    "mix.pan": "the mix has no place", "mix.pan-law": "the mix has no place",
    "mix.mute": "an empty mix is refused", "mix.source": "a mix from a file is another session",
    "mix.bits": "a file's, not the mix's", "mix.file": "a file's, not the mix's",
    "send.note": "a remark",
  ]

  /// Names, remarks and switches that edits share; changed above for some of them.
  private static let shared: Set<String> = ["name", "note", "bypass"]

  /// Mappings of what follows the mix.
  private static let following: Set<String> = [
    "master", "delivery", "loudness", "version", "expect", "metadata", "chapter", "preset", "album",
    "song", "album-master", "album-delivery",
  ]

  private func place() throws -> Workplace {
    let place = Workplace()
    try place.writeTone("audio/a.wav", seconds: 2)
    try place.writeTone("audio/b.wav", seconds: 2, frequency: 660)
    let wave = (0..<96_000).map { Float(($0 * $0) % 997) / 4000 }
    try place.write(floatWav(rate: 48_000, [wave, wave.reversed()]), to: "audio/c.wav")
    try place.write(floatWav(rate: 48_000, [wave.reversed(), wave]), to: "audio/d.wav")
    return place
  }

  private func isBuilt(_ place: Workplace, _ text: String) throws -> Bool {
    try place.write(text, to: "session.yaml")
    let run = Program.run(["build", "mix", "--cache-dir", "cache", "--json"], in: place.folder)
    #expect(run.status == 0, "\(text)\n\(run.account)")
    return run.status == 0
  }

  /// Chunks that the session would render; nil: it is refused.
  private func planned(_ place: Workplace, _ text: String) throws -> Int? {
    try place.write(text, to: "session.yaml")
    let run = Program.run(["plan", "mix", "--cache-dir", "cache", "--json"], in: place.folder)
    let chunks = (run.json as? [String: Any])?["chunks"] as? [String: Any]
    guard let certain = chunks?["certain"] as? Int, let possible = chunks?["possible"] as? Int
    else {
      Issue.record("\(run.account)")
      return nil
    }
    return certain + possible
  }

  @Test func everyFieldOfTheMixMovesAKey() throws {
    let place = try place()
    guard try isBuilt(place, Self.session) else { return }
    for mutation in Self.mutations {
      let parts = Self.session.components(separatedBy: mutation.old)
      guard parts.count > 1 else {
        Issue.record("\(mutation.field): the session has no '\(mutation.old)'")
        continue
      }
      let text = parts[0] + mutation.new + parts.dropFirst().joined(separator: mutation.old)
      let count = try planned(place, text)
      switch mutation.effect {
      case .heard: #expect((count ?? 0) > 0, "\(mutation.field) is in no key")
      case .inaudible: #expect(count == 0, "\(mutation.field) renders again")
      }
    }
  }

  @Test func noFieldIsForgotten() {
    let changed = Set(Self.mutations.map(\.field))
    for mapping in FieldTable.all where !Self.following.contains(mapping.name) {
      for field in mapping.fields where !Self.shared.contains(field.name) {
        let name = "\(mapping.name).\(field.name)"
        #expect(changed.contains(name) || Self.elsewhere[name] != nil, "\(name) is changed nowhere")
      }
    }
  }

  /// Values for parameters whose example is their default, or that have to be written.
  private static let values: [String: String] = [
    "dc-removal.frequency": "10 Hz", "high-pass.frequency": "90 Hz", "low-pass.frequency": "90 Hz",
    "eq.bands": "[{low-shelf: 90 Hz, gain: -2 dB}]", "bell.frequency": "2 kHz",
    "low-shelf.frequency": "2 kHz", "high-shelf.frequency": "2 kHz", "notch.frequency": "2 kHz",
    "band-pass.frequency": "2 kHz", "tilt.frequency": "2 kHz", "compressor.threshold": "-19 dB",
    "compressor.knee": "7 dB", "compressor.attack": "11 ms", "compressor.rms-window": "11 ms",
    "expander.threshold": "-44 dB", "expander.attack": "2 ms", "expander.hold": "21 ms",
    "expander.release": "110 ms", "gate.threshold": "-39 dB", "gate.hysteresis": "5 dB",
    "gate.attack": "2 ms", "limiter.ceiling": "-2 dBTP", "limiter.look-ahead": "4 ms",
    "de-esser.threshold": "-13 dB", "de-esser.frequency": "6 kHz", "de-esser.range": "7 dB",
    "de-esser.attack": "2 ms", "de-esser.release": "70 ms",
    "multiband.crossovers": "[130 Hz, 2.5 kHz]",
    "multiband.bands": "[{threshold: -25 dB, ratio: 2}, {threshold: -20 dB}, {threshold: -22 dB}]",
    "mono-below.frequency": "160 Hz", "duck.by": "kick", "duck.amount": "13 dB",
    "duck.threshold": "-41 dB", "delay.time": "1/4", "gain.gain": "-4 dB",
    "convolution.ir": "audio/d.wav",
  ]

  private func session(with insert: String) -> String {
    """
    mixdown: 1
    rate: 48 kHz
    length: 2 s
    tempo: 120 bpm
    tracks:
      kick: {source: audio/b.wav}
      speech: {source: audio/a.wav}
      a: {source: audio/c.wav, strip: {inserts: [\(insert)]}}
    mix: {tail: none}

    """
  }

  @Test func everyParameterOfEveryProcessorMovesAKey() throws {
    let place = try place()
    for processor in ProcessorTable.all {
      func value(_ parameter: ParameterSpec, isOther: Bool) -> String {
        if processor.name == "convolution" && parameter.name == "ir" && !isOther {
          return "ir: audio/b.wav"
        }
        let other = Self.values["\(processor.name).\(parameter.name)"]
        if isOther, let other { return "\(parameter.name): \(other)" }
        return "\(parameter.name): \(parameter.example)"
      }
      let required = processor.parameters.filter(\.isRequired)
      let base = required.map { value($0, isOther: false) }
      let name = processor.name
      guard
        try isBuilt(place, session(with: "\(name): {\(base.joined(separator: ", "))}"))
      else { continue }
      for parameter in processor.parameters {
        let others = required.filter { $0.name != parameter.name }.map { value($0, isOther: false) }
        let all = (others + [value(parameter, isOther: true)]).joined(separator: ", ")
        let count = try planned(place, session(with: "\(name): {\(all)}"))
        #expect((count ?? 0) > 0, "\(name): {\(all)} is in no key")
      }
    }
  }
}
