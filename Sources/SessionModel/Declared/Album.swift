public import Diagnostics
public import Signal

/// An album as written (`kind: album`): songs in playing order and the silence between them. Its
/// master, metadata and rate are those of the `Session` that holds it.
public struct Album: Sendable {
  /// Silence before each song but the first, unless the song says otherwise; nil: 2 s.
  public var gap: Located<TimeAmount>?
  /// In playing order.
  public var songs: [Song] = []
  public init() {}

  /// Seconds, unless the album or a song says otherwise.
  public static let standardGap = Rational(2)

  /// A song: a session, of which the mix is taken, or a finished mix.
  public struct Song: Sendable {
    public var name: Located<String>
    /// A session file or its folder, relative to the file that writes it.
    public var session: Located<String>?
    /// A finished mix.
    public var mix: SourceReference?
    /// Which version of the session; nil: the session as it is.
    public var version: Located<String>?
    /// dB; before the inserts.
    public var gain: Located<Double>?
    /// Silence before the song; nil: the album's.
    public var gap: Located<TimeAmount>?
    /// How long the song sounds together with the one before it.
    public var overlap: Located<TimeAmount>?
    public var fadeIn: Fade?
    public var fadeOut: Fade?
    public var inserts: [Insert] = []
    /// Wins over the session's own.
    public var metadata: Metadata = Metadata()
    public var note: String?
    public var isBypassed: Bool = false
    public var span: Span

    public init(name: Located<String>, span: Span) {
      self.name = name
      self.span = span
    }
  }

  /// One side of a record and what it plays.
  public struct Side: Sendable {
    public var name: Located<String>
    public var songs: [Located<String>]
    public init(name: Located<String>, songs: [Located<String>]) {
      self.name = name
      self.songs = songs
    }
  }
}
