internal import MixGraph
internal import SessionModel
internal import Signal

/// What was found by listening to tracks, kept by all that they play: a session that was built before is
/// not listened to again.
enum TrackHearing {
  /// - Parameters:
  ///   - tracks: those that `find` reads.
  ///   - writeKey: writes what else the numbers depend on.
  ///   - find: nil: something cannot be read; that is not kept.
  /// - Returns: what `find` gave, now or earlier; none where a recording cannot be read.
  static func kept(
    _ name: StaticString, of tracks: [StripID], in session: ResolvedSession, store: Store?,
    writeKey: (inout DigestWriter) -> Void = { _ in }, find: () -> [Double]?
  ) -> [Double] {
    // Without a store nothing is asked of whole recordings.
    guard let store else { return find() ?? [] }
    let identities = RecordingIdentities(
      session.recordings, rate: session.rate, store: store, paranoid: false)
    let all = session.recordings.indices
    if identities.failure(of: Array(all)) != nil { return [] }
    var writer = DigestWriter()
    writer.field(name, 1)
    writeContents(of: tracks, session, identities, to: &writer)
    writeKey(&writer)
    let key = writer.digest
    if let numbers = store.numbers(key) { return numbers }
    guard let numbers = find() else { return [] }
    if identities.firstChanged(of: all) == nil { store.keep(numbers, key) }
    return numbers
  }

  /// What a track plays, before its trim.
  static func content(_ strip: ResolvedStrip) -> SourceContent {
    SourceContent(
      readings: strip.readings, ripple: strip.ripple, gain: strip.isPolarityInverted ? -1 : 1)
  }

  /// Writes what tracks play, all that their recordings hold included.
  private static func writeContents(
    of tracks: [StripID], _ session: ResolvedSession, _ identities: RecordingIdentities,
    to writer: inout DigestWriter
  ) {
    let timeline = Timeline(session.programme, extension: 0)
    writer.field("length", session.programme.length)
    for id in tracks {
      let strip = session.strips[id.index]
      let graph = Graph(
        content: content(strip), label: "", channelCount: strip.channelCount, rate: session.rate,
        programme: session.programme, recordings: session.recordings)
      writer.field("strip", id.index)
      SegmentManifest(graph, timeline: timeline).writeWhole(
        Segment(index: 0, nodes: [NodeID(0)], inputs: []), inputs: [],
        recording: { identities.source($0) }, to: &writer)
    }
  }
}
