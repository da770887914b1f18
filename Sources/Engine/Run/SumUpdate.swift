internal import MixGraph
internal import Signal

/// How to make a piece of a sum from what it was: minus the terms that are no more, plus the new
/// ones. Sums are exact, so the bits are those of adding all terms up again.
struct SumUpdate {
  /// The audio of the sum as it was.
  var before: ContentHash
  var removed: [Removed]
  /// New terms, by the row of their input.
  var added: [(gain: SteadyGain, row: Int)]
  /// What is to be read besides the sum is little enough: it may be made in this way again and need
  /// not be kept.
  var isSmall: Bool

  /// What may be read besides, in parts of the sum. Writing costs more than reading, and one change
  /// follows another: a track with its two returns is as much as this where they are mixed.
  static let mostBesides = 3

  struct Removed {
    var gain: SteadyGain
    var audio: ContentHash
    var isFloat: Bool
    /// A row that has the same audio now: only the gain changed.
    var row: Int?
  }

  /// A term of the sum as it is.
  struct Current {
    /// nil: the audio of its input is not known yet.
    var term: SumBase.Term?
    /// nil: it moves.
    var gain: SteadyGain?
    var channelCount: Int
    /// The row of its input.
    var row: Int
    /// Of a frame of its audio, in bytes that are read: where it has to be made, no less than
    /// `cost(ofMaking:)`.
    var cost: Double
  }

  /// What a frame costs to make that takes so many ns, in bytes that could be read meanwhile.
  static func cost(ofMaking nanoseconds: Double) -> Double { nanoseconds / 0.4 }

  /// ns a frame of a track with some filters and a compressor.
  private static let usual = 10.0

  /// With more new terms than this a sum is added up again: they would all wait in memory for the
  /// last of them.
  static let mostAdded = 32

  /// Sums of fewer terms are added up again.
  static let leastTerms = 4

  /// nil: there is nothing to gain, or terms that move changed.
  ///
  /// - Parameters:
  ///   - terms: those that can be heard.
  ///   - isKept: whether audio that no term has any more can be read.
  init?(
    from base: SumBase, to terms: [Current], channelCount: Int,
    isKept: (ContentHash) -> Bool = { _ in true }
  ) {
    var kept: [ContentHash: Int] = [:]
    for term in base.terms { kept[term.identity, default: 0] += 1 }
    added = []
    removed = []
    // To be read besides the sum, and what all the work comes to in bytes read.
    var bytes = 0
    var work = Double(8 * channelCount)
    var wholeWork = 0.0
    for current in terms {
      wholeWork += current.cost
      if let identity = current.term?.identity, let count = kept[identity], count > 0 {
        kept[identity] = count - 1
        continue
      }
      guard let gain = current.gain else { return nil }
      bytes += 4 * gain.channelCount
      work += current.cost
      added.append((gain, current.row))
    }
    guard added.count <= Self.mostAdded else { return nil }
    for term in base.terms {
      guard let count = kept[term.identity], count > 0 else { continue }
      kept[term.identity] = count - 1
      guard let gain = term.gain else { return nil }
      let same = terms.first { $0.term?.audio == term.audio }
      if same == nil || !added.contains(where: { $0.row == same?.row }) {
        let read = 4 * gain.channelCount
        bytes += read
        work +=
          same?.cost ?? (isKept(term.audio) ? Double(read) : Self.cost(ofMaking: Self.usual))
      }
      removed.append(Removed(gain: gain, audio: term.audio, isFloat: term.isFloat, row: same?.row))
    }
    guard work < wholeWork else { return nil }
    before = base.sum
    isSmall = bytes <= Self.mostBesides * 8 * channelCount
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
    var floats: [ExactSum.FloatTerm] = []
    var others: [(gain: SteadyGain, audio: ChunkAudio)] = []
    for term in terms where !term.audio.isSilent {
      if term.audio.isFloat && before.channelCount == 2 {
        floats.append((term.audio, term.gain.left, term.gain.right))
      } else {
        others.append(term)
      }
    }
    if floats.isEmpty && others.isEmpty { return before }
    var sum = before
    if before.isSilent {
      sum = ChunkAudio(
        channelCount: before.channelCount, frameCount: before.frameCount, isFloat: false,
        from: memory)
      _ = sum.withDoubles { $0.fill(0) }
    }
    func add(to block: Block, from start: Int) -> Bool {
      if !floats.isEmpty {
        let isGood = ExactSum.add(
          floats, from: start, anew: false, to: block[0], block[block.channelCount - 1])
        if !isGood { return false }
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
        let end = min(sum.frameCount, start + blockFrames)
        let isGood = add(to: whole.slice(start..<end), from: start)
        sum.hash(upTo: end)
        return isGood
      }
    }
    guard isGood == true else { return nil }
    sum.dropIfSilent()
    return sum
  }
}
