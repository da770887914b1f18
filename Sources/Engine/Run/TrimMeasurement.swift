internal import Loudness
internal import MixGraph
public import SessionModel
internal import Signal

/// Measures the content of tracks whose trim is a loudness (`trim: to −20 LUFS`) and gives them
/// the gain, in steps of 0.1 dB.
///
/// What is measured is the edited content over session time, before the inserts: a session cut
/// moves no trim.
public enum TrimMeasurement {
  public struct Result: Sendable {
    public var session: ResolvedSession
    public var failures: [RenderFailure] = []
    /// Strips in which nothing was loud enough to measure.
    public var silent: [String] = []
    /// Trims that were set, in dB, by strip.
    public var trims: [(strip: String, loudness: Double, trim: Double)] = []
  }

  /// - Returns: the session with numbers in place of the targets.
  public static func apply(
    to session: ResolvedSession, store: Store?, workers: Int, paranoid: Bool = false
  ) -> Result {
    var result = Result(session: session)
    let wanted = session.strips.indices.filter { session.strips[$0].trimTarget != nil }
    if wanted.isEmpty { return result }
    let board = Board(count: wanted.count)
    let identities = RecordingIdentities(
      session.recordings, rate: session.rate, store: store, paranoid: paranoid)
    let library = RecordingLibrary(
      session.recordings, rate: session.rate,
      decoded: store.map { DecodedRecordings(identities, store: $0) })
    WorkerPool.run(min(workers, wanted.count)) { _ in
      while let next = board.take() {
        let strip = session.strips[wanted[next]]
        do throws(RenderFailure) {
          let loudness = try measure(
            strip, session: session, identities: identities, library: library, store: store)
          board.put(next, .success(loudness))
        } catch {
          board.put(next, .failure(error))
        }
      }
    }
    for (position, index) in wanted.enumerated() {
      guard let target = session.strips[index].trimTarget else { continue }
      switch board.result(position) {
      case .success(let loudness) where loudness.isFinite:
        let trim = ((target - loudness) * 10).rounded() / 10
        result.session.strips[index].trim = trim
        result.trims.append((session.strips[index].name, loudness, trim))
      case .success: result.silent.append(session.strips[index].name)
      case .failure(let failure): result.failures.append(failure)
      case nil: break
      }
      result.session.strips[index].trimTarget = nil
    }
    store?.flush()
    return result
  }

  private static func measure(
    _ strip: ResolvedStrip, session: ResolvedSession, identities: RecordingIdentities,
    library: RecordingLibrary, store: Store?
  ) throws(RenderFailure) -> Double {
    let content = SourceContent(readings: strip.readings, ripple: strip.ripple, gain: 1)
    let length =
      strip.ripple == .cut
      ? max(session.sessionEnd, strip.readings.map(\.range.end).max() ?? 0)
      : session.programme.length
    let programme = ProgrammeMap(stretches: [
      Stretch(content: .session(start: 0), programmeStart: 0, length: length)
    ])
    let timeline = Timeline(programme, extension: 0)
    let graph = Graph(
      content: content, label: strip.name, channelCount: strip.channelCount, rate: session.rate,
      programme: programme, recordings: session.recordings)
    let segment = Segment(index: 0, nodes: [NodeID(0)], inputs: [])
    var writer = DigestWriter()
    writer.field("trim-loudness", 1)
    writer.field("meter", LoudnessMeter.revision)
    writer.field("length", length)
    SegmentManifest(graph, timeline: timeline).writeWhole(
      segment, inputs: [], recording: { identities.source($0) }, to: &writer)
    let key = writer.digest
    if let failure = identities.failure(of: strip.readings.map(\.recording)) {
      throw .recording(failure)
    }
    if let bytes = store?.record(key), bytes.count == 8 {
      var reader = StateReader(bytes)
      if let value = try? reader.readDouble() { return value }
    }
    let source = SourceRenderer(
      content, channelCount: strip.channelCount, timeline: timeline, library: library,
      blockFrames: 4096)
    var options = LoudnessMeter.Options()
    options.measuresTableTruePeak = false
    let meter = ProgrammeMeter(
      rate: session.rate, channelCount: strip.channelCount, options: options)
    let buffer = AudioBuffer(channelCount: strip.channelCount, frameCapacity: 4096)
    for piece in timeline.pieces {
      source.begin(piece)
      var done = 0
      while done < piece.length {
        let count = min(4096, piece.length - done)
        let block = buffer.block(count)
        do throws(RecordingFailure) {
          try source.render(block, at: piece.programmeStart + Int64(done))
        } catch { throw .recording(error) }
        meter.process(block)
        done += count
      }
    }
    let loudness = meter.finish().integrated ?? -.infinity
    var state = StateWriter()
    state.write(loudness)
    store?.put(key, state.bytes)
    return loudness
  }

  /// Hands out positions and collects results.
  private final class Board: @unchecked Sendable {
    // Proof for @unchecked Sendable: everything is touched inside `monitor`.
    private let monitor = Monitor()
    private var next = 0
    private var results: [Swift.Result<Double, RenderFailure>?]

    init(count: Int) { results = Array(repeating: nil, count: count) }

    func take() -> Int? {
      monitor.withLock {
        guard next < results.count else { return nil }
        next += 1
        return next - 1
      }
    }

    func put(_ index: Int, _ result: Swift.Result<Double, RenderFailure>) {
      monitor.withLock { results[index] = result }
    }

    func result(_ index: Int) -> Swift.Result<Double, RenderFailure>? {
      monitor.withLock { results[index] }
    }
  }
}
