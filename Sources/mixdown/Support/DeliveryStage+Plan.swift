import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel
import Signal

// What a build would make, and why.
extension DeliveryStage {
  /// What a build would make.
  struct Planned {
    var files: [(name: String, path: String)] = []
    /// Streams that it would need of the session itself.
    var streams: [OutputRequest] = []
    /// What it would render of the session's versions.
    var versions: [(name: String, plan: RenderPlan)] = []
    var diagnostics = DiagnosticList()
  }

  func planned() -> Planned {
    var outcome = BuildRun.Outcome()
    var planned = Planned()
    var needed: [String: [Stream]] = [:]
    var gains: [String: [Int: Double]] = [:]
    // Deliveries that cannot be made, and those that take their gain from them.
    var stuck = Set<String>()
    for delivery in ordered(deliveries) {
      let version = delivery.version?.value
      guard let context = context(of: version, &outcome) else { continue }
      let own = context.session.deliveries.first { $0.name == delivery.name } ?? delivery
      if case .asDelivery(let other)? = own.gain?.value, stuck.contains(other) {
        stuck.insert(own.name)
        continue
      }
      for item in own.items {
        guard let stream = context.streams[name(own, item, context.session)] else { continue }
        let path = path(own, item)
        if let form = form(own, item, context, gains: gains) {
          if let facts = known(form, stream, path) {
            gains[own.name, default: [:]][item.number] =
              DeliveryMeasures(kept: facts.measures).gain
            continue
          }
          if knownObstacle(form, stream) != nil {
            stuck.insert(own.name)
            continue
          }
        }
        planned.files.append((own.name, path))
        if needed[version ?? "", default: []].contains(where: { $0 === stream }) { continue }
        needed[version ?? "", default: []].append(stream)
      }
    }
    for (version, streams) in needed.sorted(by: { $0.key < $1.key }) {
      guard let context = context(of: version.isEmpty ? nil : version, &outcome) else { continue }
      if version.isEmpty {
        planned.streams = requests(streams, context)
        continue
      }
      let render = Render(
        context.graph, session: context.session, outputs: requests(streams, context),
        options: renderOptions(of: context), store: store)
      planned.versions.append((version, render.plan()))
    }
    planned.diagnostics = outcome.diagnostics
    return planned
  }

  /// Files of one version of the session that are not what they would be, and the streams that they
  /// are made from.
  func unmade(
    of version: String?, _ outcome: inout BuildRun.Outcome
  ) -> (files: [(name: String, path: String)], streams: [Stream]) {
    let own = deliveries.filter { $0.version?.value == version }
    guard !own.isEmpty, let context = context(of: version, &outcome) else { return ([], []) }
    var files: [(name: String, path: String)] = []
    var needed: [Stream] = []
    var gains: [String: [Int: Double]] = [:]
    for delivery in ordered(own) {
      for item in delivery.items {
        guard let stream = context.streams[name(delivery, item, context.session)],
          let form = form(delivery, item, context, gains: gains)
        else { continue }
        let path = path(delivery, item)
        if let facts = known(form, stream, path) {
          gains[delivery.name, default: [:]][item.number] =
            DeliveryMeasures(kept: facts.measures).gain
        } else if knownObstacle(form, stream) == nil {
          files.append((delivery.name, path))
          if !needed.contains(where: { $0 === stream }) { needed.append(stream) }
        }
      }
    }
    return (files, needed)
  }

  /// Why files are not what they would be: what changed in their streams, and in the deliveries.
  func explain(_ outcome: inout BuildRun.Outcome) -> [Explanation] {
    var explanations: [Explanation] = []
    var gains: [String: [Int: Double]] = [:]
    for delivery in ordered(deliveries) {
      guard let context = context(of: delivery.version?.value, &outcome) else { continue }
      let own = context.session.deliveries.first { $0.name == delivery.name } ?? delivery
      for item in own.items {
        let exact = form(own, item, context, gains: gains)
        guard let stream = context.streams[name(own, item, context.session)],
          let form = exact ?? form(ofAnyGain: own, item, context)
        else { continue }
        let path = path(own, item)
        if let facts = known(form, stream, path) {
          gains[own.name, default: [:]][item.number] =
            DeliveryMeasures(kept: facts.measures).gain
          continue
        }
        if knownObstacle(form, stream) != nil { continue }
        var before = store?.fields(ofFile: path)
        let former = before == nil ? rememberedPath(own, item) : nil
        if let former { before = store?.fields(ofFile: former) }
        let nodes = Render(
          context.graph, session: context.session, outputs: requests([stream], context),
          options: renderOptions(of: context), store: store
        ).explain(nil)
        let differences = DeliveryExplanation(
          delivery: own, item: item, path: path,
          declared: run.declared?.master.deliveries.first { $0.name.value == own.name },
          isGainKnown: exact != nil
        ).explain(form, before: before, audio: audio(stream), formerPath: former)
        let isAudioExplained = !nodes.isEmpty
        explanations += nodes
        explanations += differences.filter {
          !(isAudioExplained
            && ($0.field == Self.audioField || $0.field == "file" && $0.new != path))
        }
      }
    }
    return explanations
  }

  func form(
    ofAnyGain delivery: ResolvedDelivery, _ item: ResolvedDelivery.Item, _ context: Context
  ) -> DeliveryForm? {
    var delivery = delivery
    // Which it is does not matter: that there is one leaves a loudness out.
    delivery.gain = delivery.gain.map { Located(.fixed(0), $0.span) }
    return form(delivery, item, context, gains: [:])
  }
}
