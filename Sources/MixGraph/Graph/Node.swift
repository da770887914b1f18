public import DSP
public import Diagnostics
public import SessionModel
internal import Signal

/// Index of a node in `Graph.nodes`.
public struct NodeID: Hashable, Sendable, Comparable {
  public let index: Int
  public init(_ index: Int) { self.index = index }
  public static func < (a: NodeID, b: NodeID) -> Bool { a.index < b.index }
}

/// One value of the graph: what makes one stream of audio out of others.
public struct Node: Sendable {
  public enum Kind: Sendable {
    /// Frames of recordings by absolute index, times trim and polarity.
    case source(SourceContent)
    /// A kernel on one stream.
    case stage(Stage)
    /// Terms added exactly on a grid.
    case sum([Term])
  }

  public var kind: Kind
  /// What it is called in plans, graphs and messages: `vocal`, `vocal/comp`, `drums.sum`.
  public var label: String
  public var channelCount: Int
  /// Its output is rounded to Float (design: the strip after its inserts, the mix, the master).
  public var roundsToFloat: Bool
  /// Frames by which its output lags behind programme time.
  public var latency: Int
  /// True: positions of its automation are programme time (tracks with `ripple: stay`).
  public var isOnProgramme = false
  /// Where the session asks for it.
  public var span: Span?

  /// Streams it reads, in order; keys after audio.
  public var inputs: [NodeID] {
    switch kind {
    case .source: []
    case .stage(let stage): stage.key.map { [stage.input, $0.node] } ?? [stage.input]
    case .sum(let terms): terms.map(\.input)
    }
  }
}

/// A track's content: readings, then one constant gain (trim and polarity).
public struct SourceContent: Sendable, Hashable {
  public var readings: [ResolvedReading]
  public var ripple: Track.Ripple
  /// Linear; negative when the polarity is inverted.
  public var gain: Double
  /// Frames over which the programme fades in, straight: more than 0 where its first frame cuts
  /// into a recording.
  public var opening: Int64

  public init(
    readings: [ResolvedReading], ripple: Track.Ripple, gain: Double, opening: Int64 = 0
  ) {
    self.readings = readings
    self.ripple = ripple
    self.gain = gain
    self.opening = opening
  }
}

/// A side-chain connection.
public struct KeyInput: Sendable, Hashable {
  public var node: NodeID
  /// Frames by which the key is delayed so that it meets the audio.
  public var delay: Int
}

/// A processor bound to its streams.
public struct Stage: Sendable {
  public var input: NodeID
  /// Frames by which the audio is delayed to meet a late key.
  public var inputDelay: Int
  public var key: KeyInput?
  /// Processor name, complete settings; what keys are written from.
  public var insert: ResolvedInsert
  public var identity: KernelIdentity
  public var kernelLatency: Int
  public var tail: Int
  public var memory: Memory
  /// Channels going in and coming out.
  public var inputChannels: Int
}

/// One input of a sum: delayed, panned, levelled, rounded to the grid.
public struct Term: Sendable, Hashable {
  public var input: NodeID
  /// Levels multiply (a fader and a send): their dB are added.
  public var levels: [ResolvedLevel]
  /// Neutral (nil) for streams that are already where they belong (a bus into the mix at the
  /// centre is not neutral when it is panned).
  public var placement: Placement?
  /// Frames by which the input is delayed so that all terms meet.
  public var delay: Int
  /// Channels of the input.
  public var inputChannels: Int
  /// The strip it comes from, for messages.
  public var strip: String
  /// The input is a part of the sum that was added up by itself: it is on the grid already, and is
  /// taken as it is.
  public var isPart = false

  /// Pan and width of a strip.
  public struct Placement: Sendable, Hashable {
    public var pan: ResolvedSetting
    public var width: ResolvedSetting
    public var law: PanLaw
  }
}

/// The compiled session: nodes in topological order (inputs before users), and the outputs by the
/// names that `build` knows them by.
public struct Graph: Sendable {
  public var rate: Int
  public var nodes: [Node]
  /// `mix`, `master`, `track/NAME`, `bus/NAME`, `stem/NAME` → node.
  public var outputs: [(name: String, node: NodeID)]
  /// The master before its ceiling, which deliveries begin from.
  public var masterStream: NodeID?
  public var programme: ProgrammeMap
  public var recordings: [RecordingReference]

  public init(
    rate: Int, nodes: [Node], outputs: [(name: String, node: NodeID)], programme: ProgrammeMap,
    recordings: [RecordingReference]
  ) {
    self.rate = rate
    self.nodes = nodes
    self.outputs = outputs
    self.programme = programme
    self.recordings = recordings
  }

  /// A graph of one track's content.
  public init(
    content: SourceContent, label: String, channelCount: Int, rate: Int, programme: ProgrammeMap,
    recordings: [RecordingReference]
  ) {
    let node = Node(
      kind: .source(content), label: label, channelCount: channelCount, roundsToFloat: false,
      latency: 0, span: nil)
    self.init(
      rate: rate, nodes: [node], outputs: [], programme: programme, recordings: recordings)
  }

  public subscript(id: NodeID) -> Node { nodes[id.index] }

  /// The strip that a node of this label belongs to: `vocal` of `vocal/eq`, `drums` of `drums.sum`.
  public static func strip(ofLabel label: String) -> String {
    let name = label.split(separator: "/", maxSplits: 1).first.map(String.init) ?? label
    return name.hasSuffix(".sum") ? String(name.dropLast(4)) : name
  }

  public func isOnProgramme(_ node: NodeID) -> Bool { self[node].isOnProgramme }

  public func output(_ name: String) -> NodeID? { outputs.first { $0.name == name }?.node }

  /// Nodes that read each node's stream, by index.
  public var users: [[NodeID]] {
    var users = [[NodeID]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { users[input.index].append(NodeID(index)) }
    }
    return users
  }
}
