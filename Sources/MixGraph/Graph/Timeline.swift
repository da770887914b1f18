public import SessionModel
public import Signal

/// One piece of work along time: the part of a stretch that lies in one chunk.
public struct Piece: Hashable, Sendable {
  public var index: Int
  /// Index into the programme's stretches.
  public var stretch: Int
  /// Session frames, or frames since the gap's start.
  public var axis: FrameRange
  public var isGap: Bool
  public var programmeStart: Int64

  public var length: Int { Int(axis.length) }
  public var programme: FrameRange { FrameRange(programmeStart, programmeStart + axis.length) }
  /// Added to a frame of the programme it gives its place on the axis.
  public var shift: Int64 { axis.start - programmeStart }
}

/// The programme cut into pieces at absolute multiples of 2^18 session frames and at seams.
public struct Timeline: Sendable {
  public static let chunkFrames: Int64 = 1 << 18

  public let stretches: [Stretch]
  public let pieces: [Piece]
  /// Programme frames including the extension.
  public let length: Int64

  /// - Parameters:
  ///   - extension: frames rendered beyond the programme's end, for tails and latency; they
  ///     continue the last stretch's axis.
  public init(
    _ programme: ProgrammeMap, extension extra: Int64, chunk: Int64 = Timeline.chunkFrames
  ) {
    var stretches = programme.stretches
    if stretches.isEmpty {
      stretches = [Stretch(content: .session(start: 0), programmeStart: 0, length: 0)]
    }
    stretches[stretches.count - 1].length += extra
    self.stretches = stretches
    length = stretches[stretches.count - 1].programmeEnd
    var pieces: [Piece] = []
    for (index, stretch) in stretches.enumerated() where stretch.length > 0 {
      var start: Int64 = 0
      var isGap = true
      if case .session(let first) = stretch.content {
        start = first
        isGap = false
      }
      let end = start + stretch.length
      var from = start
      while from < end {
        let boundary = (from / chunk + (from < 0 && from % chunk != 0 ? 0 : 1)) * chunk
        let to = min(end, boundary)
        pieces.append(
          Piece(
            index: pieces.count, stretch: index, axis: FrameRange(from, to), isGap: isGap,
            programmeStart: stretch.programmeStart + (from - start)))
        from = to
      }
    }
    self.pieces = pieces
  }

  /// The stretch that `programme` lies in; before the first: 0, after the last: the last.
  public func stretchIndex(at programme: Int64) -> Int {
    var low = 0
    var high = stretches.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if stretches[middle].programmeStart <= programme { low = middle } else { high = middle }
    }
    return low
  }

  /// The session frame that stretch `index` shows at `programme`, its axis continued beyond both
  /// ends. A gap shows the frame at which it was inserted throughout.
  public func sessionFrame(stretch index: Int, at programme: Int64) -> Int64 {
    let stretch = stretches[index]
    switch stretch.content {
    case .session(let start): return start + (programme - stretch.programmeStart)
    case .gap: return gapFrame(index)
    }
  }

  /// The session frame at which the gap in stretch `index` was inserted.
  public func gapFrame(_ index: Int) -> Int64 {
    var before = index - 1
    while before >= 0 {
      if case .session(let start) = stretches[before].content {
        return start + stretches[before].length
      }
      before -= 1
    }
    for stretch in stretches {
      if case .session(let start) = stretch.content { return start }
    }
    return 0
  }

  /// Runs of `programme` over each of which one law holds: inside a stretch, or inside the
  /// crossfade of a seam.
  public func runs(_ programme: FrameRange) -> [Run] {
    var runs: [Run] = []
    var from = programme.start
    while from < programme.end {
      let index = stretchIndex(at: from)
      // A seam's crossfade reaches half its length to both sides.
      if index > 0 {
        let seam = stretches[index].programmeStart
        let half = stretches[index].crossfade / 2
        if from < seam + half {
          let to = min(programme.end, min(seam + half, stretchEnd(index)))
          runs.append(Run(programme: FrameRange(from, to), stretch: index, seam: index))
          from = to
          continue
        }
      }
      if index + 1 < stretches.count {
        let seam = stretches[index].programmeEnd
        let half = stretches[index + 1].crossfade / 2
        let zone = max(seam - half, stretches[index].programmeStart)
        if from >= zone {
          let to = min(programme.end, seam)
          runs.append(Run(programme: FrameRange(from, to), stretch: index, seam: index + 1))
          from = to
          continue
        }
        let to = min(programme.end, zone)
        runs.append(Run(programme: FrameRange(from, to), stretch: index, seam: nil))
        from = to
        continue
      }
      runs.append(Run(programme: FrameRange(from, programme.end), stretch: index, seam: nil))
      from = programme.end
    }
    return runs
  }

  private func stretchEnd(_ index: Int) -> Int64 {
    index == stretches.count - 1 ? Int64.max : stretches[index].programmeEnd
  }

  /// Part of the programme under one law.
  public struct Run: Hashable, Sendable {
    public var programme: FrameRange
    public var stretch: Int
    /// The seam before this stretch whose crossfade covers the run; nil: none does.
    public var seam: Int?
  }

  /// The programme frames of the crossfade at the seam before stretch `index`.
  public func crossfade(_ index: Int) -> FrameRange {
    let seam = stretches[index].programmeStart
    let half = stretches[index].crossfade / 2
    return FrameRange(seam - half, seam + half)
  }
}
