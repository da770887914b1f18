public import Signal

/// What one channel did in a tenth of a second.
public struct ChannelTenth: Hashable, Sendable {
  public var sum = 0.0
  public var sumOfSquares = 0.0
  /// Linear, on the samples.
  public var samplePeak = 0.0
  /// Linear, between the samples too.
  public var truePeak = 0.0
  /// The same by the standard's own table where it is higher than in all the programme since the
  /// last multiple of 2^18 frames; else 0.
  public var tableTruePeak = 0.0
  public var interSampleOvers = 0
  /// Runs of three and more samples at full scale that reached their third sample here.
  public var clippedRuns = 0
}

/// A tenth of a second of programme; the last of a programme may be shorter.
public struct Tenth: Hashable, Sendable {
  public var frames = 0
  public var channels: [ChannelTenth]
  /// Σ L·R of the first two channels.
  public var product = 0.0
  /// Of the first two channels by bands.
  var fold = FoldBands.Sums()

  init(channelCount: Int) {
    channels = Array(repeating: ChannelTenth(), count: channelCount)
  }
}

/// What was measured between two moments of a programme. Partials of consecutive stretches,
/// joined in order, are what one meter over the whole would have found, bit for bit.
public struct MeterPartial: Hashable, Sendable {
  /// Weighted energy (Σ G·z², not divided by frames) of each completed hop of 10 ms.
  public var hops: [Double] = []
  public var tenths: [Tenth] = []
  /// First and last frame above −60 dBFS, from the programme's start; nil when there is none.
  public var firstSound: Int64?
  public var lastSound: Int64?
  /// Frames measured.
  public var frames: Int64 = 0
  /// Summed power per third of an octave, in 2^-64 of full scale squared; empty when not asked
  /// for. Integers, so that the order of adding does not matter.
  public var spectrum: [UInt128] = []
  public var spectrumWindows = 0
  /// The same of the first two channels alone, and of half their sum; empty with one channel.
  public var pairSpectrum: [UInt128] = []
  public var foldedSpectrum: [UInt128] = []

  public init() {}

  /// Lets the places of sounds count from `frames` further ahead.
  public mutating func move(by frames: Int64) {
    firstSound = firstSound.map { $0 + frames }
    lastSound = lastSound.map { $0 + frames }
  }

  /// Adds the stretch that follows.
  public mutating func append(_ next: MeterPartial) {
    hops.append(contentsOf: next.hops)
    tenths.append(contentsOf: next.tenths)
    appendRest(of: next)
  }

  /// Adds everything but hops and tenths.
  mutating func appendRest(of next: MeterPartial) {
    firstSound = firstSound ?? next.firstSound
    lastSound = next.lastSound ?? lastSound
    frames += next.frames
    Self.add(next.spectrum, to: &spectrum)
    Self.add(next.pairSpectrum, to: &pairSpectrum)
    Self.add(next.foldedSpectrum, to: &foldedSpectrum)
    spectrumWindows += next.spectrumWindows
  }

  private static func add(_ next: [UInt128], to powers: inout [UInt128]) {
    if powers.isEmpty {
      powers = next
      return
    }
    for (band, power) in next.enumerated() where band < powers.count { powers[band] &+= power }
  }
}

extension MeterPartial {
  /// Canonical bytes, for a record.
  public var encoded: [UInt8] {
    var writer = StateWriter()
    writer.write(hops.count)
    writer.write(hops)
    writer.write(tenths.count)
    writer.write(tenths.first?.channels.count ?? 0)
    for tenth in tenths {
      writer.write(tenth.frames)
      writer.write(tenth.product)
      for sums in [tenth.fold.low, tenth.fold.high] {
        writer.write(sums.x)
        writer.write(sums.y)
      }
      for channel in tenth.channels {
        writer.write(channel.sum)
        writer.write(channel.sumOfSquares)
        writer.write(channel.samplePeak)
        writer.write(channel.truePeak)
        writer.write(channel.tableTruePeak)
        writer.write(channel.interSampleOvers)
        writer.write(channel.clippedRuns)
      }
    }
    writer.write(Int(firstSound ?? -1))
    writer.write(Int(lastSound ?? -1))
    writer.write(Int(frames))
    for powers in [spectrum, pairSpectrum, foldedSpectrum] {
      writer.write(powers.count)
      for power in powers {
        writer.write(UInt64(truncatingIfNeeded: power))
        writer.write(UInt64(truncatingIfNeeded: power >> 64))
      }
    }
    writer.write(spectrumWindows)
    return writer.bytes
  }

  /// Reads what `encoded` gave.
  public init(encoded bytes: [UInt8]) throws(StateError) {
    var reader = StateReader(bytes)
    func count(_ reader: inout StateReader) throws(StateError) -> Int {
      let value = try reader.readInt()
      guard value >= 0, value <= bytes.count else { throw StateError() }
      return value
    }
    hops = try reader.readDoubles(try count(&reader))
    let tenthCount = try count(&reader)
    let channelCount = try count(&reader)
    for _ in 0..<tenthCount {
      var tenth = Tenth(channelCount: channelCount)
      tenth.frames = try reader.readInt()
      tenth.product = try reader.readDouble()
      tenth.fold.low = SIMD2(try reader.readDouble(), try reader.readDouble())
      tenth.fold.high = SIMD2(try reader.readDouble(), try reader.readDouble())
      for channel in 0..<channelCount {
        var value = ChannelTenth()
        value.sum = try reader.readDouble()
        value.sumOfSquares = try reader.readDouble()
        value.samplePeak = try reader.readDouble()
        value.truePeak = try reader.readDouble()
        value.tableTruePeak = try reader.readDouble()
        value.interSampleOvers = try reader.readInt()
        value.clippedRuns = try reader.readInt()
        tenth.channels[channel] = value
      }
      tenths.append(tenth)
    }
    let first = Int64(try reader.readInt())
    let last = Int64(try reader.readInt())
    firstSound = first < 0 ? nil : first
    lastSound = last < 0 ? nil : last
    frames = Int64(try reader.readInt())
    func powers(_ reader: inout StateReader) throws(StateError) -> [UInt128] {
      var powers: [UInt128] = []
      for _ in 0..<(try count(&reader)) {
        let low = UInt128(try reader.readUInt64())
        powers.append(low | UInt128(try reader.readUInt64()) << 64)
      }
      return powers
    }
    spectrum = try powers(&reader)
    pairSpectrum = try powers(&reader)
    foldedSpectrum = try powers(&reader)
    spectrumWindows = try reader.readInt()
  }
}
