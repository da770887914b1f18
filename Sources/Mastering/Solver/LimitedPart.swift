internal import DSP
internal import Engine
internal import Loudness
internal import MixGraph
internal import Signal

/// What a limiter does to a part of a programme, for estimates: the mean squares of its gains in the
/// part's hops of 10 ms from its first frame, in single precision. It works on the highest of a few
/// neighbours each: its gains move slowly, and an estimate costs a quarter then.
final class LimitedPart: ChainedWork, @unchecked Sendable {
  // Proof for @unchecked Sendable: one action finds the squares, and they are read when all are done.
  let range: FrameRange
  private let source: any PiecedSource
  private let rate: Int
  private let heights: Heights
  private let limiter: LimiterGain
  private let name: String
  /// Linear.
  private let gain: Double
  private(set) var squares: [Float] = []

  /// Seconds of a part; the last may be shorter.
  private static let least: Int64 = 4
  private static let most: Int64 = 20
  /// Seconds that the limiter, at rest before them, hears ahead of the part.
  private static let warmUp = 1.0
  /// Frames around a frame that its height depends on at most.
  private static let reach: Int64 = 48
  private static let blockFrames: Int64 = 4096

  /// - Parameters:
  ///   - limiter: at rest; of `rate` over `step(rate:)`.
  ///   - name: of all that is done.
  ///   - gain: linear.
  init(
    _ range: FrameRange, of source: any PiecedSource, rate: Int, _ heights: Heights,
    _ limiter: LimiterGain, name: String, gain: Double
  ) {
    self.range = range
    self.source = source
    self.rate = rate
    self.heights = heights
    self.limiter = limiter
    self.name = name
    self.gain = gain
  }

  /// Frames that the limiter takes as one.
  static func step(rate: Int) -> Int {
    var step = 1
    while rate / (2 * step) >= 11_025 { step *= 2 }
    return step
  }

  /// Looks the squares up, or finds them.
  func find(_ store: Store?) throws(RenderFailure) {
    let bytes = try Chain(self, pieceCount: 1, store: store).advance(0) {
      $0.count % 4 == 0
    }
    squares = stride(from: 0, to: bytes.count - 3, by: 4).map { at in
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) })
    }
  }

  /// The parts of a programme: they begin where its pieces do, so that those behind a cut are what
  /// they were.
  static func ranges(of source: any PiecedSource, rate: Int) -> [FrameRange] {
    var ranges: [FrameRange] = []
    var start: Int64 = 0
    for piece in source.pieces where piece.range.end - start >= least * Int64(rate) {
      while piece.range.end - start > most * Int64(rate) {
        ranges.append(FrameRange(start, start + most * Int64(rate)))
        start += most * Int64(rate)
      }
      ranges.append(FrameRange(start, piece.range.end))
      start = piece.range.end
    }
    if start < source.frames { ranges.append(FrameRange(start, source.frames)) }
    return ranges
  }

  /// Energies of tenths of a second: those of their hops, times the squares.
  ///
  /// - Parameters:
  ///   - levels: of the programme without a gain, with the energies of its hops.
  ///   - parts: of the whole programme, in order; nil: nothing is held down.
  ///   - factor: linear.
  static func energies(_ levels: MeterTotal, parts: [LimitedPart]?, factor: Double) -> [Double] {
    var part = 0
    /// Hops of a part begin with it, and not with a second: the one in whose middle they are.
    func square(_ hop: Int, _ parts: [LimitedPart]) -> Double {
      let frames = MeterGrid.hop(hop, rate: levels.rate)
      let middle = (frames.start + frames.end) / 2
      while part + 1 < parts.count, middle >= parts[part].range.end { part += 1 }
      let squares = parts[part].squares
      let index = Int((middle - parts[part].range.start) * 100 / Int64(levels.rate))
      return squares.isEmpty ? 1 : Double(squares[max(0, min(squares.count - 1, index))])
    }
    return (0..<levels.hopCount / 10).map { tenth in
      var sum = 0.0
      for hop in (10 * tenth)..<(10 * tenth + 10) {
        sum += levels.energy(ofHop: hop) * (parts.map { $0.isEmpty ? 1 : square(hop, $0) } ?? 1)
      }
      return factor * factor * sum
    }
  }

  // MARK: Remembering

  private var from: Int64 { max(0, range.start - Int64(Self.warmUp * Double(rate))) }
  private var to: Int64 { range.end + ahead }
  private var ahead: Int64 { Int64(limiter.lookAhead * Self.step(rate: rate)) }

  func writeKey(_ piece: Int, to writer: inout DigestWriter) -> Bool {
    guard let content = source.identity(of: FrameRange(from - Self.reach, to + Self.reach)) else {
      return false
    }
    writer.field("estimate", 3)
    writer.field("limiter", Limiter.identity.revision)
    writer.field("rate", rate)
    writer.field("limited", name)
    writer.field("content", content)
    writer.field("before", range.start - from)
    writer.field("frames", range.length)
    return true
  }

  /// The frame behind a hop of the part.
  private func hopEnd(_ hop: Int) -> Int64 {
    min(range.end, range.start + MeterGrid.hop(hop, rate: rate).end)
  }

  func encodedState() -> [UInt8] { [] }
  func restore(_ bytes: [UInt8]?, before piece: Int) {}

  func perform(_ piece: Int) throws(RenderFailure) -> [UInt8] {
    var limiter = limiter
    let step = Self.step(rate: rate)
    let row = AudioBuffer(channelCount: 1, frameCapacity: Int(Self.blockFrames))
    var bytes: [UInt8] = []
    var hop = 0
    var end = hopEnd(hop)
    var (sum, count) = (0.0, 0)
    var at = from
    while at < to {
      let next = min(to, at + Self.blockFrames)
      let block = row.block(Int(next - at))
      try heights.read(FrameRange(at, next), into: block)
      let gains = Self.highest(of: step, in: block[0])
      limiter.process(gains, gain: gain, into: gains)
      var frame = at - ahead
      for index in gains.indices where frame < range.end {
        if frame >= end {
          Self.append(sum / Double(max(1, count)), to: &bytes)
          (sum, count) = (0, 0)
          hop += 1
          end = hopEnd(hop)
        }
        if frame >= range.start {
          sum += gains[index] * gains[index]
          count += 1
        }
        frame += Int64(step)
      }
      at = next
    }
    if count > 0 { Self.append(sum / Double(count), to: &bytes) }
    return bytes
  }

  private static func append(_ square: Double, to bytes: inout [UInt8]) {
    let bits = Float(square).bitPattern
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }

  /// The highest of each `step` neighbours, in the memory of the first of them.
  private static func highest(of step: Int, in heights: Samples) -> Samples {
    if step == 1 { return heights }
    let count = (heights.count + step - 1) / step
    for index in 0..<count {
      var highest = heights[step * index]
      for other in (step * index + 1)..<min(heights.count, step * index + step) {
        highest = max(highest, heights[other])
      }
      heights[index] = highest
    }
    return heights.slice(0..<count)
  }
}
