import Diagnostics
import SessionModel

/// Keys that people bring along from elsewhere: where they belong, and what they are called here.
enum Misplaced {
  /// The language's words for words of other programs.
  static let synonyms: [String: [String]] = [
    "volume": ["fader", "gain", "level"], "level": ["fader", "gain"], "vol": ["fader", "gain"],
    "gain": ["trim", "by"], "balance": ["pan"], "panning": ["pan"], "panorama": ["pan"],
    "effects": ["inserts"], "fx": ["inserts"], "plugins": ["inserts"], "chain": ["inserts"],
    "processors": ["inserts"], "aux": ["sends"], "auxes": ["sends"], "out": ["output"],
    "bus": ["output"], "route": ["output"], "path": ["source", "file"], "audio": ["source"],
    "file": ["source"], "recording": ["source"], "regions": ["clips"], "start": ["at", "from"],
    "position": ["at"], "time": ["at", "range"], "end": ["to", "out"], "bpm": ["tempo"],
    "sample-rate": ["rate"], "samplerate": ["rate"], "sample_rate": ["rate"],
    "time-signature": ["meter"], "signature": ["meter"], "bit-depth": ["bits"],
    "depth": ["bits", "drive"], "bitrate": ["bit-rate"], "lufs": ["loudness"],
    "peak": ["true-peak"], "ceiling": ["true-peak"], "freq": ["frequency"],
    "cutoff": ["frequency"], "quality": ["q"], "width": ["q"], "make-up": ["makeup"],
    "make-up-gain": ["makeup"], "lookahead": ["look-ahead"], "predelay": ["pre-delay"],
    "wet": ["mix"], "sidechain": ["key", "by"], "side-chain": ["key", "by"], "mute": ["bypass"],
    "disabled": ["bypass"], "enabled": ["bypass"], "comment": ["note"], "label": ["name"],
    "id": ["name"], "curve": ["shape"], "duration": ["length"], "deliveries": ["deliver"],
    "automation": ["ride"], "preset": ["like"], "inherits": ["like"], "include": ["includes"],
    "returns": ["buses"], "sections": ["regions"], "tags": ["metadata"], "author": ["artist"],
    "year": ["date"],
  ]

  /// Where a key belongs that stands in the wrong mapping.
  static func place(of key: String, in noun: String) -> String? {
    let here = synonyms[key.lowercased()]?.first { Specs.strip[$0] != nil } ?? key
    return switch noun {
    case Specs.track.noun
    where Specs.strip[here] != nil && Suggestions.nearest(key, in: Specs.track.names).isEmpty:
      "it belongs to the track's strip: `strip: {\(here): …}`"
    case Specs.bus.noun where key == "strip": "a bus is a strip: its keys stand without `strip:`"
    case Specs.mix.noun where key == "strip":
      "the mix is a strip: its keys stand without `strip:`"
    case Specs.master.noun where Specs.delivery[key] != nil:
      "it belongs to a delivery: `deliver: {NAME: {\(key): …}}`"
    case Specs.strip.noun where ["source", "clips", "takes", "comp", "edits"].contains(key):
      "it belongs to the track, beside `strip`"
    case _ where ProcessorTable[noun] != nil && ProcessorTable[key] != nil:
      "'\(key)' is a processor, and each is an entry of its own: `[\(noun): …, \(key): …]`"
    case Specs.session.noun where Specs.track[key] != nil || Specs.strip[key] != nil:
      "it belongs to a track: `tracks: {NAME: {…}}`"
    default: nil
    }
  }
}
