public import AudioFiles
public import SessionModel
internal import Signal

/// What is left of the finished mix when the finished stems are taken from it.
public struct StemsProof: Hashable, Sendable {
  /// dBFS; the largest sample of mix − Σ stems. −∞: they are equal.
  public var residual: Double
  /// Frame of that sample.
  public var frame: Int64

  public init(residual: Double, frame: Int64) {
    self.residual = residual
    self.frame = frame
  }

  /// dBFS; below it the files' rounding explains the difference.
  public static let rounding = -120.0

  /// Why the stems of a session cannot sum to its mix, as far as the session says, a sentence
  /// each.
  public static func explanations(_ session: ResolvedSession) -> [String] {
    var sentences: [String] = []
    for (index, strip) in session.strips.enumerated() where strip.kind == .track && !strip.isMuted {
      var path: Set<StripID> = [StripID(index)]
      var next = strip.output
      while let id = next, path.insert(id).inserted { next = session.strips[id.index].output }
      let stems = session.stems.filter { stem in stem.members.contains { path.contains($0) } }
      if stems.isEmpty { sentences.append("'\(strip.name)' is in no stem") }
      if stems.count > 1 {
        let names = stems.map { "'\($0.name)'" }.joined(separator: " and ")
        sentences.append("'\(strip.name)' is in \(names)")
      }
    }
    let members = Set(session.stems.flatMap(\.members))
    let shared = session.strips.enumerated().filter { index, strip in
      strip.kind == .bus && !strip.isMuted && !members.contains(StripID(index))
    }.map(\.element)
    for strip in shared + [session.mix] {
      for insert in strip.inserts where nonlinear.contains(insert.processor) {
        sentences.append(
          "the \(insert.processor) '\(insert.name)' of '\(strip.name)' is not linear: what it does to a sum is not the sum of what it does to the parts"
        )
      }
    }
    if session.mixBits < 32 {
      sentences.append("stems and mix are each rounded to \(session.mixBits) bits with dither")
    }
    return sentences
  }

  /// Processors whose output for a sum is not the sum of outputs, and which no shared detector
  /// makes so.
  static let nonlinear: Set<String> = ["saturation"]

  /// Reads the files side by side; what ends earlier is silence behind its end.
  ///
  /// - Throws: as `SoundFileReader`; `.unsupported` when rates or channel counts differ.
  /// - Complexity: one pass; memory does not grow with the files.
  public static func compare(mix: String, stems: [String]) throws(SoundFileError) -> StemsProof {
    let blockFrames = 1 << 14
    let mixReader = try SoundFileReader(path: mix)
    var readers: [SoundFileReader] = []
    for stem in stems { readers.append(try SoundFileReader(path: stem)) }
    for reader in readers
    where reader.facts.rate != mixReader.facts.rate
      || reader.facts.channelCount != mixReader.facts.channelCount
    {
      throw .unsupported("stems and mix differ in rate or channels")
    }
    let channels = mixReader.facts.channelCount
    let sum = AudioBuffer(channelCount: channels, frameCapacity: blockFrames)
    let part = AudioBuffer(channelCount: channels, frameCapacity: blockFrames)
    let length = ([mixReader] + readers).map(\.facts.frames).max() ?? 0
    var peak = 0.0
    var place: Int64 = 0
    var start: Int64 = 0
    while start < length {
      let count = Int(min(Int64(blockFrames), length - start))
      let block = sum.block(count)
      try fill(block, from: mixReader, at: start)
      for reader in readers {
        let other = part.block(count)
        try fill(other, from: reader, at: start)
        for channel in 0..<channels {
          let (a, b) = (block[channel], other[channel])
          for i in 0..<count { a[i] -= b[i] }
        }
      }
      for channel in 0..<channels {
        let samples = block[channel]
        for i in 0..<count where samples[i].magnitude > peak {
          peak = samples[i].magnitude
          place = start + Int64(i)
        }
      }
      start += Int64(count)
    }
    return StemsProof(residual: gainToDecibels(peak), frame: place)
  }

  private static func fill(
    _ block: Block, from reader: SoundFileReader, at start: Int64
  ) throws(SoundFileError) {
    block.fill(0)
    let count = Int(max(0, min(Int64(block.frameCount), reader.facts.frames - start)))
    if count > 0 {
      try reader.read(
        at: start, into: block.slice(0..<count), channels: Array(0..<block.channelCount))
    }
  }
}
