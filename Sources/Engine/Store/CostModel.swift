internal import MixGraph
internal import SessionModel
internal import Signal

/// What rendering costs, and which audio is worth keeping: writing a megabyte costs about half a
/// millisecond and a place on the disk, rendering its chunk again costs what the processors cost.
enum CostModel {
  /// Estimated ns a frame and channel of a processor; what builds measure takes its place in
  /// plans, and never in a decision that a later build would have to repeat.
  static func nanoseconds(_ processor: String) -> Double {
    switch processor {
    case "reverb": 40
    case "convolution": 30
    case "limiter": 30
    case "multiband": 60
    case "saturation": 60
    case "compressor", "expander", "gate", "duck", "de-esser": 8
    case "delay": 3
    default: 2
    }
  }

  /// Estimated ns a frame of a segment.
  static func nanoseconds(_ segment: Segment, graph: Graph) -> Double {
    var cost = 0.0
    for id in segment.nodes {
      switch graph[id].kind {
      case .source(let content): cost += content.readings.count > 1 ? 1.5 : 1
      case .stage(let stage): cost += nanoseconds(stage.insert.processor)
      case .sum(let terms): cost += 1.2 * Double(terms.count)
      }
    }
    return cost
  }

  /// Terms of the smallest sum that is kept: a change of one of them is then made from it.
  static let leastKeptSum = 8

  /// Which segments' audio is kept.
  ///
  /// Audio of outputs is kept always (files are put together from it). Besides, large sums, and
  /// what costs more to render than to keep where it is likely to be asked for: inputs of sums of
  /// four or more, since a change of one input that is not made from the old sum needs all the
  /// others. A session takes no more than half of the store, so that the build before is still
  /// there to go back to: sums come first then, and of the rest what costs most for its bytes.
  ///
  /// - Parameters:
  ///   - frames: of the whole programme.
  ///   - cap: bytes that the store may hold.
  static func keepsAudio(
    _ segments: [Segment], graph: Graph, published: Set<Int>, feedsLargeSum: [Bool],
    frames: Int64, cap: Int64
  ) -> [Bool] {
    var keeps = segments.map { published.contains($0.index) }
    func bytes(_ segment: Segment) -> Int64 {
      let node = graph[segment.output]
      return frames * Int64(node.channelCount) * (node.roundsToFloat ? 4 : 8)
    }
    var wanted: [(segment: Segment, worth: Double)] = []
    for segment in segments where !keeps[segment.index] {
      let cost = nanoseconds(segment, graph: graph)
      if segment.nodes.count == 1, case .sum(let terms) = graph[segment.output].kind,
        terms.count >= leastKeptSum, !terms.contains(where: \.isPart)
      {
        wanted.append((segment, .infinity))
      } else if cost > (feedsLargeSum[segment.index] ? 2.5 : 25) {
        wanted.append((segment, cost * Double(frames) / Double(max(1, bytes(segment)))))
      }
    }
    wanted.sort { ($1.worth, $0.segment.index) < ($0.worth, $1.segment.index) }
    var left = cap / 2 - segments.reduce(0) { $0 + (keeps[$1.index] ? bytes($1) : 0) }
    for (segment, _) in wanted where bytes(segment) <= left {
      left -= bytes(segment)
      keeps[segment.index] = true
    }
    return keeps
  }

  /// What segments of equal cost have in common: kinds of nodes and channels, no parameter.
  static func shape(of segment: Segment, graph: Graph) -> Digest {
    var writer = DigestWriter()
    writer.field("cost-of", 1)
    writer.field("rate", graph.rate)
    for id in segment.nodes {
      writer.field("channels", graph[id].channelCount)
      switch graph[id].kind {
      case .source: writer.field("kind", "source")
      case .stage(let stage): writer.field("kind", stage.insert.processor)
      case .sum(let terms): writer.field("terms", terms.count)
      }
    }
    return writer.digest
  }
}

extension Store {
  /// CPU time of a frame in ns, as an earlier build measured it.
  func cost(_ shape: Digest) -> Double? {
    guard let bytes = record(shape), bytes.count == 8 else { return nil }
    var reader = StateReader(bytes)
    return (try? reader.readDouble()).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
  }

  /// Remembers what was measured when it tells something new.
  func keepCost(_ nanoseconds: Double, _ shape: Digest) {
    if let known = cost(shape) {
      let ratio = nanoseconds / max(known, 1e-3)
      if ratio > 0.7 && ratio < 1.4 { return }
    }
    var writer = StateWriter()
    writer.write(nanoseconds)
    put(shape, writer.bytes)
  }
}
