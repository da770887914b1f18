internal import DSP
internal import Signal

/// Planar samples of a test: what goes in or comes out, a row a channel.
public typealias Rows = [[Double]]

/// Feeds a kernel stretches of a stream that starts at an absolute frame.
public final class KernelRun {
  public let kernel: any RunningKernel
  public let channelCount: Int
  public private(set) var frame: Int64
  private let kernelCase: KernelCase
  private let curveOrigin: Int64

  /// - Parameters:
  ///   - start: the absolute frame of the first sample.
  ///   - curveOrigin: the absolute frame of the curves' frame 0; nil: `start`.
  public init(
    _ kernelCase: KernelCase, rate: Int, channelCount: Int, start: Int64 = 0,
    curveOrigin: Int64? = nil
  ) {
    self.kernelCase = kernelCase
    self.channelCount = channelCount
    kernel = kernelCase.kernel(rate: rate, channelCount: channelCount)
    frame = start
    self.curveOrigin = curveOrigin ?? start
  }

  /// Output of `input` (and `key`), fed in blocks of the given sizes, repeated as needed.
  public func feed(_ input: Rows, key: Rows? = nil, blocks sizes: [Int] = [.max]) -> Rows {
    let count = input.first?.count ?? 0
    let channels = kernelCase.blockChannels(channelCount)
    var output = Rows(repeating: [], count: channels)
    for channel in 0..<channels { output[channel].reserveCapacity(count) }
    var done = 0
    var turn = 0
    while done < count {
      let length = min(max(1, sizes[turn % sizes.count]), min(count - done, 1 << 16))
      turn += 1
      let buffer = AudioBuffer(channelCount: channels, frameCapacity: length)
      let keys = AudioBuffer(channelCount: channelCount, frameCapacity: length)
      for channel in 0..<channels {
        let row = input[min(channel, input.count - 1)]
        for i in 0..<length { buffer.block[channel][i] = row[done + i] }
      }
      var context = Context(programmeFrame: frame)
      if kernelCase.hasKey {
        let rows = key ?? input
        for channel in 0..<channelCount {
          let row = rows[min(channel, rows.count - 1)]
          for i in 0..<length { keys.block[channel][i] = row[done + i] }
        }
        context.key = keys.block
      }
      var held: [AudioBuffer] = []
      context.curves = kernelCase.curves.map { curve in
        guard let curve else { return nil }
        let values = AudioBuffer(channelCount: 1, frameCapacity: length)
        curve.fill(values.block[0], from: frame - curveOrigin)
        held.append(values)
        return values.block[0]
      }
      withExtendedLifetime((buffer, keys, held)) {
        kernel.run(buffer.block, at: frame, context)
        for channel in 0..<channels {
          let samples = buffer.block[channel]
          for i in 0..<length { output[channel].append(samples[i]) }
        }
      }
      frame += Int64(length)
      done += length
    }
    return output
  }
}

/// Input that tests feed, the same on every run.
public enum TestSignal {
  /// Noise of triangular density between −`peak` and +`peak`, channels different.
  public static func noise(
    _ frames: Int, channels: Int = 1, seed: UInt64 = 1, peak: Double = 0.5
  ) -> Rows {
    (0..<channels).map { channel in
      let noise = Noise(seed: seed, channel: channel, purpose: .test)
      return (0..<frames).map { peak * noise.triangular(at: Int64($0)) }
    }
  }

  /// Digital silence.
  public static func silence(_ frames: Int, channels: Int = 1) -> Rows {
    Rows(repeating: [Double](repeating: 0, count: frames), count: channels)
  }

  /// One sample of `peak` at frame 0.
  public static func impulse(_ frames: Int, channels: Int = 1, peak: Double = 1) -> Rows {
    var rows = silence(frames, channels: channels)
    for channel in 0..<channels where frames > 0 { rows[channel][0] = peak }
    return rows
  }

  /// A sine of `frequency` Hz, the same in every channel.
  public static func sine(
    _ frames: Int, channels: Int = 1, frequency: Double, rate: Int, peak: Double = 1
  ) -> Rows {
    let step = Maths.phaseStep(frequency: frequency, rate: Double(rate))
    let row = (0..<frames).map { peak * Maths.sineCosine(phase: UInt64($0) &* step).sine }
    return Rows(repeating: row, count: channels)
  }

  /// Block sizes between 1 and `largest`, spread over the scales.
  public static func blockSizes(seed: UInt64, largest: Int = 3000) -> [Int] {
    let noise = Noise(seed: seed, channel: 99, purpose: .test)
    let octaves = Maths.log2(Double(largest))
    return (0..<64).map { Int(Maths.exp2(octaves * noise.uniform(at: Int64($0)))) }
  }
}

extension Array where Element == [Double] {
  /// The bit patterns of all rows.
  public var bits: [[UInt64]] { map { $0.map(\.bitPattern) } }

  /// The largest magnitude from `start` on.
  public func peak(from start: Int = 0) -> Double {
    reduce(0) { peak, row in
      row.dropFirst(start).reduce(peak) { Swift.max($0, $1.magnitude) }
    }
  }

  public func slice(_ range: Range<Int>) -> Rows { self.map { [Double]($0[range]) } }
}
