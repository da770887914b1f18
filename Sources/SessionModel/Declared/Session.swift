public import Diagnostics
public import Signal

/// A session as written: every value with its place, names not yet bound, positions not resolved.
public struct Session: Sendable {
  public enum Kind: String, Sendable { case song, album, collection }

  public var kind: Kind = .song
  public var metadata: Metadata = Metadata()
  /// Hz.
  public var rate: Located<Int>?
  /// A rate is written and is none.
  public var hasWrongRate = false
  /// The session's end, when written (`length:`).
  public var length: Located<Position>?
  /// In file order; a constant tempo is one point at `start`.
  public var tempo: [TempoPoint] = []
  public var meter: [MeterPoint] = []
  /// Where bar 1 lies (`bar-1:`).
  public var barOne: Located<Position>?
  public var markers: [NamedPosition] = []
  public var regions: [NamedRange] = []
  public var chapters: [Chapter] = []
  public var defaults: Defaults = Defaults()
  public var presets: [Preset] = []
  public var groups: [Group] = []
  public var tracks: [Track] = []
  public var buses: [Bus] = []
  public var mix: MixStrip = MixStrip()
  public var master: Master = Master()
  public var stems: [Stem] = []
  public var versions: [Version] = []
  public var edits: [SessionEdit] = []
  /// Of the list.
  public var editsSpan: Span?
  /// The version whose changes this session holds, and the tags that it had without them.
  public var appliedVersion: (name: String, base: Metadata)?
  /// What an album plays; nil: the session is none.
  public var album: Album?
  /// Lint ids and what to do with them (`lints: {click-at-seam: silent}`).
  public var lints: [String: Located<String>] = [:]
  /// The folder of each text of the session, by the index of its source: paths are relative to
  /// the file that writes them. Empty, or ending in `/`.
  public var directories: [String] = []
  /// What stands under `tracks`, or the whole, is no mapping or of a kind that is not read: of the
  /// tracks' names, rates and number nothing is known.
  public var isUnread = false
  /// A position or range could not be read: where content lies, and where it ends, is not known.
  public var hasMisreadPlaces = false
  /// Markers and regions whose place could not be read.
  public var misreadNames: Set<String> = []
  /// The place of the file's root mapping.
  public var span: Span

  public init(span: Span) { self.span = span }

  /// `path` as the program may open it: absolute, or relative to the working folder.
  public func resolved(_ path: Located<String>) -> String {
    let index = path.span.source.index
    if path.value.utf8.first == UInt8(ascii: "/") || !directories.indices.contains(index) {
      return path.value
    }
    return directories[index] + path.value
  }
}

/// Free text by key, in file order: title, artist, album, isrc, upc, date, cover …
public struct Metadata: Hashable, Sendable {
  public var entries: [(key: Located<String>, value: Located<String>)] = []
  public init() {}
  public subscript(key: String) -> Located<String>? {
    entries.last { $0.key.value == key }?.value
  }
  public static func == (a: Metadata, b: Metadata) -> Bool {
    a.entries.map { [$0.key.value, $0.value.value] }
      == b.entries.map { [$0.key.value, $0.value.value] }
  }
  public func hash(into hasher: inout Hasher) {
    for entry in entries { hasher.combine(entry.key.value) }
  }
}

public struct TempoPoint: Hashable, Sendable {
  public var position: Located<Position>
  /// Quarter notes a minute.
  public var bpm: Rational
  /// True: the tempo moves straight to this one from the point before (in beats).
  public var isRamp: Bool
  public var span: Span
  public init(position: Located<Position>, bpm: Rational, isRamp: Bool = false, span: Span) {
    self.position = position
    self.bpm = bpm
    self.isRamp = isRamp
    self.span = span
  }
}

/// A meter from a bar on.
public struct MeterPoint: Hashable, Sendable {
  public var bar: Int
  public var beats: Int
  public var unit: Int
  public var span: Span
  public init(bar: Int, beats: Int, unit: Int, span: Span) {
    self.bar = bar
    self.beats = beats
    self.unit = unit
    self.span = span
  }
}

public struct NamedPosition: Hashable, Sendable {
  public var name: Located<String>
  public var position: Located<Position>
  public init(name: Located<String>, position: Located<Position>) {
    self.name = name
    self.position = position
  }
}

public struct NamedRange: Hashable, Sendable {
  public var name: Located<String>
  public var range: Located<RangeExpression>
  public init(name: Located<String>, range: Located<RangeExpression>) {
    self.name = name
    self.range = range
  }
}

public struct Chapter: Hashable, Sendable {
  public var position: Located<Position>
  public var title: Located<String>
  public var link: Located<String>?
  public init(position: Located<Position>, title: Located<String>, link: Located<String>? = nil) {
    self.position = position
    self.title = title
    self.link = link
  }
}

/// `crossfade`, and its curve, where an edit does not say; `pan-law`.
public struct Defaults: Hashable, Sendable {
  public var crossfade: Located<TimeAmount>?
  public var crossfadeCurve: Located<FadeCurve>?
  public var panLaw: Located<PanLaw>?
  public init() {}
}

/// A named set of keys for one kind: a processor's name or `strip`.
public struct Preset: Sendable {
  public var name: Located<String>
  public var kind: Located<String>
  public var insert: Insert?
  public var strip: Strip?
  public init(name: Located<String>, kind: Located<String>) {
    self.name = name
    self.kind = kind
  }
}

public struct Group: Hashable, Sendable {
  public var name: Located<String>
  public var members: [Located<String>]
  /// VCA: adds to the members' faders.
  public var fader: Level?
  public init(name: Located<String>, members: [Located<String>], fader: Level? = nil) {
    self.name = name
    self.members = members
    self.fader = fader
  }
}

/// A sound file as named in the session.
public struct SourceReference: Hashable, Sendable {
  /// Relative to the file that writes it.
  public var path: Located<String>
  /// From 1; nil: all channels (one or two).
  public var channels: Located<[Int]>?
  /// The folder of the file that writes the path, relative to the working folder or absolute:
  /// empty, or ending in `/`.
  public var directory: String
  public init(path: Located<String>, channels: Located<[Int]>? = nil, directory: String = "") {
    self.path = path
    self.channels = channels
    self.directory = directory
  }

  /// Absolute, or relative to the working folder.
  public var resolvedPath: String {
    path.value.utf8.first == UInt8(ascii: "/") ? path.value : directory + path.value
  }
}

/// A fade's length and curve.
public struct Fade: Hashable, Sendable {
  public var length: Located<TimeAmount>
  public var curve: Located<FadeCurve>?
  public init(length: Located<TimeAmount>, curve: Located<FadeCurve>? = nil) {
    self.length = length
    self.curve = curve
  }
}

/// A range of a recording on the timeline.
public struct Clip: Hashable, Sendable {
  public var name: Located<String>?
  public var note: String?
  public var isBypassed: Bool
  public var source: SourceReference
  /// Positions in the recording; nil: its first frame, its end.
  public var `in`: Located<Position>?
  public var out: Located<Position>?
  /// nil: session start.
  public var at: Located<Position>?
  /// dB.
  public var gain: Located<Double>?
  public var fadeIn: Fade?
  public var fadeOut: Fade?
  /// With the clip before it in time, which it overlaps.
  public var crossfade: Fade?
  public var isReversed: Bool
  public var span: Span

  public init(source: SourceReference, span: Span) {
    self.source = source
    self.span = span
    isBypassed = false
    isReversed = false
  }
}

public struct Take: Hashable, Sendable {
  public var name: Located<String>
  public var clips: [Clip]
  public init(name: Located<String>, clips: [Clip]) {
    self.name = name
    self.clips = clips
  }
}

/// From `from` on the comp plays `take`, until the next entry or `to`.
public struct CompEntry: Hashable, Sendable {
  public var from: Located<Position>
  public var to: Located<Position>?
  public var take: Located<String>
  public var crossfade: Fade?
  public var name: Located<String>?
  public var note: String?
  public var span: Span
  public init(from: Located<Position>, take: Located<String>, span: Span) {
    self.from = from
    self.take = take
    self.span = span
  }
}

/// An edit that changes a track in place and moves nothing.
public struct TrackEdit: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// With room tone from the track's `room-tone` range, or nothing.
    case silence(fillsWithRoomTone: Bool)
    /// dB.
    case gain(Located<Double>)
    case reverse
    /// Exactly the range's length from `source`, beginning at `in`.
    case replace(SourceReference, in: Located<Position>?)
    case fadeIn(FadeCurve)
    case fadeOut(FadeCurve)
  }
  public var kind: Kind
  public var range: Located<RangeExpression>
  public var crossfade: Fade?
  public var name: Located<String>?
  public var note: String?
  public var isBypassed: Bool
  public var span: Span

  public init(_ kind: Kind, range: Located<RangeExpression>, span: Span) {
    self.kind = kind
    self.range = range
    self.span = span
    isBypassed = false
  }
}

public struct Track: Hashable, Sendable {
  public enum Ripple: String, Hashable, Sendable { case cut, move, stay }
  public var name: Located<String>
  public var note: String?
  /// What the track plays: its clips, or takes chosen by a comp. `source: PATH` and
  /// `source: {file, channel, at, in, out}` are one clip.
  public var clips: [Clip]
  public var takes: [Take]
  public var comp: [CompEntry]
  public var edits: [TrackEdit]
  public var ripple: Ripple
  /// Added to every position of the recording on the timeline (sub-frame lengths round).
  public var shift: Located<Shift>?
  public var roomTone: Located<RangeExpression>?
  public var strip: Strip
  public var expect: [Expectation] = []
  public var span: Span

  public struct Shift: Hashable, Sendable {
    public var amount: TimeAmount
    public var isNegative: Bool
    public init(amount: TimeAmount, isNegative: Bool) {
      self.amount = amount
      self.isNegative = isNegative
    }
  }

  public init(name: Located<String>, span: Span) {
    self.name = name
    self.span = span
    clips = []
    takes = []
    comp = []
    edits = []
    ripple = .cut
    strip = Strip()
  }
}

public struct Bus: Hashable, Sendable {
  public var name: Located<String>
  public var strip: Strip
  public var expect: [Expectation] = []
  public var note: String?
  public var span: Span
  public init(name: Located<String>, strip: Strip, span: Span) {
    self.name = name
    self.strip = strip
    self.span = span
  }
}

/// The main output: a strip, and how long it rings.
public struct MixStrip: Sendable {
  public enum Tail: Hashable, Sendable {
    case none
    /// Exactly this long after the end.
    case length(TimeAmount)
    /// Until the mix stays below `level` dBFS, at most this long.
    case until(level: Double, atMost: TimeAmount)
  }
  public var strip: Strip = Strip()
  public var tail: Located<Tail>?
  /// `mix: {source: in/mix.wav}`: a finished mix in place of tracks and buses.
  public var source: SourceReference?
  public var expect: [Expectation] = []
  /// 16, 24 or 32 (float); default 32.
  public var bits: Located<Int>?
  public var file: Located<String>?
  public var span: Span?
  public init() {}
}

public struct Master: Sendable {
  public var inserts: [Insert] = []
  public var fadeOut: (range: Located<RangeExpression>, curve: FadeCurve)?
  /// dBTP; the master's ceiling when there are no deliveries.
  public var truePeak: Located<Double>?
  public var deliveries: [Delivery] = []
  public var expect: [Expectation] = []
  /// Of an album: `together` (one gain for all songs) or `each`; nil: together.
  public var level: Located<String>?
  public var span: Span?
  public init() {}
}

/// `expect: {crest-factor: at least 9 dB}`
public struct Expectation: Hashable, Sendable {
  public enum Relation: Hashable, Sendable {
    case atMost(Double)
    case atLeast(Double)
    case between(Double, Double)
    case within(Double, tolerance: Double)
  }
  public var quantity: Located<String>
  /// Numbers in the unit of `QuantityTable`.
  public var relation: Located<Relation>
  /// Written under `advise`: a miss warns and does not fail.
  public var isAdvice: Bool = false
  public init(quantity: Located<String>, relation: Located<Relation>) {
    self.quantity = quantity
    self.relation = relation
  }
}

/// One mastering deliverable as written, with the keys of the delivery that it is `like`.
public struct Delivery: Sendable {
  public var name: Located<String>
  public var like: Located<String>?
  public var from: Located<String>?
  public var version: Located<String>?
  public var range: Located<RangeExpression>?
  public var each: Located<String>?
  public var inserts: [Insert]?
  /// `limiter: none` is false.
  public var usesLimiter: Located<Bool>?
  public var profile: Located<String>?
  /// LUFS, or another metric by name (`rms`, `sample-peak`, `momentary-max`).
  public var loudness: Located<LoudnessTarget>?
  public var truePeak: Located<Double>?
  public var rate: Located<Int>?
  public var bits: Located<Int>?
  public var dither: Located<String>?
  public var channels: Located<String>?
  public var format: Located<String>?
  /// bit/s.
  public var bitRate: Located<Int>?
  /// `constant` or `variable`.
  public var bitRateMode: Located<String>?
  public var loop: Located<RangeExpression>?
  public var head: Located<TimeAmount>?
  public var tail: Located<TimeAmount>?
  public var fadeOut: Fade?
  public var gain: Located<DeliveryGain>?
  public var maxLimiting: Located<Double>?
  public var metadata: Metadata = Metadata()
  public var file: Located<String>?
  /// Of an album: `one` file or `each` song its own; nil: each.
  public var files: Located<String>?
  /// Of an album: a file for each side.
  public var sides: Located<[Album.Side]>?
  /// Size and speed of the record that the sides are for.
  public var record: Located<String>?
  /// Of an album: whether a cue sheet and a PQ sheet are written beside the audio.
  public var cue: Located<Bool>?
  public var pqSheet: Located<Bool>?
  public var expect: [Expectation] = []
  /// A JSON report beside each file.
  public var writesReport: Bool = false
  public var note: String?
  public var isBypassed: Bool = false
  public var span: Span

  public init(name: Located<String>, span: Span) {
    self.name = name
    self.span = span
  }
}

public struct LoudnessTarget: Hashable, Sendable {
  /// `integrated`, `momentary-max`, `short-term-max`, `rms`, `sample-peak`.
  public var metric: String
  /// In the metric's unit.
  public var value: Double
  /// `at most -16 LUFS`: louder audio is turned down to it, quieter audio is left alone.
  public var isUpperLimit: Bool
  public init(metric: String, value: Double, isUpperLimit: Bool = false) {
    self.metric = metric
    self.value = value
    self.isUpperLimit = isUpperLimit
  }
}

public enum DeliveryGain: Hashable, Sendable {
  /// dB.
  case fixed(Double)
  /// The solved gain of another delivery.
  case asDelivery(String)
}

public struct Stem: Hashable, Sendable {
  public var name: Located<String>
  public var members: [Located<String>]
  public init(name: Located<String>, members: [Located<String>]) {
    self.name = name
    self.members = members
  }
}

/// The session with these changes.
public struct Version: Sendable {
  public var name: Located<String>
  public var mute: [Located<String>] = []
  public var only: [Located<String>] = []
  /// ADDRESS → scalar text as written.
  public var set: [(address: Located<String>, value: Located<String>)] = []
  public var edits: [SessionEdit]?
  public var metadata: Metadata = Metadata()
  public var span: Span
  public init(name: Located<String>, span: Span) {
    self.name = name
    self.span = span
  }
}

/// An entry of the session-level list `edits`, the only thing that changes time.
public struct SessionEdit: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case cut(Located<RangeExpression>)
    case insert(at: Located<Position>, length: Located<TimeAmount>)
    /// The range plays `times` times in all.
    case `repeat`(Located<RangeExpression>, times: Int)
    case move(Located<RangeExpression>, to: Located<Position>)
  }
  public var kind: Kind
  public var crossfade: Fade?
  public var name: Located<String>?
  public var note: String?
  public var isBypassed: Bool
  public var span: Span

  public init(_ kind: Kind, span: Span) {
    self.kind = kind
    self.span = span
    isBypassed = false
  }
}
