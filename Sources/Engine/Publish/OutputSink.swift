public import Signal

/// Where an output's audio goes: a file, a meter, memory.
public protocol OutputSink: AnyObject {
  /// Takes the next frames of the output, in programme order from its first frame.
  func write(_ block: Block) throws(RenderFailure)
  /// The output is complete.
  func finish() throws(RenderFailure)
  /// The build failed or was stopped: nothing may be left under a final name.
  func abandon()
}

/// An output asked of a render: which node, and where its audio goes.
public struct OutputRequest {
  public var name: String
  public var node: Int
  public var sink: any OutputSink
  /// The node whose tail decides where the output ends; nil: its own.
  public var endNode: Int?

  public init(name: String, node: Int, endNode: Int? = nil, sink: any OutputSink) {
    self.name = name
    self.node = node
    self.endNode = endNode
    self.sink = sink
  }
}
