internal import DSP
internal import MixGraph
internal import SessionModel
internal import Signal

/// Which segments may run side by side: mono tracks with the same processors in the same order.
enum LaneGroups {
  /// A group number for each segment that has one.
  ///
  /// Rows of equal shape are shared out so that each of `workers` gets some.
  static func groups(_ segments: [Segment], graph: Graph, workers: Int) -> [Int?] {
    var groups = [Int?](repeating: nil, count: segments.count)
    var members: [String: [Int]] = [:]
    var order: [String] = []
    for (index, segment) in segments.enumerated() {
      guard let shape = shape(segment, graph) else { continue }
      if members[shape] == nil { order.append(shape) }
      members[shape, default: []].append(index)
    }
    var next = 0
    for shape in order {
      let rows = members[shape] ?? []
      let size = min(SegmentLanes.width, (rows.count + workers - 1) / max(1, workers))
      guard size >= SegmentLanes.least else { continue }
      var start = 0
      while rows.count - start >= SegmentLanes.least {
        for row in rows[start..<min(rows.count, start + size)] { groups[row] = next }
        start += size
        next += 1
      }
    }
    return groups
  }

  /// What has to agree, as text; nil: the segment runs alone.
  private static func shape(_ segment: Segment, _ graph: Graph) -> String? {
    guard segment.inputs.isEmpty, segment.nodes.count > 1,
      case .source = graph[segment.nodes[0]].kind
    else { return nil }
    var text = graph[segment.output].roundsToFloat ? "float" : "double"
    for id in segment.nodes {
      let node = graph[id]
      guard node.channelCount == 1 else { return nil }
      guard case .stage(let stage) = node.kind else { continue }
      text += " \(stage.insert.processor)"
      if let sections = KernelFactory.staticSections(of: stage.insert, rate: graph.rate) {
        text += "\(sections.count)"
      } else if stage.insert.processor != "compressor" {
        return nil
      }
    }
    return text
  }
}
