public import MixGraph
internal import SessionModel
internal import Signal

/// What a build would do: a row for each segment, and the files it would look at again.
public struct RenderPlan: Sendable {
  public var rows: [RowPlan]
  public var timeline: Timeline
  /// Files that would be put together; their bytes may turn out to be what they were.
  public var files: [String]
  /// Files of deliveries that would be made, with the delivery's name.
  public var deliveries: [(name: String, path: String)] = []
  public var rate: Int
  /// Programme frames of one output.
  public var frames: Int64

  public var isEmpty: Bool {
    files.isEmpty && deliveries.isEmpty
      && rows.allSatisfy { $0.certain.isEmpty && $0.possible.isEmpty }
  }

  /// Estimated CPU time of chunks, in seconds, from what the same kinds of segments took before.
  public func seconds(_ pieces: (RowPlan) -> [Int]) -> Double {
    rows.reduce(0) { sum, row in
      sum + pieces(row).reduce(0.0) { $0 + Double(timeline.pieces[$1].length) } * row.nanoseconds
        / 1e9
    }
  }

  /// Programme ranges of pieces, neighbours joined.
  public func ranges(_ pieces: [Int]) -> [(start: Int64, end: Int64)] {
    var ranges: [(start: Int64, end: Int64)] = []
    for piece in pieces {
      let range = timeline.pieces[piece].programme
      if let last = ranges.last, last.end == range.start {
        ranges[ranges.count - 1].end = range.end
      } else {
        ranges.append((range.start, range.end))
      }
    }
    return ranges
  }
}

/// What a build would do for one row of actions.
public struct RowPlan: Sendable {
  public var label: String
  /// Index of the segment.
  public var row: Int
  public var cached = 0
  /// Pieces that will be rendered: new, or known ones whose audio or state is needed and was not
  /// kept.
  public var certain: [Int] = []
  /// Pieces that depend on what others will turn out to be.
  public var possible: [Int] = []
  /// CPU time of a frame, measured or estimated.
  public var nanoseconds: Double

  init(label: String, row: Int, nanoseconds: Double) {
    self.label = label
    self.row = row
    self.nanoseconds = nanoseconds
  }
}

/// How sure it is that something will be done.
enum Certainty: UInt8, Comparable {
  case no, possible, certain
  static func < (a: Certainty, b: Certainty) -> Bool { a.rawValue < b.rawValue }
}

extension ActionTable {
  /// What a build would do, as far as it can be known before doing it.
  ///
  /// - Parameters:
  ///   - published: rows whose audio goes into files that are put together, and how sure it is that
  ///     all of it is asked for.
  ///   - pieceCount: pieces that are wanted, from the first on.
  func plan(published: [Int: Certainty], pieceCount: Int) -> [RowPlan] {
    let pieces = timeline.pieces.indices.prefix(pieceCount)
    var work: [[Certainty]] = []
    for row in 0..<rowCount { work.append(pieces.map { state(of: row, at: $0) }) }
    let isNothing = published.isEmpty && work.allSatisfy { $0.allSatisfy { $0 == .no } }
    // From outputs to sources: whose audio is asked for, and has to be made again?
    if !isNothing {
      var needs = work.map { $0.map { _ in Certainty.no } }
      for row in (0..<rowCount).reversed() {
        if let need = published[row] { needs[row] = pieces.map { _ in need } }
        remake(row, needs[row], &work[row])
        for piece in pieces where work[row][piece] != .no {
          for input in neededInputs(row, piece) {
            needs[input][piece] = max(needs[input][piece], work[row][piece])
          }
        }
      }
    }
    return (0..<rowCount).map { row in
      var plan = RowPlan(label: label(row), row: row, nanoseconds: nanoseconds(row))
      for piece in pieces {
        switch work[row][piece] {
        case .no: plan.cached += 1
        case .possible: plan.possible.append(piece)
        case .certain: plan.certain.append(piece)
        }
      }
      return plan
    }
  }

  /// Adds to `work` the known pieces whose audio is needed and was not kept, and those that lie
  /// between a piece that is rendered and the nearest state before it.
  private func remake(_ row: Int, _ needs: [Certainty], _ work: inout [Certainty]) {
    for piece in work.indices where work[piece] == .no && needs[piece] != .no {
      if !hasAudio(row, piece) { work[piece] = needs[piece] }
    }
    for piece in work.indices.reversed() where piece > 0 {
      guard work[piece] != .no, work[piece] > work[piece - 1], !hasState(row, before: piece) else {
        continue
      }
      work[piece - 1] = work[piece]
    }
  }
}
