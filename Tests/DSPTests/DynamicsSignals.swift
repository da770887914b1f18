import DSP
import Foundation
import Signal

/// Test signals as arrays, and kernels run over them in one piece.
enum TestAudio {
  static func sine(
    _ frequency: Double, _ decibels: Double, frames: Int, rate: Double = 48000, phase: Double = 0
  ) -> [Double] {
    let amplitude = pow(10, decibels / 20)
    return (0..<frames).map {
      amplitude * sin(2 * .pi * (frequency * Double($0) / rate) + phase)
    }
  }

  /// White noise in −1...1 from a seeded generator.
  static func noise(_ frames: Int, seed: UInt64) -> [Double] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<frames).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Double(Int64(bitPattern: state)) * 0x1p-63
    }
  }

  /// Runs `kernel` over the channels, in blocks of `size` frames.
  static func render<K: Kernel>(
    _ kernel: inout K, _ channels: [[Double]], key: [[Double]]? = nil, curves: [[Double]?] = [],
    size: Int = 4096
  ) -> [[Double]] {
    let frames = channels[0].count
    let audio = buffer(channels)
    let keyAudio = key.map(buffer)
    let curveAudio = curves.map { $0.map { buffer([$0]) } }
    var done = 0
    while done < frames {
      let range = done..<min(frames, done + size)
      let context = Context(
        key: keyAudio?.block.slice(range), programmeFrame: Int64(done),
        curves: curveAudio.map { $0?.block[0].slice(range) })
      kernel.run(audio.block.slice(range), at: Int64(done), context)
      done = range.upperBound
    }
    return (0..<channels.count).map { channel in
      (0..<frames).map { audio.block[channel][$0] }
    }
  }

  private static func buffer(_ channels: [[Double]]) -> AudioBuffer {
    let buffer = AudioBuffer(channelCount: channels.count, frameCapacity: channels[0].count)
    for (channel, samples) in channels.enumerated() {
      for (i, value) in samples.enumerated() { buffer.block[channel][i] = value }
    }
    return buffer
  }

  /// Equal sample for sample (a plain answer: a failed comparison of arrays prints them).
  static func same(_ a: some Sequence<Double>, _ b: some Sequence<Double>) -> Bool {
    a.elementsEqual(b)
  }

  static func rms(_ samples: some Sequence<Double>) -> Double {
    var (sum, count) = (0.0, 0.0)
    for x in samples {
      sum += x * x
      count += 1
    }
    return (sum / max(1, count)).squareRoot()
  }

  static func decibels(_ ratio: Double) -> Double { 20 * log10(ratio) }

  /// Amplitude of the component at `frequency` (whole periods in the samples give exact values).
  static func component(_ samples: ArraySlice<Double>, _ frequency: Double, rate: Double = 48000)
    -> Double
  {
    var (re, im) = (0.0, 0.0)
    for (i, x) in samples.enumerated() {
      let angle = 2 * Double.pi * frequency * Double(i) / rate
      re += x * cos(angle)
      im += x * sin(angle)
    }
    return 2 * (re * re + im * im).squareRoot() / Double(samples.count)
  }
}

let mono48 = StreamFormat(rate: 48000, channelCount: 1)
let stereo48 = StreamFormat(rate: 48000, channelCount: 2)
