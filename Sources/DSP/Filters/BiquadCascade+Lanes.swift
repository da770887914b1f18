internal import Signal

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
}
