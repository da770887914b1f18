internal import DSP
internal import MixGraph
internal import SessionModel
internal import Signal

/// Adds terms exactly: each delayed, placed, levelled and rounded to the grid.
final class SumRunner {
  let terms: [Term]
  let readers: [AutomationReader]
  private var delays: [AlignmentDelay?]
  /// Gains of terms that stand still.
  private let steady: [SteadyGain?]
  private let scratch: AudioBuffer
  private let gains: AudioBuffer

  /// Scratch rows of `gains`.
  private enum Row { static let gain = 0, curve = 1, left = 2, right = 3 }

  init(_ terms: [Term], timeline: Timeline, onProgramme: [Bool], blockFrames: Int) {
    self.terms = terms
    readers = onProgramme.map { AutomationReader(timeline, onProgramme: $0) }
    delays = terms.map {
      $0.delay > 0 ? AlignmentDelay(frames: $0.delay, channelCount: $0.inputChannels) : nil
    }
    steady = terms.map { SteadyGain($0) }
    scratch = AudioBuffer(channelCount: 2, frameCapacity: blockFrames)
    gains = AudioBuffer(channelCount: 4, frameCapacity: blockFrames)
  }

  /// Sums into `block`, frames `offset…` of the input chunks.
  ///
  /// - Parameter programme: programme frame that the sums' automation stands at for the block's
  ///   first frame.
  /// - Returns: the index of a term that is too large or not finite, if there is one.
  func render(
    _ block: Block, offset: Int, programme: Int64, inputs: [ChunkAudio], slots: [Int]
  ) -> Int? {
    add(
      terms.indices.map { ($0, inputs[slots[$0]]) }, to: block, anew: true, offset: offset,
      programme: programme)
  }

  /// Adds terms, each with its audio, to what `block` holds; the rest is as in `render`.
  ///
  /// - Parameter anew: nothing yet, whatever stands there.
  func add(
    _ wanted: [(term: Int, audio: ChunkAudio)], to block: Block, anew: Bool, offset: Int,
    programme: Int64
  ) -> Int? {
    let count = block.frameCount
    var isEmpty = anew
    var culprit: Int?
    var floats: [ExactSum.FloatTerm] = []
    for (index, chunk) in wanted {
      if chunk.isSilent && delays[index] == nil { continue }
      if let gains = steady[index], chunk.isFloat, block.channelCount == 2 {
        if !gains.isSilent { floats.append((chunk, gains.left, gains.right)) }
        continue
      }
      if isEmpty { block.fill(0) }
      isEmpty = false
      let term = terms[index]
      let part = audio(of: index, chunk, count, offset)
      if term.isPart {
        for channel in 0..<block.channelCount { ExactSum.add(part[channel], to: block[channel]) }
        continue
      }
      let row = gains.block(count)
      let gain = readers[index].gain(
        of: term.levels, from: programme, scratch: row[Row.gain], curveScratch: row[Row.curve])
      if gain == .constant(0) { continue }
      if add(term, readers[index], part, gain, row, programme, to: block) > 0 && culprit == nil {
        culprit = index
      }
    }
    var isBad = false
    if !floats.isEmpty {
      isBad = !ExactSum.add(floats, from: offset, anew: isEmpty, to: block[0], block[1])
      isEmpty = false
    }
    if isEmpty { block.fill(0) }
    return isBad ? firstCulprit(wanted, block.frameCount, offset, culprit) : culprit
  }

  /// A term's delayed audio: where it stands if nothing is done to it, else a copy.
  private func audio(of index: Int, _ chunk: ChunkAudio, _ count: Int, _ offset: Int) -> Block {
    if terms[index].placement == nil, delays[index] == nil,
      let view = chunk.view(from: offset, count: count)
    {
      return view
    }
    let part = scratch.block(count).channels(terms[index].inputChannels)
    chunk.load(into: part, at: offset)
    delays[index]?.process(part)
    return part
  }

  /// Which term is too large: looked for when one is.
  private func firstCulprit(
    _ wanted: [(term: Int, audio: ChunkAudio)], _ count: Int, _ offset: Int, _ known: Int?
  ) -> Int? {
    for (index, audio) in wanted {
      if index == known { return index }
      guard let gains = steady[index], !audio.isSilent else { continue }
      let part = scratch.block(count).channels(audio.channelCount)
      audio.load(into: part, at: offset)
      let last = part[part.channelCount - 1]
      for i in 0..<count {
        let (left, right) = (part[0][i] * gains.left, last[i] * gains.right)
        if !(left.magnitude < 128 && right.magnitude < 128) { return index }
      }
    }
    return known
  }

  private func add(
    _ term: Term, _ reader: AutomationReader, _ part: Block, _ gain: BlockGain, _ row: Block,
    _ programme: Int64, to block: Block
  ) -> Int {
    guard let placement = term.placement else {
      var bad = 0
      for channel in 0..<block.channelCount {
        let samples = part[min(channel, part.channelCount - 1)]
        switch gain {
        case .constant(let value): bad += ExactSum.add(samples, gain: value, to: block[channel])
        case .varying: bad += ExactSum.add(samples, gains: row[Row.gain], to: block[channel])
        }
      }
      return bad
    }
    if part.channelCount == 2 { widen(part, placement.width, reader, row[Row.curve], programme) }
    let range = FrameRange(programme, programme + Int64(part.frameCount))
    var pan: Double?
    switch placement.pan {
    case .number(let value): pan = value
    case .curve(let curve): pan = reader.constant(curve, over: range)
    default: pan = 0
    }
    var bad = 0
    if let pan, case .constant(let level) = gain {
      let sides = Placing.gains(pan: pan, law: placement.law, inputChannels: part.channelCount)
      bad += ExactSum.add(part[0], gain: level * sides.left, to: block[0])
      bad += ExactSum.add(part[part.channelCount - 1], gain: level * sides.right, to: block[1])
      return bad
    }
    let left = row[Row.left]
    let right = row[Row.right]
    if let pan {
      let sides = Placing.gains(pan: pan, law: placement.law, inputChannels: part.channelCount)
      left.fill(sides.left)
      right.fill(sides.right)
    } else if case .curve(let curve) = placement.pan {
      reader.fill(row[Row.curve], with: curve, from: programme)
      for i in left.indices {
        let sides = Placing.gains(
          pan: row[Row.curve][i], law: placement.law, inputChannels: part.channelCount)
        left[i] = sides.left
        right[i] = sides.right
      }
    }
    switch gain {
    case .constant(let level):
      for i in left.indices {
        left[i] = level * left[i]
        right[i] = level * right[i]
      }
    case .varying:
      let level = row[Row.gain]
      for i in left.indices {
        left[i] = level[i] * left[i]
        right[i] = level[i] * right[i]
      }
    }
    bad += ExactSum.add(part[0], gains: left, to: block[0])
    bad += ExactSum.add(part[part.channelCount - 1], gains: right, to: block[1])
    return bad
  }

  /// L' = M + wS, R' = M − wS as a matrix; width 100 % is left alone.
  private func widen(
    _ part: Block, _ width: ResolvedSetting, _ reader: AutomationReader, _ scratch: Samples,
    _ programme: Int64
  ) {
    let left = part[0]
    let right = part[1]
    func apply(_ percent: Double, _ i: Int) {
      let w = percent / 100
      let a = (1 + w) / 2
      let b = (1 - w) / 2
      let (l, r) = (left[i], right[i])
      left[i] = a * l + b * r
      right[i] = b * l + a * r
    }
    switch width {
    case .number(let percent):
      if percent == 100 { return }
      for i in left.indices { apply(percent, i) }
    case .curve(let curve):
      reader.fill(scratch, with: curve, from: programme)
      for i in left.indices where scratch[i] != 100 { apply(scratch[i], i) }
    default: return
    }
  }

  func encodeState(into writer: inout StateWriter) {
    for delay in delays { delay?.encodeState(into: &writer) }
  }

  func restoreState(from reader: inout StateReader) throws(StateError) {
    for index in delays.indices { try delays[index]?.restoreState(from: &reader) }
  }

  func reset() {
    for index in delays.indices { delays[index]?.reset() }
  }
}
