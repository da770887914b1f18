internal import Signal

/// The coefficients of one second-order section in every lane.
struct LaneSection<L: Lane> {
  var b0: L
  var b1: L
  var b2: L
  var a1: L
  var a2: L

  /// One sample through the section.
  @inline(__always)
  func step(_ x: L, _ state: inout LaneState<L>) -> L {
    let y = b0 * x + state.s1
    state.s1 = (b1 * x + state.s2) - a1 * y
    state.s2 = b2 * x - a2 * y
    return y
  }
}

/// The two memories of one second-order section in every lane.
struct LaneState<L: Lane> {
  var s1: L
  var s2: L
}

/// A section with its state: what a chain works on.
struct LaneStage<L: Lane> {
  var section: LaneSection<L>
  var state: LaneState<L>

  @inline(__always)
  mutating func step(_ x: L) -> L { section.step(x, &state) }
}

/// Up to five sections in one pass over the samples: the recursion of one fills the time in which
/// another waits for its own.
enum Chain {
  /// The most sections that one pass takes.
  static var longest: Int { 5 }

  /// How many of `rest` sections the next pass takes, so that no pass is left with few.
  static func next(of rest: Int) -> Int {
    let passes = (rest + longest - 1) / longest
    return (rest + passes - 1) / passes
  }

  /// Runs `count` sections over `frames` frames; `stage` gives the k-th, `keep` takes its state.
  @inline(__always)
  static func run<L: Lane>(
    _ count: Int, _ streams: L.Streams, frames: Int,
    stage: (Int) -> LaneStage<L>, keep: (Int, LaneState<L>) -> Void
  ) {
    var a = stage(0)
    if count == 1 {
      for i in 0..<frames { a.step(L.load(streams, i)).store(streams, i) }
      keep(0, a.state)
      return
    }
    var b = stage(1)
    if count == 2 {
      for i in 0..<frames { b.step(a.step(L.load(streams, i))).store(streams, i) }
      keep(0, a.state)
      keep(1, b.state)
      return
    }
    var c = stage(2)
    if count == 3 {
      for i in 0..<frames { c.step(b.step(a.step(L.load(streams, i)))).store(streams, i) }
      keep(0, a.state)
      keep(1, b.state)
      keep(2, c.state)
      return
    }
    var d = stage(3)
    if count == 4 {
      for i in 0..<frames { d.step(c.step(b.step(a.step(L.load(streams, i))))).store(streams, i) }
      keep(0, a.state)
      keep(1, b.state)
      keep(2, c.state)
      keep(3, d.state)
      return
    }
    var e = stage(4)
    for i in 0..<frames {
      e.step(d.step(c.step(b.step(a.step(L.load(streams, i)))))).store(streams, i)
    }
    keep(0, a.state)
    keep(1, b.state)
    keep(2, c.state)
    keep(3, d.state)
    keep(4, e.state)
  }
}
