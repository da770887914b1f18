import Diagnostics
import SessionModel
import Signal

/// Joins ranges of several contents on one axis, with crossfades where they meet.
///
/// Comps, in-place edits and the session's end all come down to this: a section plays one content
/// over its range; where two sections meet, a crossfade centred on the seam is fed from what
/// either content has beyond it.
struct Assembly {
  struct Section {
    var range: FrameRange
    /// Index in `contents`.
    var content: Int
  }

  /// The crossfade between a section and the one before it.
  struct Seam {
    /// Frames in all; 0 joins exactly.
    var length: Int64
    var curve: FadeCurve
    /// False: a default.
    var isWritten: Bool
    var span: Span
  }

  let contents: [Content]
  let rate: Int
  let report: Report

  /// Half of the crossfade at a seam, and the pieces whose recording is read further than they
  /// last for it.
  private struct Joint {
    var half: Int64 = 0
    /// ContentPiece of the left content that is lengthened to the crossfade's end.
    var lengthened: Int?
    /// ContentPiece of the right content that begins earlier, at the crossfade's start.
    var advanced: Int?
    /// Fades of a written length where only one side sounds.
    var fadeOut: Int64 = 0
    var fadeIn: Int64 = 0
    var curve = FadeCurve.auto
  }

  /// - Parameters:
  ///   - sections: ascending, not overlapping.
  ///   - seams: one less than `sections`; nil, or sections that do not touch: no crossfade.
  ///   - nextID: ids for the pieces that come out.
  ///   - merges: makes one of pieces that go on in each other.
  func join(
    _ sections: [Section], seams: [Seam?], nextID: inout Int, merges: Bool = true
  ) -> Content {
    var joints: [Joint] = []
    for i in sections.indices.dropFirst() {
      let touching = sections[i - 1].range.end == sections[i].range.start
      guard touching, let seam = seams[i - 1] else {
        joints.append(Joint())
        continue
      }
      let leftRoom = sections[i - 1].range.length / (i - 1 == 0 ? 1 : 2)
      let rightRoom = sections[i].range.length / (i == sections.count - 1 ? 1 : 2)
      joints.append(
        joint(
          at: sections[i].range.start, left: contents[sections[i - 1].content],
          right: contents[sections[i].content], seam, room: min(leftRoom, rightRoom)))
    }
    var result: [ContentPiece] = []
    var earlier: [ContentPiece] = []
    for (i, section) in sections.enumerated() {
      let before = i > 0 ? joints[i - 1] : Joint()
      let after = i < joints.count ? joints[i] : Joint()
      var pieces = window(section, before, after, &nextID)
      if before.half > 0 {
        let zone = FrameRange(
          section.range.start - before.half, section.range.start + before.half)
        crossfade(&earlier, &pieces, zone, before.curve)
      }
      result.append(contentsOf: earlier)
      earlier = pieces
    }
    result.append(contentsOf: earlier)
    return Content(merges ? Assembly.merged(result) : result)
  }

  // MARK: Seams

  private func joint(
    at seam: Int64, left: Content, right: Content, _ written: Seam, room: Int64
  ) -> Joint {
    var joint = Joint()
    joint.curve = written.curve
    let ending = left.indices(touching: FrameRange(seam - 1, seam))
    let beginning = right.indices(touching: FrameRange(seam, seam + 1))
    guard !ending.isEmpty && !beginning.isEmpty else {
      guard written.isWritten else { return joint }
      if !ending.isEmpty { joint.fadeOut = min(written.length, room) }
      if !beginning.isEmpty { joint.fadeIn = min(written.length, room) }
      return joint
    }
    if ending.count == 1 && beginning.count == 1
      && left.pieces[ending[0]].continues(into: right.pieces[beginning[0]])
    {
      return joint
    }
    let wanted = written.length / 2
    guard wanted > 0 else { return joint }
    let forward = reachForward(left, from: ending, seam: seam, to: seam + wanted)
    let backward = reachBackward(right, from: beginning, seam: seam, to: seam - wanted)
    let half = max(0, min(wanted, room, forward.frames, backward.frames))
    joint.half = half
    if half > forward.own { joint.lengthened = forward.piece }
    if half > backward.own { joint.advanced = backward.piece }
    if half < wanted {
      report.add(
        .crossfadeShortened,
        "the crossfade is shortened from \(Clock.milliseconds(2 * wanted, rate: rate)) to "
          + "\(Clock.milliseconds(2 * half, rate: rate)): there is no more material beside this seam",
        at: written.span)
    }
    return joint
  }

  /// How far `content` sounds on after the seam: by itself (`own`), and with the rest of the last
  /// piece's recording.
  private func reachForward(
    _ content: Content, from ending: [Int], seam: Int64, to limit: Int64
  ) -> (frames: Int64, own: Int64, piece: Int?) {
    guard var last = ending.max(by: { content.pieces[$0].range.end < content.pieces[$1].range.end })
    else { return (0, 0, nil) }
    var end = content.pieces[last].range.end
    var next = (ending.last ?? last) + 1
    while next < content.pieces.count && end < limit && content.pieces[next].range.start <= end {
      if content.pieces[next].range.end > end {
        last = next
        end = content.pieces[next].range.end
      }
      next += 1
    }
    if end >= limit { return (limit - seam, limit - seam, nil) }
    let own = end - seam
    guard case .open = content.pieces[last].trailing else { return (own, own, nil) }
    var more = content.pieces[last].handleAfter
    if next < content.pieces.count { more = min(more, content.pieces[next].range.start - end) }
    return (own + more, own, last)
  }

  private func reachBackward(
    _ content: Content, from beginning: [Int], seam: Int64, to limit: Int64
  ) -> (frames: Int64, own: Int64, piece: Int?) {
    guard
      var first = beginning.min(by: {
        content.pieces[$0].range.start < content.pieces[$1].range.start
      })
    else { return (0, 0, nil) }
    var start = content.pieces[first].range.start
    var previous = first - 1
    while previous >= 0 && start > limit && content.pieces[previous].range.end >= start {
      first = previous
      start = content.pieces[previous].range.start
      previous -= 1
    }
    if start <= limit { return (seam - limit, seam - limit, nil) }
    let own = seam - start
    guard case .open = content.pieces[first].leading else { return (own, own, nil) }
    var more = content.pieces[first].handleBefore
    if previous >= 0 { more = min(more, start - content.pieces[previous].range.end) }
    return (own + more, own, first)
  }

  // MARK: Sections

  /// The section's part of its content, with handles for the crossfades at its ends.
  private func window(
    _ section: Section, _ before: Joint, _ after: Joint, _ nextID: inout Int
  ) -> [ContentPiece] {
    let content = contents[section.content]
    let window = FrameRange(
      section.range.start - before.half, section.range.end + after.half)
    var pieces: [ContentPiece] = []
    var ids: [Int: Int] = [:]
    var chosen = content.indices(touching: window)
    for extra in [before.advanced, after.lengthened] {
      if let extra, !chosen.contains(extra) { chosen.append(extra) }
    }
    for index in chosen {
      let original = content.pieces[index]
      var range = original.range
      if index == before.advanced { range.start = min(range.start, window.start) }
      if index == after.lengthened { range.end = max(range.end, window.end) }
      range = range.intersection(window)
      guard !range.isEmpty else { continue }
      var piece = original.resized(to: range)
      var isSilent = false
      piece.gains.removeAll { gain in
        switch gain.settled(over: range) {
        case 0?:
          isSilent = true
          return true
        case 1?: return true
        default: return false
        }
      }
      if isSilent { continue }
      piece.id = nextID
      ids[original.id] = nextID
      nextID += 1
      if after.fadeOut > 0 && range.end == section.range.end {
        let start = max(range.start, range.end - after.fadeOut)
        piece.gains.append(.fadeOut(FrameRange(start, range.end), fixed(after.curve)))
        piece.trailing = .faded
      }
      if before.fadeIn > 0 && range.start == section.range.start {
        let end = min(range.end, range.start + before.fadeIn)
        piece.gains.append(.fadeIn(FrameRange(range.start, end), fixed(before.curve)))
        piece.leading = .faded
      }
      pieces.append(piece)
    }
    for i in pieces.indices {
      for g in pieces[i].gains.indices {
        guard let partner = pieces[i].gains[g].partner else { continue }
        if let id = ids[partner] {
          pieces[i].gains[g] = pieces[i].gains[g].withPartner(id)
        } else {
          pieces[i].gains[g] = pieces[i].gains[g].withoutPartner
        }
      }
    }
    return pieces
  }

  private func fixed(_ curve: FadeCurve) -> FadeCurve { curve == .auto ? .linear : curve }

  /// Adds the two sides of a crossfade over `zone`.
  private func crossfade(
    _ left: inout [ContentPiece], _ right: inout [ContentPiece], _ zone: FrameRange,
    _ curve: FadeCurve
  ) {
    let leaving = left.indices.filter { left[$0].range.overlaps(zone) }
    let arriving = right.indices.filter { right[$0].range.overlaps(zone) }
    func partner(of range: FrameRange, in pieces: [ContentPiece], _ candidates: [Int]) -> Int? {
      let within = range.intersection(zone)
      var best: (length: Int64, id: Int)?
      for i in candidates {
        let length = pieces[i].range.intersection(within).length
        if best.map({ length > $0.length }) ?? true { best = (length, pieces[i].id) }
      }
      return best?.id
    }
    var outs: [ResolvedGain] = []
    for i in leaving {
      if curve == .auto, let id = partner(of: left[i].range, in: right, arriving) {
        outs.append(.autoFadeOut(zone, partner: id))
      } else {
        outs.append(.fadeOut(zone, curve == .auto ? .equalPower : curve))
      }
    }
    for i in arriving {
      if curve == .auto, let id = partner(of: right[i].range, in: left, leaving) {
        right[i].gains.append(.autoFadeIn(zone, partner: id))
      } else {
        right[i].gains.append(.fadeIn(zone, curve == .auto ? .equalPower : curve))
      }
      if right[i].range.start == zone.start { right[i].leading = .faded }
    }
    for (i, gain) in zip(leaving, outs) {
      left[i].gains.append(gain)
      if left[i].range.end == zone.end { left[i].trailing = .faded }
    }
  }

  // MARK: Finishing

  /// Pieces that go on in each other made one, where no crossfade measures them.
  static func merged(_ pieces: [ContentPiece]) -> [ContentPiece] {
    var result: [ContentPiece] = []
    var ends: [Int64: Int] = [:]
    var renamed: [Int: Int] = [:]
    let sorted = pieces.sorted { ($0.range.start, $0.id) < ($1.range.start, $1.id) }
    for piece in sorted {
      if let i = ends[piece.range.start], result[i].range.end == piece.range.start,
        result[i].span == piece.span, result[i].continues(into: piece)
      {
        result[i].range.end = piece.range.end
        result[i].trailing = piece.trailing
        renamed[piece.id] = result[i].id
        ends[piece.range.start] = nil
        ends[piece.range.end] = i
      } else {
        ends[piece.range.end] = result.count
        result.append(piece)
      }
    }
    if !renamed.isEmpty {
      for i in result.indices {
        for g in result[i].gains.indices {
          if let partner = result[i].gains[g].partner, let id = renamed[partner] {
            result[i].gains[g] = result[i].gains[g].withPartner(id)
          }
        }
      }
    }
    return result
  }
}

extension ResolvedGain {
  /// The same fade without a partner to be measured against.
  var withoutPartner: ResolvedGain {
    switch self {
    case .autoFadeIn(let range, _): .fadeIn(range, .equalPower)
    case .autoFadeOut(let range, _): .fadeOut(range, .equalPower)
    default: self
    }
  }
}
