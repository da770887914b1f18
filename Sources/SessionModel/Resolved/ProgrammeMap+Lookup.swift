public import Signal

/// Where a programme frame comes from.
public enum ProgrammePlace: Hashable, Sendable {
  /// A session frame.
  case session(Int64)
  /// This many frames into a gap.
  case gap(name: String?, offset: Int64)
}

extension ProgrammeMap {
  /// The stretch that holds a programme frame; frames past the end belong to the last stretch.
  /// nil: there are no stretches, or the frame is negative.
  ///
  /// - Complexity: O(log stretches).
  public func stretchIndex(atProgramme frame: Int64) -> Int? {
    guard frame >= 0, !stretches.isEmpty else { return nil }
    var low = 0
    var high = stretches.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if stretches[middle].programmeStart <= frame { low = middle } else { high = middle }
    }
    return low
  }

  /// What sounds at a programme frame (crossfades not considered).
  public func place(atProgramme frame: Int64) -> ProgrammePlace? {
    guard let index = stretchIndex(atProgramme: frame) else { return nil }
    let stretch = stretches[index]
    let offset = frame - stretch.programmeStart
    switch stretch.content {
    case .session(let start): return .session(start + offset)
    case .gap(let name): return .gap(name: name, offset: offset)
    }
  }

  /// The session frame that sounds at a programme frame; in a gap, the session frame behind it.
  public func sessionFrame(atProgramme frame: Int64) -> Int64? {
    guard let index = stretchIndex(atProgramme: frame) else { return nil }
    let stretch = stretches[index]
    if case .session(let start) = stretch.content {
      return start + (frame - stretch.programmeStart)
    }
    for later in stretches[(index + 1)...] {
      if case .session(let start) = later.content { return start }
    }
    for earlier in stretches[..<index].reversed() {
      if case .session(let start) = earlier.content { return start + earlier.length }
    }
    return nil
  }
}

/// Finds session frames in the programme: the stretches of a `ProgrammeMap` by session time.
public struct ProgrammeIndex: Sendable {
  public let map: ProgrammeMap
  /// Session stretches: first frame, end, stretch index; ascending by first frame, then index.
  private let sorted: [(start: Int64, end: Int64, index: Int)]
  /// The largest end of `sorted[0...i]`.
  private let reach: [Int64]
  private let lastStretch: Int

  public init(_ map: ProgrammeMap) {
    self.map = map
    var sorted: [(start: Int64, end: Int64, index: Int)] = []
    for (index, stretch) in map.stretches.enumerated() {
      if case .session(let start) = stretch.content {
        sorted.append((start, start + stretch.length, index))
      }
    }
    sorted.sort { ($0.start, $0.index) < ($1.start, $1.index) }
    var reach: [Int64] = []
    for entry in sorted { reach.append(max(reach.last ?? entry.end, entry.end)) }
    self.sorted = sorted
    self.reach = reach
    lastStretch = map.stretches.count - 1
  }

  /// All programme frames at which a session frame sounds, ascending.
  ///
  /// - Complexity: O(log stretches + visits); repeats that overlap far apart cost a little more.
  public func visits(ofSession frame: Int64) -> [Int64] {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle].start <= frame { low = middle + 1 } else { high = middle }
    }
    var found: [Int64] = []
    var i = low - 1
    while i >= 0 && (reach[i] > frame || sorted[i].index == lastStretch) {
      let entry = sorted[i]
      if frame < entry.end || entry.index == lastStretch {
        found.append(map.stretches[entry.index].programmeStart + (frame - entry.start))
      }
      i -= 1
    }
    return found.sorted()
  }

  /// Where a session position lies in the programme: its first visit or, when it was cut away,
  /// the place where what follows it in session time begins; the programme's end if nothing does.
  public func programmeFrame(ofSession frame: Int64) -> Int64 {
    if let first = visits(ofSession: frame).first { return first }
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle].start < frame { low = middle + 1 } else { high = middle }
    }
    guard low < sorted.count else { return map.length }
    let start = sorted[low].start
    return visits(ofSession: start).first ?? map.length
  }

  /// Programme frames of a session range: from the first visit of its start to where its last
  /// frame next sounds. nil: nothing of it is left.
  public func programmeRange(ofSession range: FrameRange) -> FrameRange? {
    guard !range.isEmpty else { return nil }
    let start = programmeFrame(ofSession: range.start)
    if let end = visits(ofSession: range.end - 1).first(where: { $0 >= start }) {
      return FrameRange(start, end + 1)
    }
    var end = programmeFrame(ofSession: range.end)
    if end < start { end = start }
    return end > start ? FrameRange(start, end) : nil
  }
}
