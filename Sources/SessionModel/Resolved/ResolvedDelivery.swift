public import Diagnostics
public import Signal

/// One mastering deliverable with names bound, lengths in frames and file names written out.
/// Numbers that a profile gives are not filled in here.
public struct ResolvedDelivery: Sendable {
  public enum From: Hashable, Sendable {
    case master
    case mix
    /// One file for each stem, or for each region of it.
    case stems
    /// The strip after its fader and pan.
    case strip(StripID)
  }

  public enum Each: Hashable, Sendable {
    case none, region, stem
    /// One file for each region of each stem.
    case regionOfStem
  }

  /// One file that is written.
  public struct Item: Hashable, Sendable {
    /// The region's or stem's name, or both; nil for the delivery's only file.
    public var name: String?
    /// From 1, in file order.
    public var number: Int
    /// Programme frames; nil: all of the programme and its tail.
    public var range: FrameRange?
    /// Index in `ResolvedSession.stems`.
    public var stem: Int?
    /// The pattern with every placeholder replaced; relative to the file that writes it.
    public var file: String
    /// Tags of this file alone; nil: the delivery's.
    public var metadata: Metadata?
    public init(
      name: String? = nil, number: Int = 1, range: FrameRange? = nil, stem: Int? = nil,
      file: String, metadata: Metadata? = nil
    ) {
      self.metadata = metadata
      self.name = name
      self.number = number
      self.range = range
      self.stem = stem
      self.file = file
    }
  }

  public var name: String
  public var span: Span
  /// As written, for messages.
  public var writtenFile: Located<String>?
  public var from: From = .master
  /// A version's name; nil: the session as it is.
  public var version: Located<String>?
  public var each: Each = .none
  public var items: [Item] = []
  /// Follow the master's inserts (or what `from` says).
  public var inserts: [ResolvedInsert] = []
  /// False: `limiter: none`.
  public var usesLimiter: Bool = true
  public var profile: Located<String>?
  public var loudness: Located<LoudnessTarget>?
  /// dBTP.
  public var truePeak: Located<Double>?
  /// Hz; nil: the profile's or the session's.
  public var rate: Located<Int>?
  public var bits: Located<Int>?
  public var dither: Located<String>?
  public var channels: Located<String>?
  /// As written; nil: the ending of `file` says.
  public var format: Located<String>?
  /// bit/s.
  public var bitRate: Located<Int>?
  /// `constant` or `variable`.
  public var bitRateMode: Located<String>?
  /// Programme frames that a player repeats.
  public var loop: Located<FrameRange>?
  /// Frames of the session's rate before and after the programme; nil: not written.
  public var head: Int64?
  public var tail: Int64?
  /// Frames, at the end.
  public var fadeOut: (length: Int64, curve: FadeCurve)?
  public var gain: Located<DeliveryGain>?
  /// dB.
  public var maxLimiting: Located<Double>?
  /// The session's, the version's and the delivery's own, the later ones winning.
  public var metadata: Metadata = Metadata()
  public var expect: [Expectation] = []
  /// The picture as the program may open it, at the place that names it.
  public var cover: Located<String>?
  /// A JSON report beside each file.
  public var writesReport: Bool = false

  public init(name: String, span: Span) {
    self.name = name
    self.span = span
  }
}

/// A chapter where it is heard.
public struct ResolvedChapter: Hashable, Sendable {
  public var title: String
  public var link: String?
  public var session: Int64
  /// First visit.
  public var programme: Int64
  public init(title: String, link: String?, session: Int64, programme: Int64) {
    self.title = title
    self.link = link
    self.session = session
    self.programme = programme
  }
}

extension ResolvedSession {
  /// The graph's output that a delivered file is made from; nil: the master.
  public func nameOfSource(
    _ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item
  ) -> String? {
    if let stem = item.stem, stem < stems.count { return "stem/\(stems[stem].name)" }
    switch delivery.from {
    case .master, .stems: return nil
    case .mix: return "mix"
    case .strip(let id):
      let strip = strips[id.index]
      return (strip.kind == .track ? "track/" : "bus/") + strip.name
    }
  }

  /// The graph's output behind the delivery's own inserts.
  public func nameOfInserts(
    _ delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item
  ) -> String {
    let stem = item.stem.flatMap { $0 < stems.count ? "/\(stems[$0].name)" : nil } ?? ""
    return "deliver/\(delivery.name)/inserts\(stem)"
  }
}
