extension CurveDomain {
  /// At or below this many dB a level is silence.
  public static var silence: Double { -96 }

  /// Where a move to or from an infinite ratio ends.
  public static var largestRatio: Double { 100 }

  /// The value a part `t` (0...1) of the way from `a` to `b`.
  func mix(_ a: Double, _ b: Double, _ t: Double) -> Double {
    switch self {
    case .linear: return a + (b - a) * t
    case .decibels: return CurveDomain.decibelMix(a, b, t)
    case .logarithmic:
      guard a > 0 && b > 0 else { return a + (b - a) * t }
      return CurveDomain.logarithmicMix(CurveDomain.octaves(a), CurveDomain.octaves(b), t)
    }
  }

  /// The logarithm that a move starts from or leads to.
  @inline(__always)
  static func octaves(_ value: Double) -> Double {
    Maths.log2(value == .infinity ? largestRatio : value)
  }

  @inline(__always)
  static func decibelMix(_ a: Double, _ b: Double, _ t: Double) -> Double {
    let from = a > silence ? a : silence
    let to = b > silence ? b : silence
    let value = from + (to - from) * t
    return value > silence ? value : -.infinity
  }

  @inline(__always)
  static func logarithmicMix(_ log2A: Double, _ log2B: Double, _ t: Double) -> Double {
    Maths.exp2(log2A + (log2B - log2A) * t)
  }

  /// As `mix`, but straight in amplitude for levels: how a step is de-zippered.
  public func blend(_ a: Double, _ b: Double, _ t: Double) -> Double {
    guard self == .decibels else { return mix(a, b, t) }
    let from = a > CurveDomain.silence ? decibelsToGain(a) : 0
    let to = b > CurveDomain.silence ? decibelsToGain(b) : 0
    return gainToDecibels(from + (to - from) * t)
  }

  /// A breakpoint's value: −∞ for what counts as silence.
  func canonical(_ value: Double) -> Double {
    self == .decibels && value <= CurveDomain.silence ? -.infinity : value
  }
}

extension AutomationCurve {
  /// Frames over which a step is de-zippered.
  public static var stepFrames: Int64 { 64 }

  /// The value at `frame`, in the parameter's unit.
  ///
  /// - Complexity: O(log n) in the points, and the run of moves that cut each other short.
  public func value(at frame: Int64) -> Double {
    guard let index = lastPoint(at: frame) else { return domain.canonical(before) }
    return value(at: frame, after: index, from: startValue(of: index))
  }

  /// The value of a stop of the axis before `frame`, however long it is: what begins to move at that
  /// frame has not begun, and a step that has is over.
  public func value(stoppedBefore frame: Int64) -> Double {
    guard let index = lastPoint(at: frame), !isRamp(into: index) else { return value(at: frame) }
    if points[index].frame == frame { return domain.canonical(startValue(of: index)) }
    let goesOn = index + 1 < points.count && isRamp(into: index + 1)
    guard move(at: index).isStep, !goesOn, frame < settled(after: index) else {
      return value(at: frame)
    }
    return domain.canonical(points[index].value)
  }

  /// Writes the values of the frames from `frame` on; bit-equal to `value(at:)`.
  public func fill(_ samples: Samples, from frame: Int64) {
    let end = frame + Int64(samples.count)
    var now = frame
    var index = lastPoint(at: frame)
    var start = index.map { startValue(of: $0) } ?? before
    while now < end {
      let next = (index ?? -1) + 1
      let pieceEnd = next < points.count ? min(end, points[next].frame) : end
      if now < pieceEnd {
        let piece = samples.slice(Int(now - frame)..<Int(pieceEnd - frame))
        if let index {
          fillPiece(piece, from: now, after: index, startingAt: start)
        } else {
          piece.fill(domain.canonical(before))
        }
      }
      now = max(now, pieceEnd)
      guard now < end else { return }
      start = startValue(of: next, before: index, startingAt: start)
      index = next
    }
  }

  /// The value all over `range` where it does not move there, else nil.
  public func constantValue(over range: FrameRange) -> Double? {
    guard !range.isEmpty else { return value(at: range.start) }
    let index = lastPoint(at: range.start)
    let next = (index ?? -1) + 1
    if next < points.count && points[next].frame < range.end { return nil }
    guard let index else { return domain.canonical(before) }
    let value = domain.canonical(points[index].value)
    if next < points.count && isRamp(into: next) {
      return domain.canonical(points[next].value) == value
        && range.start >= settled(after: index) ? value : nil
    }
    return range.start >= settled(after: index) ? value : nil
  }

  // MARK: Pieces

  /// The last point at or before `frame`.
  func lastPoint(at frame: Int64) -> Int? {
    var low = 0
    var high = points.count
    while low < high {
      let middle = (low + high) / 2
      if points[middle].frame <= frame { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }

  /// Whether the curve moves straight or smoothly from point `index` − 1 to point `index`.
  func isRamp(into index: Int) -> Bool {
    guard index > 0 && points[index - 1].frame < points[index].frame else { return false }
    switch points[index].arrival {
    case .line, .smooth: return true
    case .step, .over: return false
    }
  }

  /// Frames that the move at point `index` takes, and whether it is a de-zippered step.
  func move(at index: Int) -> (frames: Int64, isStep: Bool) {
    if isRamp(into: index) { return (0, true) }
    var frames = AutomationCurve.stepFrames
    var isStep = true
    if case .over(let length) = points[index].arrival {
      frames = max(0, length)
      isStep = false
    }
    if index + 1 < points.count && isRamp(into: index + 1) {
      frames = min(frames, points[index + 1].frame - points[index].frame)
    }
    return (frames, isStep)
  }

  /// The first frame at which the move of point `index` is over.
  func settled(after index: Int) -> Int64 {
    let move = move(at: index)
    let (end, overflow) = points[index].frame.addingReportingOverflow(move.frames)
    return overflow ? .max : end
  }

  /// The value that the curve has reached at point `index` when its own move begins.
  func startValue(of index: Int) -> Double {
    var first = firstOfChain(to: index)
    var value =
      first == 0
      ? domain.canonical(before)
      : domain.canonical(points[isRamp(into: first) ? first : first - 1].value)
    while first < index {
      value = startValue(of: first + 1, before: first, startingAt: value)
      first += 1
    }
    return value
  }

  /// The earliest point on whose start the value at point `index` depends.
  func firstOfChain(to index: Int) -> Int {
    var first = index
    while first > 0 && !isRamp(into: first) && settled(after: first - 1) > points[first].frame {
      first -= 1
    }
    return first
  }

  private func startValue(of next: Int, before index: Int?, startingAt start: Double) -> Double {
    guard let index else { return domain.canonical(before) }
    if isRamp(into: next) { return domain.canonical(points[next].value) }
    return value(at: points[next].frame, after: index, from: start)
  }

  /// The value at `frame`, which lies at or after point `index` and not after the next one.
  func value(at frame: Int64, after index: Int, from start: Double) -> Double {
    let target = target(at: frame, after: index)
    let move = move(at: index)
    let passed = frame - points[index].frame
    guard passed < move.frames else { return target }
    if move.isStep {
      guard passed + 1 < move.frames else { return target }
      return domain.blend(start, target, Double(passed + 1) / Double(move.frames))
    }
    guard passed > 0 else { return start }
    return domain.mix(start, target, Double(passed) / Double(move.frames))
  }

  /// Where the curve is or is going: the point's value, or the way to the next point.
  private func target(at frame: Int64, after index: Int) -> Double {
    let from = points[index]
    guard index + 1 < points.count && isRamp(into: index + 1) else {
      return domain.canonical(from.value)
    }
    let to = points[index + 1]
    if frame == from.frame { return domain.canonical(from.value) }
    if frame == to.frame { return domain.canonical(to.value) }
    var t = Double(frame - from.frame) / Double(to.frame - from.frame)
    if to.arrival == .smooth { t = t * t * (3 - 2 * t) }
    return domain.mix(from.value, to.value, t)
  }

  private func fillPiece(
    _ samples: Samples, from frame: Int64, after index: Int, startingAt start: Double
  ) {
    var done = 0
    let end = frame + Int64(samples.count)
    // The breakpoint itself and its move, frame by frame.
    let moving = min(end, max(settled(after: index), points[index].frame + 1))
    while frame + Int64(done) < moving {
      samples[done] = value(at: frame + Int64(done), after: index, from: start)
      done += 1
    }
    guard done < samples.count else { return }
    let rest = samples.slice(done..<samples.count)
    if index + 1 < points.count && isRamp(into: index + 1) {
      fillRamp(rest, from: frame + Int64(done), points[index], points[index + 1])
    } else {
      rest.fill(domain.canonical(points[index].value))
    }
  }

  private func fillRamp(
    _ samples: Samples, from frame: Int64, _ from: CurvePoint, _ to: CurvePoint
  ) {
    let length = Double(to.frame - from.frame)
    let first = frame - from.frame
    let isSmooth = to.arrival == .smooth
    @inline(__always) func each(_ value: (Double) -> Double) {
      for i in samples.indices {
        var t = Double(first + Int64(i)) / length
        if isSmooth { t = t * t * (3 - 2 * t) }
        samples[i] = value(t)
      }
    }
    let (a, b) = (from.value, to.value)
    switch domain {
    case .decibels: each { CurveDomain.decibelMix(a, b, $0) }
    case .logarithmic where a > 0 && b > 0:
      let (log2A, log2B) = (CurveDomain.octaves(a), CurveDomain.octaves(b))
      each { CurveDomain.logarithmicMix(log2A, log2B, $0) }
    case .linear, .logarithmic: each { a + (b - a) * $0 }
    }
  }
}
