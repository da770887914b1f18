internal import CLanes
import Signal

/// One or two streams convolved with a long response, N frames at a time, each part of N taps by its
/// transform; all parts' products are added before the one way back.
///
/// The memory of input is a ring of blocks on a grid; what comes out of a block depends on the samples
/// in the ring and on where the grid lies, and on nothing else.
///
/// - Source: A. Torger, A. Farina, "Real-time partitioned convolution for Ambiophonics surround
///   sound", IEEE WASPAA 2001 (uniform partitions, overlap-save).
final class PartitionedResponse {
  /// N.
  let blockFrames: Int
  let inputs: Int
  let outputs: Int
  /// Parts of the response.
  let parts: Int
  /// Frames of input that the future depends on.
  var historyFrames: Int { (parts + 2) * blockFrames }

  /// Doubles between rows of spectra, so that they do not all fall into the same lines of a cache.
  private static let gap = 40

  private let transform: FoldedTransform
  /// (parts + 3) blocks for each input.
  private var ring: AudioBuffer
  private var spare: AudioBuffer
  /// Block of the ring that is being filled.
  private var current: Int
  /// Whether a block of the ring holds anything but zeros, an input after the other.
  private var isSounding: [Bool]
  /// Spectra of the newest pairs of blocks, a row each: inputs · parts, newest at `newest`.
  private let past: AudioBuffer
  private var isPastSounding: [Bool]
  private var newest = 0
  /// Spectra of the response's parts, a row each: paths · parts.
  private let response: AudioBuffer
  private let isPartSounding: [Bool]
  private let bins: AudioBuffer
  /// For each output the products of the next pair of blocks that are known: those of all parts but the
  /// first. There every other time.
  private let ahead: AudioBuffer
  private var isAhead = false
  private var isAheadSounding: [Bool]
  private let result: AudioBuffer
  private let terms: Terms

  /// Addresses of the spectra that a product is made of.
  private final class Terms {
    typealias Address = UnsafePointer<Double>?
    let x: UnsafeMutablePointer<Address>
    let h: UnsafeMutablePointer<Address>
    /// The next parts of the response.
    let g: UnsafeMutablePointer<Address>
    init(capacity: Int) {
      x = .allocate(capacity: max(1, capacity))
      h = .allocate(capacity: max(1, capacity))
      g = .allocate(capacity: max(1, capacity))
    }
    deinit {
      x.deallocate()
      h.deallocate()
      g.deallocate()
    }
  }

  /// - Parameters:
  ///   - rows: one for both or each of the channels, or four: left to left, left to right, right to
  ///     left, right to right.
  ///   - blockFrames: a power of four.
  init(_ rows: [[Double]], channelCount: Int, blockFrames: Int) {
    self.blockFrames = blockFrames
    inputs = channelCount
    outputs = channelCount
    let taps = rows.first?.count ?? 0
    parts = (taps + blockFrames - 1) / blockFrames
    transform = FoldedTransform(count: blockFrames)
    ring = AudioBuffer(channelCount: inputs, frameCapacity: (parts + 3) * blockFrames)
    spare = AudioBuffer(channelCount: inputs, frameCapacity: (parts + 3) * blockFrames)
    current = parts + 2
    isSounding = Array(repeating: false, count: inputs * (parts + 3))
    past = AudioBuffer(
      channelCount: max(1, inputs * parts), frameCapacity: 2 * blockFrames + Self.gap)
    isPastSounding = Array(repeating: false, count: inputs * parts)
    bins = AudioBuffer(channelCount: 1, frameCapacity: 2 * blockFrames)
    ahead = AudioBuffer(channelCount: outputs, frameCapacity: 2 * blockFrames)
    isAheadSounding = Array(repeating: false, count: outputs)
    result = AudioBuffer(channelCount: outputs, frameCapacity: blockFrames)
    terms = Terms(capacity: inputs * parts)
    response = AudioBuffer(
      channelCount: max(1, rows.count * parts), frameCapacity: 2 * blockFrames + Self.gap)
    isPartSounding = Self.write(rows, parts, transform, into: response)
  }

  /// Transforms of the parts, each with N zeros behind it, over N. Whether each holds anything.
  private static func write(
    _ rows: [[Double]], _ parts: Int, _ transform: FoldedTransform, into response: AudioBuffer
  ) -> [Bool] {
    let count = transform.count
    let taps = AudioBuffer(channelCount: 2, frameCapacity: count)
    let scale = 1 / Double(count)
    var isSounding: [Bool] = []
    for (index, row) in rows.enumerated() {
      for part in 0..<parts {
        let own = row.dropFirst(part * count).prefix(count)
        taps.block[0].fill(0)
        for (k, value) in own.enumerated() { taps.block[0][k] = value * scale }
        isSounding.append(own.contains { $0 != 0 })
        transform.forward(
          taps.block[0].address, taps.block[1].address,
          into: response.block[index * parts + part].address)
      }
    }
    return isSounding
  }

  // MARK: Streams

  /// Takes frames `phase…` of the current block; −0 as +0.
  func take(_ samples: Samples, input: Int, at phase: Int) {
    let place = ring.block[input].slice(blockRange(current)).slice(
      phase..<(phase + samples.count))
    for i in samples.indices { place[i] = samples[i] + 0.0 }
  }

  /// Output frames that go out while the current block comes in.
  func output(_ channel: Int) -> Samples { result.block[channel] }

  /// The input `delay` (at most 2 N) frames before frame `phase` of the current block, up to the ring's
  /// edge and behind it.
  func delayed(_ input: Int, at phase: Int, by delay: Int, count: Int) -> (Samples, Samples) {
    let row = ring.block[input]
    let capacity = (parts + 3) * blockFrames
    let start = (current * blockFrames + phase - delay + capacity) % capacity
    let first = min(count, capacity - start)
    return (row.slice(start..<(start + first)), row.slice(0..<(count - first)))
  }

  private func blockRange(_ index: Int) -> Range<Int> {
    (index * blockFrames)..<((index + 1) * blockFrames)
  }

  /// The current block is full: computes its output and begins the next.
  func turnOver() {
    let blocks = parts + 3
    for input in 0..<inputs { look(input, current) }
    if parts > 0 {
      newest = (newest + 1) % parts
      for input in 0..<inputs { transformPair(input, ending: current, into: newest) }
    }
    multiply()
    current = (current + 1) % blocks
  }

  private func look(_ input: Int, _ index: Int) {
    let samples = ring.block[input].slice(blockRange(index))
    var any: UInt64 = 0
    for i in samples.indices { any |= samples[i].bitPattern }
    isSounding[input * (parts + 3) + index] = any != 0
  }

  private func transformPair(_ input: Int, ending index: Int, into slot: Int) {
    let blocks = parts + 3
    let before = (index + blocks - 1) % blocks
    let row = input * parts + slot
    isPastSounding[row] = isSounding[input * blocks + before] || isSounding[input * blocks + index]
    guard isPastSounding[row] else { return }
    let samples = ring.block[input].address
    transform.forward(
      samples + before * blockFrames, samples + index * blockFrames, into: past.block[row].address)
  }

  /// Row of the response from an input to an output.
  private func path(_ input: Int, _ output: Int) -> Int? {
    let paths = isPartSounding.count / max(1, parts)
    if paths == 4 { return 2 * input + output }
    return input == output ? min(input, paths - 1) : nil
  }

  /// Computes the result of the newest pairs of blocks: products of the last part first, of the first
  /// part last. Every other time, what the next result takes of these pairs is added up in the same
  /// pass, so that most spectra are read once for two results.
  private func multiply() {
    for output in 0..<outputs {
      let isSounding = isAhead ? addNewest(output) : addAll(output)
      let sum = isAhead ? ahead.block[output].address : bins.block[0].address
      if isSounding {
        transform.inverse(sum, into: result.block[output].address)
      } else {
        result.block[output].fill(0)
      }
    }
    isAhead.toggle()
  }

  /// The first part's products, to those of the others.
  ///
  /// - Returns: whether there are any.
  private func addNewest(_ output: Int) -> Bool {
    let list = list(output, parts: 0..<min(1, parts))
    if !isAheadSounding[output] { ahead.block[output].fill(0) }
    lanes_spectra(terms.x, terms.h, list.count, blockFrames, ahead.block[output].address)
    return isAheadSounding[output] || list.isSounding
  }

  /// All products, and those of the next result but the first part's.
  private func addAll(_ output: Int) -> Bool {
    let list = list(output, parts: 0..<parts)
    isAheadSounding[output] = list.isNextSounding
    guard list.count > 0 else { return false }
    lanes_two_spectra(
      terms.x, terms.h, terms.g, list.count, blockFrames, bins.block[0].address,
      ahead.block[output].address)
    return list.isSounding
  }

  /// Puts the factors of an output's products into `terms`, the last part first.
  ///
  /// - Returns: how many, and whether any product of them is something, with the parts and with the
  ///   next ones.
  private func list(
    _ output: Int, parts range: Range<Int>
  ) -> (count: Int, isSounding: Bool, isNextSounding: Bool) {
    var list = (count: 0, isSounding: false, isNextSounding: false)
    for part in range.reversed() {
      for input in 0..<inputs {
        guard let path = path(input, output) else { continue }
        let slot = input * parts + (newest + parts - part) % parts
        let row = path * parts + part
        let hasNext = part + 1 < parts
        guard isPastSounding[slot] else { continue }
        list.isSounding = list.isSounding || isPartSounding[row]
        list.isNextSounding = list.isNextSounding || hasNext && isPartSounding[row + 1]
        terms.x[list.count] = UnsafePointer(past.block[slot].address)
        terms.h[list.count] = UnsafePointer(response.block[row].address)
        terms.g[list.count] = hasNext ? UnsafePointer(response.block[row + 1].address) : nil
        list.count += 1
      }
    }
    return list
  }

  // MARK: State

  /// Moves the grid so that the next frame is frame `phase` of the current block, and computes
  /// everything from the samples anew.
  ///
  /// - Parameter filled: frames of the current block that have come in.
  func align(from filled: Int, to phase: Int) {
    let frames = historyFrames
    for input in 0..<inputs {
      copyHistory(input, filled, to: spare.block[input].slice(phase..<(phase + frames)))
    }
    swap(&ring, &spare)
    current = parts + 2
    for input in 0..<inputs { for index in 0..<(parts + 3) { look(input, index) } }
    isAhead = false
    if parts > 0 {
      newest = 0
      for input in 0..<inputs {
        for part in 0..<parts {
          transformPair(input, ending: parts + 1 - part, into: (parts - part) % parts)
        }
      }
    }
    multiply()
  }

  private func copyHistory(_ input: Int, _ filled: Int, to target: Samples) {
    let row = ring.block[input]
    let capacity = (parts + 3) * blockFrames
    let end = current * blockFrames + filled
    let start = ((end - historyFrames) % capacity + capacity) % capacity
    let first = min(historyFrames, capacity - start)
    target.slice(0..<first).copy(from: row.slice(start..<(start + first)))
    target.slice(first..<historyFrames).copy(from: row.slice(0..<(historyFrames - first)))
  }

  /// Oldest first.
  func encode(filled: Int, into writer: inout StateWriter) {
    for input in 0..<inputs {
      let target = spare.block[input].slice(0..<historyFrames)
      copyHistory(input, filled, to: target)
      writer.write(target)
    }
  }

  /// Afterwards no frame of the current block has come in; `align` has to follow.
  func restore(from reader: inout StateReader) throws(StateError) {
    current = parts + 2
    for input in 0..<inputs {
      try reader.read(into: ring.block[input].slice(0..<historyFrames))
    }
  }

  func reset() {
    ring.block.fill(0)
    result.block.fill(0)
    current = parts + 2
    newest = 0
    isAhead = false
    for index in isSounding.indices { isSounding[index] = false }
    for index in isPastSounding.indices { isPastSounding[index] = false }
  }
}
