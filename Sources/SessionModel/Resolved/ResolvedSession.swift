public import Diagnostics
public import Signal

/// A session with names bound and positions in frames: what the compiler turns into a graph.
/// Nothing here depends on the order of mappings in the file.
public struct ResolvedSession: Sendable {
  /// Hz.
  public var rate: Int
  public var programme: ProgrammeMap
  /// One past the last session frame of the timeline.
  public var sessionEnd: Int64
  public var tail: ResolvedTail
  /// By index of `ResolvedReading.recording`; each file once.
  public var recordings: [RecordingReference]
  /// In file order; strips refer to each other by `StripID`.
  public var strips: [ResolvedStrip]
  /// The mix: inserts, fader; its input is the sum of all strips with `output == nil`.
  public var mix: ResolvedStrip
  public var mixBits: Int
  /// Where the mix is written, placeholders replaced, relative to the file that writes it; nil:
  /// `mix.wav` in the folder of outputs.
  public var mixFile: Located<String>?
  /// A finished mix in place of tracks and buses; plays into the mix's output directly.
  public var mixSource: [ResolvedReading]?
  public var masterInserts: [ResolvedInsert]
  /// On the session axis; multiplies the master after its inserts.
  public var masterFadeOut: (range: FrameRange, curve: FadeCurve)?
  /// dBTP.
  public var masterCeiling: Double
  public var stems: [ResolvedStem]
  public var metadata: Metadata
  public var markers: [(name: String, session: Int64, programme: Int64)]
  public var regions: [(name: String, session: FrameRange)]
  /// In programme order.
  public var chapters: [ResolvedChapter]
  /// In file order, bypassed ones left out: those of all versions, whichever this is.
  public var deliveries: [ResolvedDelivery]
  /// The version that the session was resolved in; nil: as it stands.
  public var version: String?
  /// Deliveries that are made of this version. Of the others, ranges lie on another timeline.
  public var ownDeliveries: [ResolvedDelivery] {
    deliveries.filter { $0.version?.value == version }
  }

  public init(rate: Int, programme: ProgrammeMap, sessionEnd: Int64, mix: ResolvedStrip) {
    self.rate = rate
    self.programme = programme
    self.sessionEnd = sessionEnd
    self.mix = mix
    tail = .none
    recordings = []
    strips = []
    mixBits = 32
    mixSource = nil
    masterInserts = []
    masterFadeOut = nil
    masterCeiling = -1
    stems = []
    metadata = Metadata()
    markers = []
    regions = []
    chapters = []
    deliveries = []
    version = nil
  }
}

public enum ResolvedTail: Hashable, Sendable {
  case none
  case frames(Int64)
  /// Until the mix stays below `level` dBFS, at most this many frames.
  case until(level: Double, atMost: Int64)
}

/// A sound file as the session names it. `path` is absolute or relative to the working folder.
public struct RecordingReference: Hashable, Sendable {
  public var path: String
  /// As written, for messages.
  public var written: String
  public var span: Span
  /// What `RecordingProbe` said; frames at the file's own rate.
  public var frames: Int64
  public var rate: Int
  public var channelCount: Int

  public init(
    path: String, written: String, span: Span, frames: Int64, rate: Int, channelCount: Int
  ) {
    self.path = path
    self.written = written
    self.span = span
    self.frames = frames
    self.rate = rate
    self.channelCount = channelCount
  }
}

/// Index in `ResolvedSession.strips`.
public struct StripID: Hashable, Sendable, Comparable {
  public let index: Int
  public init(_ index: Int) { self.index = index }
  public static func < (a: StripID, b: StripID) -> Bool { a.index < b.index }
}

/// A level over time: constants of fader, groups and rides added in dB.
public struct ResolvedLevel: Hashable, Sendable {
  /// dB; −inf is silence. Fader level plus group faders' levels.
  public var constant: Double
  /// Added to the constant; in dB.
  public var rides: [AutomationCurve]
  /// What it is made of and where that is written, which is no part of what it is.
  public var parts: [ResolvedLevelPart]

  public init(
    constant: Double = 0, rides: [AutomationCurve] = [], parts: [ResolvedLevelPart] = []
  ) {
    self.constant = constant
    self.rides = rides
    self.parts = parts
  }

  public static func == (a: Self, b: Self) -> Bool {
    a.constant == b.constant && a.rides == b.rides
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(constant)
    hasher.combine(rides)
  }
}

/// A fader, a send or a group's fader.
public struct ResolvedLevelPart: Sendable {
  /// `vocal/fader`
  public var address: String
  /// dB.
  public var constant: Double
  /// Of the level; nil: none is written.
  public var span: Span?
  /// Index in `ResolvedLevel.rides`; nil: it has no ride.
  public var ride: Int?
  /// Of the ride's points, in the order of the file.
  public var points: [Span]

  public init(
    address: String, constant: Double, span: Span?, ride: Int? = nil, points: [Span] = []
  ) {
    self.address = address
    self.constant = constant
    self.span = span
    self.ride = ride
    self.points = points
  }
}

public enum ResolvedSetting: Hashable, Sendable {
  /// In the parameter's canonical unit; times are in seconds, however they were written, unless
  /// the parameter may be musical: see `frames`.
  case number(Double)
  /// The value of every parameter that may be musical (`TimeSpec.allowsMusical`), in whole frames.
  case frames(Int64)
  case word(String)
  case flag(Bool)
  case curve(AutomationCurve)
  /// A recording that is a setting: the impulse response of a convolution.
  case response(ResolvedResponse)
}

/// An impulse response: all channels of a recording, whole.
public struct ResolvedResponse: Hashable, Sendable {
  /// Index into `ResolvedSession.recordings`.
  public var recording: Int
  /// 1, 2 or 4.
  public var channelCount: Int
  /// At the session's rate.
  public var frames: Int64
  /// Frames before its first that a conversion to the session's rate gives it; 0: it has that rate.
  public var early: Int64

  public init(recording: Int, channelCount: Int, frames: Int64, early: Int64 = 0) {
    self.recording = recording
    self.channelCount = channelCount
    self.frames = frames
    self.early = early
  }
}

/// A processor with every parameter it has (defaults filled in), by the table's names.
public struct ResolvedInsert: Hashable, Sendable {
  /// The processor table's name. `eq` has been replaced by its bands (`bell`, `low-shelf` …).
  public var processor: String
  /// Unique in its strip; bands of an eq are `EQNAME/BANDNAME`.
  public var name: String
  public var settings: [String: ResolvedSetting]
  /// Where settings are written, or the points of one that moves; those that are not are left out.
  public var places: [String: [Span]] = [:]
  /// The strip whose post-insert, pre-fader signal keys this processor.
  public var key: StripID?
  public var span: Span

  public init(processor: String, name: String, settings: [String: ResolvedSetting], span: Span) {
    self.processor = processor
    self.name = name
    self.settings = settings
    self.span = span
  }
}

public struct ResolvedSend: Hashable, Sendable {
  public var target: StripID
  public var level: ResolvedLevel
  /// False: taken before fader, pan and width (a mono strip goes to both sides at the pan law's
  /// centre gain).
  public var isPostFader: Bool
  public var span: Span
  public init(target: StripID, level: ResolvedLevel, isPostFader: Bool, span: Span) {
    self.target = target
    self.level = level
    self.isPostFader = isPostFader
    self.span = span
  }
}

public struct ResolvedStrip: Sendable {
  public enum Kind: Hashable, Sendable { case track, bus, mix }
  public var kind: Kind
  public var name: String
  /// 1 or 2: of the content (tracks); 2 for buses.
  public var channelCount: Int
  /// A track's content. Empty for buses.
  public var readings: [ResolvedReading]
  public var ripple: Track.Ripple
  /// dB.
  public var trim: Double
  /// Set: trim is measured so that the content reads this many LUFS; `trim` is then 0.
  public var trimTarget: Double?
  public var isPolarityInverted: Bool
  /// Active ones only, in order.
  public var inserts: [ResolvedInsert]
  public var fader: ResolvedLevel
  /// −1…+1
  public var pan: ResolvedSetting
  /// Percent.
  public var width: ResolvedSetting
  public var panLaw: PanLaw
  /// nil: the mix.
  public var output: StripID?
  public var sends: [ResolvedSend]
  /// Nothing leaves by output or sends; processors that are keyed by this strip still hear it.
  public var isMuted: Bool
  public var span: Span
  /// Where what is its own is written, by its key: `trim`, `polarity`, `pan`, `width`, `pan-law`; and
  /// its `name`.
  public var places: [String: [Span]] = [:]

  public init(kind: Kind, name: String, channelCount: Int, span: Span) {
    self.kind = kind
    self.name = name
    self.channelCount = channelCount
    self.span = span
    readings = []
    ripple = .cut
    trim = 0
    isPolarityInverted = false
    inserts = []
    fader = ResolvedLevel()
    pan = .number(0)
    width = .number(100)
    panLaw = .minus3
    sends = []
    isMuted = false
  }
}

/// One run of a recording on the timeline, with the gains that apply to it. A track's content at
/// a frame is the sum of its readings there, each times all of its `gains`.
public struct ResolvedReading: Hashable, Sendable {
  /// Index into `ResolvedSession.recordings`.
  public var recording: Int
  /// Channels of the file to take, from 0: one (mono) or two.
  public var channels: [Int]
  /// Where it sounds, fades and crossfade handles included; session frames (`ripple: cut`) or
  /// programme frames (`ripple: move` and `stay`).
  public var range: FrameRange
  /// Frame of the recording, at the session's rate, that sounds at `range.start`; for reversed
  /// readings the frame that sounds there too, counting down from it. Frames outside the
  /// recording are silence.
  public var offset: Int64
  public var isReversed: Bool
  public var gains: [ResolvedGain]
  /// Of the clip or edit that wrote it.
  public var span: Span

  public init(
    recording: Int, channels: [Int], range: FrameRange, offset: Int64, isReversed: Bool = false,
    gains: [ResolvedGain] = [], span: Span
  ) {
    self.recording = recording
    self.channels = channels
    self.range = range
    self.offset = offset
    self.isReversed = isReversed
    self.gains = gains
    self.span = span
  }
}

/// A gain over part of a reading; outside its range it is as its case says.
public enum ResolvedGain: Hashable, Sendable {
  /// Linear gain everywhere.
  case constant(Double)
  /// 0 before the range, the curve rising in it, 1 after it.
  case fadeIn(FrameRange, FadeCurve)
  /// 1 before the range, the curve falling in it, 0 after it.
  case fadeOut(FrameRange, FadeCurve)
  /// A crossfade side whose curve is `auto`: the correlation is measured between this reading and
  /// the reading of index `partner` in the same strip over the range.
  case autoFadeIn(FrameRange, partner: Int)
  case autoFadeOut(FrameRange, partner: Int)
  /// `gain` inside the range, 1 outside, with straight ramps of `ramp` frames centred on its ends.
  case region(FrameRange, gain: Double, ramp: Int64)
}

public struct ResolvedStem: Hashable, Sendable {
  public var name: String
  public var members: [StripID]
  public init(name: String, members: [StripID]) {
    self.name = name
    self.members = members
  }
}

/// What the resolver asks about a sound file before anything is rendered.
public struct RecordingFacts: Hashable, Sendable {
  public var frames: Int64
  public var rate: Int
  public var channelCount: Int
  /// Frames that the header promises and the file does not hold.
  public var missingFrames: Int64
  public init(frames: Int64, rate: Int, channelCount: Int, missingFrames: Int64 = 0) {
    self.frames = frames
    self.rate = rate
    self.channelCount = channelCount
    self.missingFrames = missingFrames
  }
}

/// Looks at sound files for the resolver; `AudioFiles` has the real one, tests have tables.
public protocol RecordingProbe {
  /// - Parameter path: absolute or relative to the working folder.
  func facts(of path: String) -> Result<RecordingFacts, RecordingProblem>

  /// Names of the files in a folder (empty: the working folder), to suggest one for a missing
  /// recording. The default knows none.
  func fileNames(in folder: String) -> [String]
}

public enum RecordingProblem: Error, Hashable, Sendable {
  case missing
  /// A Git LFS pointer stands in its place.
  case lfsPointer
  case isFolder
  case unreadable(String)
  case unsupported(String)
}

extension RecordingProbe {
  public func fileNames(in folder: String) -> [String] { [] }
}
