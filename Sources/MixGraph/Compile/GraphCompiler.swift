internal import DSP
public import Diagnostics
public import SessionModel
internal import Signal

/// Compiles a resolved session into a graph of nodes.
///
/// Passes: strips to nodes (in routing order) → terms → latency compensation → dead branches → returns
/// apart from what is dry.
/// Cycles are reported with the path that closes them.
public struct GraphCompiler {
  let session: ResolvedSession
  var nodes: [Node] = []
  var diagnostics = DiagnosticList()
  /// The strip's signal after its inserts, before its fader.
  var outputOfStrip: [StripID: NodeID] = [:]
  /// The same with everything sounding that is muted, for what listens: of buses that are keys or
  /// play into one, where that makes a difference.
  var heardOfStrip: [StripID: NodeID] = [:]
  /// What plays into each bus in the full mix; nil: into the mix.
  var headOfStrip: [StripID?: NodeID] = [:]
  /// Node of each stage's input and key in the full mix, for stems: by strip and insert index.
  var stageInputs: [StageAddress: NodeID] = [:]

  /// Processors of which something has been said.
  var told: Set<Span> = []

  struct StageAddress: Hashable {
    /// nil: the mix.
    var strip: StripID?
    var insert: Int
  }

  init(_ session: ResolvedSession) { self.session = session }

  /// - Parameter isForRendering: false leaves out what only keys and sharing need; the messages
  ///   are the same.
  /// - Returns: the graph with all outputs the session can give, and what was found wrong; nil
  ///   when routing has a cycle or a kernel cannot be made.
  public static func compile(
    _ session: ResolvedSession, isForRendering: Bool = true
  ) -> (graph: Graph?, diagnostics: DiagnosticList) {
    var compiler = GraphCompiler(session)
    guard let order = compiler.routingOrder() else { return (nil, compiler.diagnostics) }
    var outputs: [(name: String, node: NodeID)] = []
    let mix = compiler.buildMix(order)
    outputs.append(("mix", mix))
    let stream = compiler.buildMasterStream(mix)
    outputs.append(("master", compiler.buildCeiling(after: stream)))
    for (index, strip) in session.strips.enumerated() {
      guard let node = compiler.outputOfStrip[StripID(index)] else { continue }
      let name = (strip.kind == .track ? "track/" : "bus/") + strip.name
      let term = compiler.term(of: StripID(index), node: node, levels: [strip.fader], delay: 0)
      outputs.append((name, compiler.placed([term], label: name, span: strip.span)))
    }
    for stem in session.stems {
      outputs.append(("stem/\(stem.name)", compiler.buildStem(stem, order)))
    }
    compiler.buildDeliveryInserts(&outputs, master: stream)
    var graph = Graph(
      rate: session.rate, nodes: compiler.nodes, outputs: outputs, programme: session.programme,
      recordings: session.recordings)
    graph.masterStream = stream
    if isForRendering {
      graph.separateReturns()
      graph.canonicalise()
    }
    return (compiler.diagnostics.hasErrors ? nil : graph, compiler.diagnostics)
  }

  // MARK: Routing

  /// What a strip feeds: its output, its sends, and the strips whose processors it keys.
  private func feeds() -> [[(to: StripID, why: String, span: Span)]] {
    var feeds = [[(to: StripID, why: String, span: Span)]](
      repeating: [], count: session.strips.count)
    for (index, strip) in session.strips.enumerated() {
      if let output = strip.output { feeds[index].append((output, "output", strip.span)) }
      for send in strip.sends { feeds[index].append((send.target, "send", send.span)) }
      for insert in strip.inserts {
        if let key = insert.key { feeds[key.index].append((StripID(index), "key", insert.span)) }
      }
    }
    return feeds
  }

  /// Strips with everything that feeds them before them; nil after reporting a cycle.
  private mutating func routingOrder() -> [StripID]? {
    let feeds = feeds()
    let count = session.strips.count
    var state = [UInt8](repeating: 0, count: count)  // 0 new, 1 on the path, 2 done
    var order: [StripID] = []
    var ok = true
    for root in 0..<count where state[root] == 0 {
      // Iterative depth-first search; `path` holds (strip, next edge).
      var path: [(strip: Int, edge: Int)] = [(root, 0)]
      state[root] = 1
      while let (strip, edge) = path.last {
        if edge < feeds[strip].count {
          path[path.count - 1].edge += 1
          let next = feeds[strip][edge].to.index
          if state[next] == 0 {
            state[next] = 1
            path.append((next, 0))
          } else if state[next] == 1 {
            ok = false
            let start = path.firstIndex { $0.strip == next } ?? 0
            let loop = path[start...].map(\.strip)
            report(cycle: loop, feeds: feeds)
          }
        } else {
          state[strip] = 2
          order.append(StripID(strip))
          path.removeLast()
        }
      }
    }
    return ok ? order.reversed() : nil
  }

  private mutating func report(
    cycle: [Int], feeds: [[(to: StripID, why: String, span: Span)]]
  ) {
    // Start at the earliest strip of the file, so that the message does not depend on the search.
    let first = cycle.firstIndex(of: cycle.min() ?? 0) ?? 0
    let loop = Array(cycle[first...] + cycle[..<first])
    var notes: [Note] = []
    var steps: [String] = []
    var at: Span?
    for (position, strip) in loop.enumerated() {
      let next = loop[(position + 1) % loop.count]
      guard let edge = feeds[strip].first(where: { $0.to.index == next }) else { continue }
      let from = session.strips[strip].name
      steps.append("'\(from)'")
      if at == nil { at = edge.span }
      let verb =
        switch edge.why {
        case "key": "'\(from)' is the key of '\(session.strips[next].name)' here"
        case "send": "'\(from)' is sent to '\(session.strips[next].name)' here"
        default: "'\(from)' goes to '\(session.strips[next].name)' here"
        }
      notes.append(Note(verb, at: edge.span))
    }
    steps.append("'\(session.strips[loop[0]].name)'")
    diagnostics.add(.routingCycle(steps.joined(separator: " → "), at: at, notes: notes))
  }

  // MARK: Strips to nodes

  mutating func add(_ node: Node) -> NodeID {
    nodes.append(node)
    return NodeID(nodes.count - 1)
  }

  private mutating func buildMix(_ order: [StripID]) -> NodeID {
    let isHeardMuted = busesHeardMuted(order)
    for id in order {
      let strip = session.strips[id.index]
      if isHeardMuted[id.index] { heardOfStrip[id] = buildHeard(strip, id: id) }
      let head = busInput(id, outputs: outputOfStrip)
      headOfStrip[id] = head
      outputOfStrip[id] = buildStrip(strip, id: id, input: head)
    }
    return buildMixStrip(outputs: outputOfStrip)
  }

  /// Terms that sound in bus `target` (nil: the mix).
  ///
  /// - Parameter hearsMuted: also those of muted strips, as they are heard by what listens.
  func terms(
    into target: StripID?, outputs: [StripID: NodeID], hearsMuted: Bool = false
  ) -> [Term] {
    var terms: [Term] = []
    for (index, strip) in session.strips.enumerated() {
      let id = StripID(index)
      guard hearsMuted || !strip.isMuted else { continue }
      guard let node = hearsMuted ? heardOfStrip[id] ?? outputs[id] : outputs[id] else { continue }
      if strip.output == target {
        terms.append(term(of: id, node: node, levels: [strip.fader], delay: 0))
      }
      for send in strip.sends where send.target == target {
        terms.append(
          term(
            of: id, node: node,
            levels: send.isPostFader ? [strip.fader, send.level] : [send.level], delay: 0,
            isPlaced: send.isPostFader))
      }
    }
    return terms
  }

  private func term(
    of id: StripID, node: NodeID, levels: [ResolvedLevel], delay: Int, isPlaced: Bool = true
  ) -> Term {
    let strip = session.strips[id.index]
    return term(of: strip, node: node, levels: levels, isPlaced: isPlaced)
  }

  func term(
    of strip: ResolvedStrip, node: NodeID, levels: [ResolvedLevel], isPlaced: Bool = true
  ) -> Term {
    let channels = nodes[node.index].channelCount
    let placement: Term.Placement? =
      isPlaced
      ? Term.Placement(pan: strip.pan, width: strip.width, law: strip.panLaw)
      : Term.Placement(pan: .number(0), width: .number(100), law: strip.panLaw)
    let neutral =
      channels == 2 && placement?.pan == .number(0) && placement?.width == .number(100)
    // What an insert spread to both sides is as loud as it would be without the insert.
    let isSpread = strip.kind == .track && strip.channelCount == 1 && channels == 2
    let loss = isSpread ? strip.panLaw.centreLoss : 0
    let levels = loss == 0 ? levels : levels + [ResolvedLevel(constant: -loss)]
    return Term(
      input: node, levels: levels, placement: neutral ? nil : placement, delay: 0,
      inputChannels: channels, strip: strip.name)
  }

  private mutating func busInput(
    _ id: StripID, outputs: [StripID: NodeID]
  ) -> NodeID? {
    let strip = session.strips[id.index]
    guard strip.kind == .bus else { return nil }
    return placed(
      terms(into: id, outputs: outputs), label: "\(strip.name).sum",
      span: strip.span, rounds: false)
  }

  /// A sum node with its terms delayed to meet.
  mutating func placed(
    _ terms: [Term], label: String, span: Span?, rounds: Bool = true
  ) -> NodeID {
    var terms = terms
    let latency = terms.map { nodes[$0.input.index].latency }.max() ?? 0
    for i in terms.indices { terms[i].delay = latency - nodes[terms[i].input.index].latency }
    // The order of terms is no sound; a canonical one makes equal sessions equal graphs.
    return add(
      Node(
        kind: .sum(terms), label: label, channelCount: 2, roundsToFloat: rounds, latency: latency,
        span: span))
  }

  /// Content or bus input → inserts; the last node rounds to Float.
  mutating func buildStrip(_ strip: ResolvedStrip, id: StripID?, input: NodeID?) -> NodeID {
    let head: NodeID
    if let input {
      head = input
    } else {
      var gain = decibelsToGain(strip.trim)
      if strip.isPolarityInverted { gain = -gain }
      head = add(
        Node(
          kind: .source(
            SourceContent(
              readings: strip.readings, ripple: strip.ripple, gain: gain,
              opening: opening(strip.readings, strip.ripple))),
          label: strip.name, channelCount: strip.channelCount, roundsToFloat: false, latency: 0,
          isOnProgramme: strip.ripple != .cut, span: strip.span))
    }
    var node = head
    if input != nil && (strip.trim != 0 || strip.isPolarityInverted) {
      node = addGain(strip, after: node)
    }
    node = addInserts(strip, id: id, after: node, keys: nil)
    return rounded(node)
  }

  /// The de-click fade where edits begin the programme inside a recording.
  private func opening(_ readings: [ResolvedReading], _ ripple: Track.Ripple) -> Int64 {
    guard ripple == .cut, case .session(let start)? = session.programme.stretches.first?.content,
      readings.contains(where: { $0.range.start < start && start < $0.range.end })
    else { return 0 }
    return Crossfades.declick(session.rate)
  }

  mutating func addGain(_ strip: ResolvedStrip, after node: NodeID) -> NodeID {
    let gain = strip.isPolarityInverted
    return addStage(
      ResolvedInsert(
        processor: "gain", name: "trim",
        settings: ["gain": .number(strip.trim), "polarity": .flag(gain)], span: strip.span),
      label: "\(strip.name)/trim", after: node, key: nil)
  }

  private mutating func addInserts(
    _ strip: ResolvedStrip, id: StripID?, after start: NodeID, keys: [Int: NodeID]?
  ) -> NodeID {
    var node = start
    for (index, insert) in strip.inserts.enumerated() {
      var key = keys?[index]
      if key == nil, let keyed = insert.key { key = heardOfStrip[keyed] ?? outputOfStrip[keyed] }
      if keys == nil { stageInputs[StageAddress(strip: id, insert: index)] = key ?? node }
      node = addStage(insert, label: "\(strip.name)/\(insert.name)", after: node, key: key)
    }
    return node
  }

  /// Makes `node` (or a copy of it where another user wants it unrounded) round to Float.
  mutating func rounded(_ node: NodeID) -> NodeID {
    nodes[node.index].roundsToFloat = true
    return node
  }

  mutating func addStage(
    _ insert: ResolvedInsert, label: String, after input: NodeID, key: NodeID?
  ) -> NodeID {
    let channels = nodes[input.index].channelCount
    guard let made = KernelFactory.describe(insert, rate: session.rate, inputChannels: channels)
    else {
      diagnostics.add(.unknownKernel(insert.processor, at: insert.span))
      return input
    }
    var inputLatency = nodes[input.index].latency
    var inputDelay = 0
    var keyInput: KeyInput?
    if let key, key != input {
      let keyLatency = nodes[key.index].latency
      if keyLatency > inputLatency {
        inputDelay = keyLatency - inputLatency
        inputLatency = keyLatency
      }
      keyInput = KeyInput(node: key, delay: inputLatency - keyLatency)
    }
    return add(
      Node(
        kind: .stage(
          Stage(
            input: input, inputDelay: inputDelay, key: keyInput, insert: insert,
            identity: made.identity, kernelLatency: made.latency, tail: made.tail,
            memory: made.memory, inputChannels: channels)),
        label: label, channelCount: made.outputChannels, roundsToFloat: false,
        latency: inputLatency + made.latency,
        isOnProgramme: nodes[input.index].isOnProgramme, span: insert.span))
  }

  // MARK: Mix, master, stems

  private mutating func buildMixStrip(outputs: [StripID: NodeID]) -> NodeID {
    var node: NodeID
    if let readings = session.mixSource {
      node = add(
        Node(
          kind: .source(
            SourceContent(
              readings: readings, ripple: .cut, gain: 1, opening: opening(readings, .cut))),
          label: "mix",
          channelCount: readings.first.map { $0.channels.count } ?? 2, roundsToFloat: false,
          latency: 0, span: session.mix.span))
      if nodes[node.index].channelCount == 1 {
        node = placed(
          [
            Term(
              input: node, levels: [],
              placement: .init(pan: .number(0), width: .number(100), law: .balance), delay: 0,
              inputChannels: 1, strip: "mix")
          ], label: "mix.sum", span: session.mix.span, rounds: false)
      }
    } else {
      node = placed(
        terms(into: nil, outputs: outputs), label: "mix.sum", span: session.mix.span, rounds: false)
      headOfStrip.updateValue(node, forKey: nil)
    }
    if session.mix.trim != 0 || session.mix.isPolarityInverted {
      node = addGain(session.mix, after: node)
    }
    node = addInserts(session.mix, id: nil, after: node, keys: nil)
    return mixOutput(node)
  }

  /// The mix's fader, pan and width, then Float.
  private mutating func mixOutput(_ node: NodeID) -> NodeID {
    let mix = session.mix
    let term = term(of: mix, node: node, levels: [mix.fader])
    return placed([term], label: "mix", span: mix.span)
  }

  /// The master before its ceiling: what deliveries begin from.
  private mutating func buildMasterStream(_ mix: NodeID) -> NodeID {
    var strip = ResolvedStrip(
      kind: .mix, name: "master", channelCount: 2, span: session.mix.span)
    strip.inserts = session.masterInserts
    var node = addInserts(strip, id: nil, after: mix, keys: [:])
    if node != mix { nodes[node.index].roundsToFloat = true }
    if let fade = session.masterFadeOut {
      // Placed in programme time, where its session positions are heard.
      let index = ProgrammeIndex(session.programme)
      let first = index.programmeFrame(ofSession: fade.range.start)
      let last = max(first, index.programmeFrame(ofSession: fade.range.end))
      let insert = ResolvedInsert(
        processor: "fade-out", name: "fade-out",
        settings: [
          "start": .frames(first), "end": .frames(last),
          "curve": .word(fade.curve.rawValue),
        ], span: session.mix.span)
      node = addStage(insert, label: "master/fade-out", after: node, key: nil)
    }
    return node
  }

  /// The inserts of deliveries, each behind what the delivery is made from.
  private mutating func buildDeliveryInserts(
    _ outputs: inout [(name: String, node: NodeID)], master: NodeID
  ) {
    let sources = outputs
    for delivery in session.deliveries where !delivery.inserts.isEmpty {
      for item in delivery.items {
        let name = session.nameOfInserts(delivery, item)
        let source = session.nameOfSource(delivery, item)
        let from = source.map { wanted in sources.first { $0.name == wanted }?.node } ?? master
        guard let from, !outputs.contains(where: { $0.name == name }) else { continue }
        var strip = ResolvedStrip(
          kind: .mix, name: name, channelCount: nodes[from.index].channelCount,
          span: delivery.span)
        strip.inserts = delivery.inserts
        let node = addInserts(strip, id: nil, after: from, keys: [:])
        if node != from { nodes[node.index].roundsToFloat = true }
        outputs.append((name, node))
      }
    }
  }

  private mutating func buildCeiling(after node: NodeID) -> NodeID {
    let ceiling = ResolvedInsert(
      processor: "limiter", name: "ceiling",
      settings: [
        "ceiling": .number(session.masterCeiling), "detector": .word("true-peak"),
        "look-ahead": .number(0.005), "release": .word("auto"),
      ], span: session.mix.span)
    // A border of its own: what is written to files, far below their last bit.
    let last = addStage(ceiling, label: "master/ceiling", after: node, key: nil)
    nodes[last.index].roundsToFloat = true
    return last
  }
}
