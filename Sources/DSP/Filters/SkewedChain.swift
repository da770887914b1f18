internal import Signal

/// Two neighbouring sections of one stream in two lanes, the second a sample behind the first.
private struct Pair {
  var stage: LaneStage<Lanes2>
  /// What the first section gave last and the second has not yet had.
  var between = 0.0

  @inline(__always)
  init(_ first: LaneStage<Double>, _ second: LaneStage<Double>) {
    let (p, q) = (first.section, second.section)
    stage = LaneStage(
      section: LaneSection(
        b0: Lanes2(p.b0, q.b0), b1: Lanes2(p.b1, q.b1), b2: Lanes2(p.b2, q.b2),
        a1: Lanes2(p.a1, q.a1), a2: Lanes2(p.a2, q.a2)),
      state: LaneState(
        s1: Lanes2(first.state.s1, second.state.s1), s2: Lanes2(first.state.s2, second.state.s2)))
  }

  /// Takes a sample into the first section; gives the second's output for the sample before.
  @inline(__always)
  mutating func step(_ x: Double) -> Double {
    let y = stage.step(Lanes2(x, between))
    between = y.values.x
    return y.values.y
  }

  @inline(__always)
  var first: LaneState<Double> {
    LaneState(s1: stage.state.s1.values.x, s2: stage.state.s2.values.x)
  }

  @inline(__always)
  var second: LaneState<Double> {
    LaneState(s1: stage.state.s1.values.y, s2: stage.state.s2.values.y)
  }
}

/// Two to five sections of one stream, in pairs of lanes: neighbours work side by side on samples
/// that follow each other. The bits are those of one section after another.
enum SkewedChain {
  @inline(__always)
  static func run(
    _ count: Int, _ samples: Samples,
    stage: (Int) -> LaneStage<Double>, keep: (Int, LaneState<Double>) -> Void
  ) {
    if count < 4 {
      onePair(count == 3, samples, stage: stage, keep: keep)
    } else {
      twoPairs(count == 5, samples, stage: stage, keep: keep)
    }
  }

  @inline(__always)
  private static func onePair(
    _ hasLast: Bool, _ samples: Samples,
    stage: (Int) -> LaneStage<Double>, keep: (Int, LaneState<Double>) -> Void
  ) {
    var (s0, s1) = (stage(0), stage(1))
    let frames = samples.count
    let head = s0.step(samples[0])
    var pair = Pair(s0, s1)
    pair.between = head
    if hasLast {
      var last = stage(2)
      advance(samples, by: 1, &pair, &last)
      s1.state = pair.second
      samples[frames - 1] = last.step(s1.step(pair.between))
      keep(2, last.state)
    } else {
      advance(samples, by: 1, &pair)
      s1.state = pair.second
      samples[frames - 1] = s1.step(pair.between)
    }
    keep(0, pair.first)
    keep(1, s1.state)
  }

  @inline(__always)
  private static func twoPairs(
    _ hasLast: Bool, _ samples: Samples,
    stage: (Int) -> LaneStage<Double>, keep: (Int, LaneState<Double>) -> Void
  ) {
    var (s0, s1, s2, s3) = (stage(0), stage(1), stage(2), stage(3))
    let frames = samples.count
    // Before the loop the second pair is a sample, its second section two, behind the first.
    let first = s0.step(samples[0])
    let second = s0.step(samples[1])
    let third = s2.step(s1.step(first))
    var front = Pair(s0, s1)
    var back = Pair(s2, s3)
    front.between = second
    back.between = third
    if hasLast {
      var last = stage(4)
      advance(samples, by: 2, &front, &back, &last)
      (s1.state, s2.state, s3.state) = (front.second, back.first, back.second)
      samples[frames - 2] = last.step(s3.step(back.between))
      samples[frames - 1] = last.step(s3.step(s2.step(s1.step(front.between))))
      keep(4, last.state)
    } else {
      advance(samples, by: 2, &front, &back)
      (s1.state, s2.state, s3.state) = (front.second, back.first, back.second)
      samples[frames - 2] = s3.step(back.between)
      samples[frames - 1] = s3.step(s2.step(s1.step(front.between)))
    }
    keep(0, front.first)
    keep(1, s1.state)
    keep(2, s2.state)
    keep(3, s3.state)
  }

  // MARK: Loops
  //
  // Each by itself, working on copies: among the code before and behind them the optimiser keeps
  // states in memory, which costs a third.

  @inline(never)
  private static func advance(_ samples: Samples, by skew: Int, _ pair: inout Pair) {
    var a = pair
    for i in 0..<(samples.count - skew) { samples[i] = a.step(samples[i + skew]) }
    pair = a
  }

  @inline(never)
  private static func advance(
    _ samples: Samples, by skew: Int, _ pair: inout Pair, _ last: inout LaneStage<Double>
  ) {
    var (a, b) = (pair, last)
    for i in 0..<(samples.count - skew) { samples[i] = b.step(a.step(samples[i + skew])) }
    (pair, last) = (a, b)
  }

  @inline(never)
  private static func advance(
    _ samples: Samples, by skew: Int, _ front: inout Pair, _ back: inout Pair
  ) {
    var (a, b) = (front, back)
    for i in 0..<(samples.count - skew) { samples[i] = b.step(a.step(samples[i + skew])) }
    (front, back) = (a, b)
  }

  @inline(never)
  private static func advance(
    _ samples: Samples, by skew: Int, _ front: inout Pair, _ back: inout Pair,
    _ last: inout LaneStage<Double>
  ) {
    var (a, b, c) = (front, back, last)
    for i in 0..<(samples.count - skew) { samples[i] = c.step(b.step(a.step(samples[i + skew]))) }
    (front, back, last) = (a, b, c)
  }
}
