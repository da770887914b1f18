internal import MixGraph
internal import SessionModel

/// Which audio is worth keeping: writing a megabyte costs about half a millisecond and a place on
/// the disk, rendering its chunk again costs what the processors cost.
enum CostModel {
  /// Estimated ns a frame and channel of a processor.
  static func nanoseconds(_ processor: String) -> Double {
    switch processor {
    case "reverb": 40
    case "limiter": 30
    case "multiband": 60
    case "saturation": 60
    case "compressor", "expander", "gate", "duck", "de-esser": 8
    case "delay": 3
    default: 2
    }
  }

  /// Audio of outputs is kept always (files are put together from it). Besides, what costs more
  /// to render than to keep, where it is likely to be asked for: inputs of sums of four or more,
  /// since a change of one input needs all the others.
  static func keepsAudio(_ segment: Segment, graph: Graph, feedsLargeSum: Bool) -> Bool {
    var cost = 0.0
    for id in segment.nodes {
      switch graph[id].kind {
      case .source(let content): cost += content.readings.count > 1 ? 1.5 : 1
      case .stage(let stage): cost += nanoseconds(stage.insert.processor)
      case .sum(let terms): cost += 1.2 * Double(terms.count)
      }
    }
    return feedsLargeSum ? cost > 2.5 : cost > 25
  }
}
