public import Signal

extension BiquadCascade {
  @inline(__always)
  private func stage(_ channel: Int, _ index: Int) -> LaneStage<Double> {
    let c = sections[index]
    let s = states[channel * sections.count + index]
    return LaneStage(
      section: LaneSection(b0: c.b0, b1: c.b1, b2: c.b2, a1: c.a1, a2: c.a2),
      state: LaneState(s1: s.s1, s2: s.s2))
  }

  @inline(__always)
  private mutating func keep(_ channel: Int, _ index: Int, _ s1: Double, _ s2: Double) {
    states[channel * sections.count + index] = State(s1: s1, s2: s2)
  }

  /// Sections `first`... of one channel.
  mutating func processOne(_ samples: Samples, _ channel: Int, _ first: Int, _ count: Int) {
    if count == 1 || samples.count < 2 {
      Chain.run(
        count, samples, frames: samples.count, stage: { stage(channel, first + $0) },
        keep: { keep(channel, first + $0, $1.s1, $1.s2) })
    } else {
      SkewedChain.run(
        count, samples, stage: { stage(channel, first + $0) },
        keep: { keep(channel, first + $0, $1.s1, $1.s2) })
    }
  }

  /// Sections `first`... of both channels of a stereo block.
  mutating func processPair(_ block: Block, _ first: Int, _ count: Int) {
    Chain.run(count, (block[0], block[1]), frames: block.frameCount) { index in
      let (a, b) = (stage(0, first + index), stage(1, first + index))
      return BiquadCascade.side(a, b)
    } keep: { index, state in
      keep(0, first + index, state.s1.values.x, state.s2.values.x)
      keep(1, first + index, state.s1.values.y, state.s2.values.y)
    }
  }

  @inline(__always)
  private static func side(
    _ a: LaneStage<Double>, _ b: LaneStage<Double>
  ) -> LaneStage<Lanes2> {
    let (p, q) = (a.section, b.section)
    return LaneStage(
      section: LaneSection(
        b0: Lanes2(p.b0, q.b0), b1: Lanes2(p.b1, q.b1), b2: Lanes2(p.b2, q.b2),
        a1: Lanes2(p.a1, q.a1), a2: Lanes2(p.a2, q.a2)),
      state: LaneState(s1: Lanes2(a.state.s1, b.state.s1), s2: Lanes2(a.state.s2, b.state.s2)))
  }

  @inline(__always)
  private static func side(
    _ a: LaneStage<Double>, _ b: LaneStage<Double>, _ c: LaneStage<Double>, _ d: LaneStage<Double>
  ) -> LaneStage<Lanes4> {
    let (p, q, r, s) = (a.section, b.section, c.section, d.section)
    return LaneStage(
      section: LaneSection(
        b0: Lanes4(p.b0, q.b0, r.b0, s.b0), b1: Lanes4(p.b1, q.b1, r.b1, s.b1),
        b2: Lanes4(p.b2, q.b2, r.b2, s.b2), a1: Lanes4(p.a1, q.a1, r.a1, s.a1),
        a2: Lanes4(p.a2, q.a2, r.a2, s.a2)),
      state: LaneState(
        s1: Lanes4(a.state.s1, b.state.s1, c.state.s1, d.state.s1),
        s2: Lanes4(a.state.s2, b.state.s2, c.state.s2, d.state.s2)))
  }

  // MARK: Several streams at once

  /// Whether two cascades may run side by side: both mono, with equally many sections.
  public static func mayRunTogether(_ a: BiquadCascade, _ b: BiquadCascade) -> Bool {
    a.channelCount == 1 && b.channelCount == 1 && a.sections.count == b.sections.count
  }

  /// Runs two mono cascades of different streams over the same frames, each with the bits of
  /// `run` alone.
  ///
  /// - Precondition: `mayRunTogether`; the blocks are mono and equally long.
  public static func run(
    _ a: inout BiquadCascade, _ b: inout BiquadCascade, _ blocks: (Block, Block), at frame: Int64
  ) {
    let length = blocks.0.frameCount
    precondition(mayRunTogether(a, b) && blocks.1.frameCount == length)
    forEachStretch(length, at: frame) { range, stretchEnd in
      let streams = (blocks.0[0].slice(range), blocks.1[0].slice(range))
      var first = 0
      while first < a.sections.count {
        let count = Chain.next(of: a.sections.count - first)
        Chain.run(count, streams, frames: range.count) { index in
          side(a.stage(0, first + index), b.stage(0, first + index))
        } keep: { index, state in
          a.keep(0, first + index, state.s1.values.x, state.s2.values.x)
          b.keep(0, first + index, state.s1.values.y, state.s2.values.y)
        }
        first += count
      }
      a.keepHouse(at: stretchEnd)
      b.keepHouse(at: stretchEnd)
    }
  }

  /// Runs four mono cascades of different streams over the same frames, each with the bits of
  /// `run` alone.
  ///
  /// - Precondition: `mayRunTogether`; the blocks are mono and equally long.
  public static func run(
    _ a: inout BiquadCascade, _ b: inout BiquadCascade, _ c: inout BiquadCascade,
    _ d: inout BiquadCascade, _ blocks: (Block, Block, Block, Block), at frame: Int64
  ) {
    let length = blocks.0.frameCount
    precondition(mayRunTogether(a, b) && mayRunTogether(a, c) && mayRunTogether(a, d))
    precondition(
      blocks.1.frameCount == length && blocks.2.frameCount == length
        && blocks.3.frameCount == length)
    forEachStretch(length, at: frame) { range, stretchEnd in
      let streams = (
        blocks.0[0].slice(range), blocks.1[0].slice(range), blocks.2[0].slice(range),
        blocks.3[0].slice(range)
      )
      var first = 0
      while first < a.sections.count {
        let count = Chain.next(of: a.sections.count - first)
        Chain.run(count, streams, frames: range.count) { index in
          let k = first + index
          return side(a.stage(0, k), b.stage(0, k), c.stage(0, k), d.stage(0, k))
        } keep: { index, state in
          let (s1, s2) = (state.s1.values, state.s2.values)
          a.keep(0, first + index, s1.x, s2.x)
          b.keep(0, first + index, s1.y, s2.y)
          c.keep(0, first + index, s1.z, s2.z)
          d.keep(0, first + index, s1.w, s2.w)
        }
        first += count
      }
      a.keepHouse(at: stretchEnd)
      b.keepHouse(at: stretchEnd)
      c.keepHouse(at: stretchEnd)
      d.keepHouse(at: stretchEnd)
    }
  }

  /// Cuts `length` frames where housekeeping is due.
  @inline(__always)
  private static func forEachStretch(
    _ length: Int, at frame: Int64, _ body: (Range<Int>, Int64) -> Void
  ) {
    var done = 0
    while done < length {
      let now = frame + Int64(done)
      let boundary = (now & ~(Housekeeping.interval - 1)) + Housekeeping.interval
      let count = min(length - done, Int(boundary - now))
      body(done..<(done + count), now + Int64(count))
      done += count
    }
  }

  /// What `run` does behind a stretch that ends before frame `end`.
  private mutating func keepHouse(at end: Int64) {
    self.end = end
    guard end & (Housekeeping.interval - 1) == 0 else { return }
    flushDenormals()
    if end & Int64(Housekeeping.rounding - 1) == 0 { roundState() }
  }
}
