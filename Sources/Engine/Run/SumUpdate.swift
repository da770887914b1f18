internal import MixGraph
internal import Signal

/// A sum made from what it was: minus the terms that are no more, plus the new ones. Sums are exact,
/// so the bits are those of adding all terms up again.
struct SumUpdate {
  /// What each piece of the sum was.
  let before: [ActionResult]
  /// Terms that are no more, with what each piece of their inputs was.
  let removed: [(gain: SteadyGain, audio: [ActionResult], isFloat: Bool)]
  /// New terms, by the row of their input.
  let added: [(gain: SteadyGain, row: Int)]

  /// Sums of fewer terms are added up again.
  static let leastTerms = 4

  /// nil: there is nothing to gain, or terms that move changed.
  ///
  /// - Parameters:
  ///   - now: the terms as they are, with their inputs' rows.
  ///   - results: the pieces of a row of an earlier build, by all that it was.
  init?(
    from recipe: SumRecipe, to now: SumRecipe, rows: [Int], channelCount: Int,
    results: (Digest) -> [ActionResult]?
  ) {
    guard recipe.timeline == now.timeline, recipe.sum != now.sum,
      now.terms.count >= Self.leastTerms
    else { return nil }
    var kept: [Digest: Int] = [:]
    for term in recipe.terms { kept[term.whole, default: 0] += 1 }
    var added: [(gain: SteadyGain, row: Int)] = []
    var cost = 8 * channelCount
    var wholeCost = 0
    for (term, row) in zip(now.terms, rows) {
      wholeCost += 4 * (term.gain?.channelCount ?? 2)
      if let count = kept[term.whole], count > 0 {
        kept[term.whole] = count - 1
        continue
      }
      guard let gain = term.gain else { return nil }
      cost += 4 * gain.channelCount
      if !gain.isSilent { added.append((gain, row)) }
    }
    var removed: [(gain: SteadyGain, audio: [ActionResult], isFloat: Bool)] = []
    for term in recipe.terms {
      guard let count = kept[term.whole], count > 0 else { continue }
      kept[term.whole] = count - 1
      guard let gain = term.gain else { return nil }
      if gain.isSilent { continue }
      cost += 4 * gain.channelCount
      guard let audio = results(term.input) else { return nil }
      removed.append((gain, audio, term.isFloat))
    }
    guard cost < wholeCost, let before = results(recipe.sum) else { return nil }
    self.before = before
    self.removed = removed
    self.added = added
  }

  /// What changes at one piece.
  struct Step {
    var before: ActionResult
    var removed: [Removed]
    /// New terms, by the row of their input.
    var added: [(gain: SteadyGain, row: Int)]
  }

  struct Removed {
    var gain: SteadyGain
    var audio: ActionResult
    var isFloat: Bool
    /// A row that has the same audio now: only the gain changed.
    var row: Int?
  }

  /// What to take out and what to add at `piece`. A term whose input turned out to sound as it did
  /// is neither.
  ///
  /// - Parameter audio: what the piece of a row is now.
  func step(at piece: Int, audio: (Int) -> ActionResult?) -> Step? {
    var step = Step(before: before[piece], removed: [], added: added)
    for (gain, results, isFloat) in removed {
      let old = results[piece]
      if old.isSilent { continue }
      let same = step.added.firstIndex { $0.gain == gain && audio($0.row)?.audio == old.audio }
      if let same { step.added.remove(at: same) } else {
        step.removed.append(Removed(gain: gain, audio: old, isFloat: isFloat))
      }
    }
    step.added.removeAll { audio($0.row)?.isSilent ?? false }
    for index in step.removed.indices {
      let old = step.removed[index].audio.audio
      step.removed[index].row = step.added.first { audio($0.row)?.audio == old }?.row
    }
    return step
  }

  /// Makes of a sum as it was what it is: − removed + added.
  ///
  /// - Parameters:
  ///   - before: the sum as it was; Double, and nobody else's.
  ///   - terms: gains, those to be taken out negated, and audio.
  /// - Returns: the sum, in the memory of `before`; nil where a term is too large or not finite.
  static func render(
    _ before: ChunkAudio, _ terms: [(gain: SteadyGain, audio: ChunkAudio)],
    _ memory: any ChunkMemory
  ) -> ChunkAudio? {
    let blockFrames = 2048
    let scratch = AudioBuffer(channelCount: 2, frameCapacity: blockFrames)
    var mono: [(gain: SteadyGain, audio: ChunkAudio)] = []
    var others: [(gain: SteadyGain, audio: ChunkAudio)] = []
    for term in terms where !term.audio.isSilent {
      if term.gain.channelCount == 1 && term.audio.isFloat && before.channelCount == 2 {
        mono.append(term)
      } else {
        others.append(term)
      }
    }
    if mono.isEmpty && others.isEmpty { return before }
    var sum = before
    if before.isSilent {
      sum = ChunkAudio(
        channelCount: before.channelCount, frameCount: before.frameCount, isFloat: false,
        from: memory)
      _ = sum.withDoubles { $0.fill(0) }
    }
    func add(to block: Block, from start: Int) -> Bool {
      var first = 0
      while first < mono.count {
        let part = mono[first..<min(mono.count, first + 4)]
        let isGood = ExactSum.add(
          part.map(\.audio), gains: part.map { ($0.gain.left, $0.gain.right) }, from: start,
          to: block[0], block[block.channelCount - 1])
        if !isGood { return false }
        first += 4
      }
      for (gain, audio) in others {
        let part = scratch.block(block.frameCount).channels(audio.channelCount)
        audio.load(into: part, at: start)
        for channel in 0..<block.channelCount {
          let bad = ExactSum.add(
            part[min(channel, audio.channelCount - 1)], gain: channel == 0 ? gain.left : gain.right,
            to: block[channel])
          if bad > 0 { return false }
        }
      }
      return true
    }
    let isGood = sum.withDoubles { whole in
      stride(from: 0, to: sum.frameCount, by: blockFrames).allSatisfy { start in
        add(to: whole.slice(start..<min(sum.frameCount, start + blockFrames)), from: start)
      }
    }
    guard isGood == true else { return nil }
    sum.dropIfSilent()
    return sum
  }
}
