internal import DSP
internal import MixGraph
internal import SessionModel
internal import Signal

/// Why a piece could not be rendered.
public enum RenderFailure: Error, Sendable, Hashable {
  case recording(RecordingFailure)
  /// A strip's signal passed +42 dBFS or is not finite, at this programme time.
  case overload(strip: String, programmeFrame: Int64)
  case damagedState(node: String)
  /// A recording was replaced or written while it was read; index into the session's recordings.
  case recordingChanged(recording: Int)
  case cancelled
  /// The operating system said no while writing.
  case io(String)
}

/// Renders one segment piece after piece, its state carried from each to the next.
final class SegmentRunner {
  let segment: Segment
  let graph: Graph
  let timeline: Timeline
  private let blockFrames: Int
  /// Where the chunks' memory comes from.
  let memory: (any ChunkMemory)?
  private let work: AudioBuffer
  private let keyBuffer: AudioBuffer
  private let curveBuffer: AudioBuffer
  private let head: Head
  let stages: [StageRunner]
  /// Channels and rounding of the segment's nodes, in their order.
  private let shapes: [Shape]
  /// Place of a sum's terms among the segment's inputs.
  private let termSlots: [Int]
  /// True when the state is a fixed point of silence: silent pieces then cost nothing.
  private var isAtRest = true

  private enum Head {
    case source(SourceRenderer)
    case sum(SumRunner)
    /// The first node is a stage: its input chunk.
    case chunk(NodeID)
  }

  private struct Shape {
    var channelCount: Int
    var roundsToFloat: Bool
    var latency: Int
  }

  /// Cuts the block at absolute multiples of this many frames.
  static let standardBlock = 2048

  init(
    _ segment: Segment, graph: Graph, timeline: Timeline, library: RecordingLibrary,
    blockFrames: Int = SegmentRunner.standardBlock, memory: (any ChunkMemory)? = nil
  ) {
    self.memory = memory
    self.segment = segment
    self.graph = graph
    self.timeline = timeline
    self.blockFrames = blockFrames
    work = AudioBuffer(channelCount: 2, frameCapacity: blockFrames)
    keyBuffer = AudioBuffer(channelCount: 2, frameCapacity: blockFrames)
    var stages: [StageRunner] = []
    var head: Head?
    var cascade: [BiquadCoefficients] = []
    for (position, id) in segment.nodes.enumerated() {
      let node = graph[id]
      switch node.kind {
      case .source(let content):
        head = .source(
          SourceRenderer(
            content, channelCount: node.channelCount, timeline: timeline, library: library,
            blockFrames: blockFrames))
      case .sum(let terms):
        head = .sum(
          SumRunner(
            terms, timeline: timeline,
            onProgramme: terms.map { graph.isOnProgramme($0.input) }, blockFrames: blockFrames))
      case .stage(let stage):
        if head == nil { head = .chunk(stage.input) }
        // Filters in a row, with nothing between them, run as one cascade.
        let sections = Self.freeSections(stage, rate: graph.rate)
        if let sections, !cascade.isEmpty, let last = stages.last {
          cascade += sections
          last.extend(
            to: node,
            kernel: KernelFactory.makeCascade(
              cascade, rate: graph.rate, channelCount: node.channelCount))
        } else {
          stages.append(
            StageRunner(stage, node: node, graph: graph, timeline: timeline, library: library))
          cascade = sections ?? []
        }
        if node.roundsToFloat && position + 1 < segment.nodes.count { cascade = [] }
      }
    }
    self.head = head ?? .chunk(segment.nodes[0])
    self.stages = stages
    shapes = segment.nodes.map { id in
      let node = graph[id]
      return Shape(
        channelCount: node.channelCount, roundsToFloat: node.roundsToFloat, latency: node.latency)
    }
    if case .sum(let sum) = self.head {
      termSlots = sum.terms.map { segment.inputs.firstIndex(of: $0.input) ?? 0 }
    } else {
      termSlots = []
    }
    curveBuffer = AudioBuffer(
      channelCount: max(1, stages.map(\.curveCount).max() ?? 0), frameCapacity: blockFrames)
  }

  /// Sections of a stage that is a filter at rest: no automation, no key, no delay.
  private static func freeSections(_ stage: Stage, rate: Int) -> [BiquadCoefficients]? {
    guard stage.key == nil, stage.inputDelay == 0 else { return nil }
    return KernelFactory.staticSections(of: stage.insert, rate: rate)
  }

  /// Renders `piece` from `inputs`, one chunk for each of the segment's inputs, in that order.
  func process(_ piece: Piece, inputs: [ChunkAudio]) throws(RenderFailure) -> ChunkAudio {
    if let failure = stages.lazy.compactMap(\.failure).first { throw .recording(failure) }
    let last = graph[segment.output]
    var silentInput = inputs.allSatisfy(\.isSilent)
    if case .source(let source) = head {
      source.begin(piece)
      silentInput = silentInput && source.isSilentHere
    }
    if silentInput && isAtRest {
      return ChunkAudio(
        silentChannels: last.channelCount, frameCount: piece.length, isFloat: last.roundsToFloat)
    }
    let before = silentInput ? encodedState() : []
    let output = ChunkAudio(
      channelCount: last.channelCount, frameCount: piece.length, isFloat: last.roundsToFloat,
      from: memory)
    var done = 0
    while done < piece.length {
      let count = Self.blockLength(piece, done, blockFrames)
      try renderBlock(piece, done, count, inputs, into: output)
      done += count
    }
    output.dropIfSilent()
    isAtRest = silentInput && output.isSilent && encodedState() == before
    return output
  }

  private func renderBlock(
    _ piece: Piece, _ done: Int, _ count: Int, _ inputs: [ChunkAudio], into output: ChunkAudio
  ) throws(RenderFailure) {
    let programme = piece.programmeStart + Int64(done)
    let axis = piece.axis.start + Int64(done)
    let block = work.block(count)
    var index = 0
    switch head {
    case .source(let source):
      let channels = shapes[0].channelCount
      do throws(RecordingFailure) {
        try source.render(block.channels(channels), at: programme)
      } catch { throw .recording(error) }
      if shapes[0].roundsToFloat { block.channels(channels).roundToFloat() }
      index = 1
    case .sum(let sum):
      let culprit = sum.render(
        block, offset: done, programme: programme - Int64(shapes[0].latency), inputs: inputs,
        slots: termSlots)
      if let culprit {
        throw .overload(strip: sum.terms[culprit].strip, programmeFrame: programme)
      }
      // What is stored as Float is rounded by that.
      if shapes[0].roundsToFloat && !(output.isFloat && shapes.count == 1) { block.roundToFloat() }
      index = 1
    case .chunk(let input):
      let chunk = inputs[slot(of: input)]
      chunk.load(into: block.channels(chunk.channelCount), at: done)
    }
    for stage in stages {
      index += stage.nodeCount
      let shape = shapes[index - 1]
      var key: Block?
      if let input = stage.stage.key {
        let chunk = inputs[slot(of: input.node)]
        let part = keyBuffer.block(count).channels(chunk.channelCount)
        chunk.load(into: part, at: done)
        stage.keyDelay?.process(part)
        key = part
      }
      stage.process(
        block, key: key, axis: axis, programme: programme, curves: curveBuffer)
      // What is stored as Float is rounded by that.
      if shape.roundsToFloat && !(output.isFloat && index == shapes.count) {
        block.channels(shape.channelCount).roundToFloat()
      }
    }
    output.store(block.channels(output.channelCount), at: done)
  }

  private func slot(of input: NodeID) -> Int {
    segment.inputs.firstIndex(of: input) ?? 0
  }

  // MARK: Lanes

  /// The content's renderer where the segment may run in a lane: mono from source to end, with
  /// nothing beside it and no rounding on the way.
  var laneSource: SourceRenderer? {
    guard case .source(let source) = head, shapes.allSatisfy({ $0.channelCount == 1 }),
      shapes.dropLast().allSatisfy({ !$0.roundsToFloat }), !stages.isEmpty,
      stages.allSatisfy(\.isPlain)
    else { return nil }
    return source
  }

  /// Whether the content is silent over a piece.
  func isSilent(in piece: Piece) -> Bool {
    guard case .source(let source) = head else { return false }
    source.begin(piece)
    return source.isSilentHere
  }

  /// The runner's state was moved on from outside.
  func leaveRest() { isAtRest = false }

  /// Where the next block of a piece ends, `done` frames into it.
  static func blockLength(_ piece: Piece, _ done: Int, _ blockFrames: Int) -> Int {
    let axis = piece.axis.start + Int64(done)
    let grid = Int64(blockFrames)
    let toGrid = grid - (((axis % grid) + grid) % grid)
    return min(piece.length - done, Int(toGrid))
  }

  // MARK: State

  func encodedState() -> [UInt8] {
    var writer = StateWriter()
    if case .sum(let sum) = head { sum.encodeState(into: &writer) }
    for stage in stages { stage.encodeState(into: &writer) }
    return writer.bytes
  }

  func restore(_ bytes: [UInt8]) throws(RenderFailure) {
    var reader = StateReader(bytes)
    do throws(StateError) {
      if case .sum(let sum) = head {
        try sum.restoreState(from: &reader)
      }
      for stage in stages { try stage.restoreState(from: &reader) }
      if !reader.isAtEnd { throw StateError() }
    } catch { throw .damagedState(node: graph[segment.output].label) }
    isAtRest = false
  }

  func reset() {
    if case .sum(let sum) = head {
      sum.reset()
    }
    for stage in stages { stage.reset() }
    isAtRest = true
  }
}

/// One processor with its alignment delays and its automation.
final class StageRunner {
  let stage: Stage
  private(set) var kernel: AnyKernelBox
  /// Nodes that this runner stands for.
  private(set) var nodeCount = 1
  var keyDelay: AlignmentDelay?
  private var inputDelay: AlignmentDelay?
  private let inputChannels: Int
  private let outputChannels: Int
  /// Curves by kernel slot.
  private let curves: [AutomationCurve?]
  private let reader: AutomationReader
  /// Latency of the stream as the kernel receives it.
  private let latency: Int64

  /// Why an impulse response could not be read.
  private(set) var failure: RecordingFailure?

  var curveCount: Int { curves.count }
  /// Whether it is a kernel on one mono stream and nothing else.
  var isPlain: Bool {
    stage.key == nil && inputDelay == nil && curves.isEmpty && inputChannels == 1
      && outputChannels == 1
  }

  /// Takes the next filter of the row into this one's loop.
  func extend(to node: Node, kernel: AnyKernelBox) {
    self.kernel = kernel
    nodeCount += 1
  }

  init(
    _ stage: Stage, node: Node, graph: Graph, timeline: Timeline, library: RecordingLibrary
  ) {
    self.stage = stage
    inputChannels = stage.inputChannels
    outputChannels = node.channelCount
    var responses: [String: [[Double]]] = [:]
    for (name, response) in KernelFactory.responses(of: stage.insert) {
      do throws(RecordingFailure) {
        responses[name] = try library.response(response)
      } catch { failure = error }
    }
    kernel = KernelFactory.make(
      stage.insert, rate: graph.rate, inputChannels: stage.inputChannels, responses: responses)
    if stage.inputDelay > 0 {
      inputDelay = AlignmentDelay(frames: stage.inputDelay, channelCount: stage.inputChannels)
    }
    if let key = stage.key, key.delay > 0 {
      keyDelay = AlignmentDelay(frames: key.delay, channelCount: graph[key.node].channelCount)
    }
    let slots = kernel.automatable.map { name -> AutomationCurve? in
      if case .curve(let curve) = stage.insert.settings[name] { curve } else { nil }
    }
    curves = slots.contains { $0 != nil } ? slots : []
    reader = AutomationReader(timeline, onProgramme: graph.isOnProgramme(stage.input))
    latency = Int64(node.latency - stage.kernelLatency)
  }

  func process(
    _ block: Block, key: Block?, axis: Int64, programme: Int64, curves buffer: AudioBuffer
  ) {
    inputDelay?.process(block.channels(inputChannels))
    if outputChannels > inputChannels {
      for channel in inputChannels..<outputChannels { block[channel].copy(from: block[0]) }
    }
    let heard = programme - latency
    var context = Context(key: key, programmeFrame: heard)
    if !curves.isEmpty {
      let rows = buffer.block(block.frameCount)
      context.curves = curves.indices.map { slot -> Samples? in
        guard let curve = curves[slot] else { return nil }
        reader.fill(rows[slot], with: curve, from: heard)
        return rows[slot]
      }
    }
    kernel.run(block.channels(max(inputChannels, outputChannels)), at: axis, context)
  }

  func encodeState(into writer: inout StateWriter) {
    inputDelay?.encodeState(into: &writer)
    keyDelay?.encodeState(into: &writer)
    kernel.encodeState(into: &writer)
  }

  func restoreState(from reader: inout StateReader) throws(StateError) {
    try inputDelay?.restoreState(from: &reader)
    try keyDelay?.restoreState(from: &reader)
    try kernel.restoreState(from: &reader)
  }

  func reset() {
    inputDelay?.reset()
    keyDelay?.reset()
    kernel.reset()
  }
}
