public import Signal

/// Where an output's audio goes: a file, a meter, memory.
public protocol OutputSink: AnyObject {
  /// Takes the next frames of the output, in programme order from its first frame.
  func write(_ block: Block) throws(RenderFailure)
  /// The output is complete.
  func finish() throws(RenderFailure)
  /// The build failed or was stopped: nothing may be left under a final name.
  func abandon()
  /// What is worth remembering of a finished file; nil: the output is no file.
  var facts: FileFacts? { get }
}

extension OutputSink {
  public var facts: FileFacts? { nil }
}

/// What a build knows of a file that it wrote.
public struct FileFacts: Hashable, Sendable {
  /// 32 hexadecimal digits. Equal digests mean equal bytes; files that were put together from other
  /// pieces may have equal bytes and other digests.
  public var digest: String
  public var frames: Int64
  public var byteCount: Int64
  public var clippedSamples: Int64
  /// Numbers that its observers measured, in an order that they know.
  public var measures: [Double]
  /// False: the file had these bytes before.
  public var wasReplaced: Bool

  public init(
    digest: String, frames: Int64, byteCount: Int64, clippedSamples: Int64, measures: [Double],
    wasReplaced: Bool
  ) {
    self.digest = digest
    self.frames = frames
    self.byteCount = byteCount
    self.clippedSamples = clippedSamples
    self.measures = measures
    self.wasReplaced = wasReplaced
  }
}

/// An output asked of a render: which node, and where its audio goes.
public struct OutputRequest {
  public enum Kind {
    case sink(() throws(RenderFailure) -> any OutputSink)
    case file(FileRequest)
    /// Kept aside in this folder, to be read when the render is over.
    case stream(folder: String)
    /// Nothing: only its end is wanted.
    case end
  }

  public var name: String
  /// Index of the node in the graph.
  public var node: Int
  /// The node whose tail decides where the output ends; nil: its own.
  public var endNode: Int?
  /// The file's place, when the output is one; it is not written again while it is what it was.
  public var path: String?
  /// Everything besides the audio that the file's bytes depend on: format, dither, metadata.
  public var fields: [FileField]
  public var kind: Kind

  /// An output that goes wherever `makeSink` says.
  public init(
    name: String, node: Int, endNode: Int? = nil, path: String? = nil, fields: [FileField] = [],
    makeSink: @escaping () throws(RenderFailure) -> any OutputSink
  ) {
    self.init(
      name: name, node: node, endNode: endNode, path: path, fields: fields,
      kind: .sink(makeSink))
  }

  public init(
    name: String, node: Int, endNode: Int? = nil, path: String? = nil, fields: [FileField] = [],
    kind: Kind
  ) {
    self.name = name
    self.node = node
    self.endNode = endNode
    self.path = path
    self.fields = fields
    self.kind = kind
  }
}

/// What became of an output.
public struct OutputOutcome: Sendable {
  public var name: String
  public var path: String?
  public var facts: FileFacts
}
