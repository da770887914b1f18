import AudioFiles
import Diagnostics
import Engine
import Loudness
import Mastering
import MixGraph
import Reporting
import SessionModel
import Signal

/// Measures of tracks and buses that something is expected of, taken from the rendered stream
/// without a file; what the store knows of an equal stream is not measured again.
final class StreamStage {
  private let run: BuildRun
  private let store: Store?
  private var streams: [Stream] = []

  private final class Stream {
    let target: String
    let node: NodeID
    let expectations: [Expectation]
    var key: Digest?
    var meter: MeterSink?
    var measures: DeliveryMeasures?

    init(target: String, node: NodeID, expectations: [Expectation]) {
      self.target = target
      self.node = node
      self.expectations = expectations
    }
  }

  /// - Parameter targets: what is built; empty names stand for a whole build, which judges all.
  init(_ run: BuildRun, store: Store?) {
    self.run = run
    self.store = store
    guard let declared = run.declared, run.judges, !run.options.isAudition else { return }
    let all =
      declared.tracks.map { ("track/\($0.name.value)", $0.expect) }
      + declared.buses.map { ("bus/\($0.name.value)", $0.expect) }
    for (target, expectations) in all
    where !expectations.isEmpty && (run.targets.isEmpty || run.targets.contains(target)) {
      guard let node = run.graph.output(target) else { continue }
      streams.append(Stream(target: target, node: node, expectations: expectations))
    }
    // What the master's own limiter takes away is seen in what goes into it.
    let isMade = run.targets.contains("master") || (run.targets.isEmpty && !run.deliversByDefault)
    let isAsked = declared.master.expect.contains { $0.quantity.value == "gain-reduction" }
    if isMade, isAsked, let node = run.graph.masterStream {
      streams.append(Stream(target: Self.unlimited, node: node, expectations: []))
    }
  }

  /// The master before its limiter.
  private static let unlimited = "master/unlimited"

  /// What has to be listened to while the build renders.
  func requests() -> [OutputRequest] {
    guard !streams.isEmpty else { return [] }
    let render = Render(
      run.graph, session: run.session, outputs: streams.map(request),
      options: run.renderOptions(nil), store: store)
    for (index, stream) in streams.enumerated() {
      guard let audio = render.streamKey(index) else { continue }
      var writer = DigestWriter()
      writer.field("stream-measures", 1)
      writer.field("meter", LoudnessMeter.revision)
      writer.field("audio", audio.text)
      stream.key = writer.digest
      if let kept = store?.numbers(writer.digest) {
        stream.measures = DeliveryMeasures(kept: kept)
      }
    }
    return streams.filter { $0.measures == nil }.map(request)
  }

  private func request(_ stream: Stream) -> OutputRequest {
    let rate = run.session.rate
    let channels = run.graph[stream.node].channelCount
    return OutputRequest(name: "measure/\(stream.target)", node: stream.node.index) {
      let meter = MeterSink(rate: rate, channelCount: channels)
      stream.meter = meter
      return meter
    }
  }

  /// Judges what was measured. What failed to render is not judged: that has been said.
  func judge(_ outcome: inout BuildRun.Outcome) {
    for stream in streams {
      if stream.measures == nil, let report = stream.meter?.report {
        let measures = DeliveryMeasures(report)
        stream.measures = measures
        if let key = stream.key { store?.keep(measures.kept, key) }
      }
      guard let measures = stream.measures else { continue }
      if stream.target == Self.unlimited {
        judgeReduction(measures, &outcome)
        continue
      }
      outcome.streams.append(
        BuildReport.Stream(target: stream.target, values: measures.values))
      outcome.judge(
        DeliveryVerdict.judging(
          stream.expectations, target: stream.target, path: stream.target, measures: measures))
    }
  }

  /// - Parameter measures: of the master before its limiter.
  private func judgeReduction(_ measures: DeliveryMeasures, _ outcome: inout BuildRun.Outcome) {
    let reduction = measures.reduction(ceiling: run.session.masterCeiling)
    for index in outcome.verdicts.indices
    where outcome.verdicts[index].target == "master"
      && outcome.verdicts[index].quantity == "gain-reduction"
    {
      outcome.verdicts[index].measured = reduction
    }
  }
}

/// Listens to an output and keeps nothing of it.
final class MeterSink: OutputSink {
  private let meter: ProgrammeMeter
  /// nil until the output is complete.
  private(set) var report: MeterReport?

  init(rate: Int, channelCount: Int) {
    var options = LoudnessMeter.Options()
    options.measuresTableTruePeak = false
    meter = ProgrammeMeter(rate: rate, channelCount: channelCount, options: options)
  }

  func write(_ block: Block) { meter.process(block) }

  func finish() { report = meter.finish() }

  func abandon() {}
}
