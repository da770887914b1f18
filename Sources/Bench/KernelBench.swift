import DSP
import Loudness
import Signal

/// Times kernels alone, on one thread, on noise that plays drums: 8 strokes a second.
enum KernelBench {
  private static let rate = 48000
  private static let blockFrames = 512
  private static let frames = 1 << 19

  static func run(into results: inout Results) {
    for channels in 1...2 {
      let suffix = channels == 1 ? ", mono" : ", stereo"
      time("biquad, one section" + suffix, filters(1, channels), channels, per: 1, &results)
      time("biquad, of five" + suffix, filters(5, channels), channels, per: 5, &results)
      var compressor = Compressor.Parameters(threshold: -24)
      compressor.ratio = 3
      compressor.release = .seconds(0.12)
      time("compressor" + suffix, make(Compressor.self, compressor, channels), channels, &results)
      time(
        "gate" + suffix, make(Gate.self, Gate.Parameters(threshold: -40), channels), channels,
        &results)
      time(
        "limiter, idle" + suffix, make(Limiter.self, Limiter.Parameters(), channels), channels,
        &results)
      var low = Limiter.Parameters()
      low.ceiling = -18
      time("limiter, working" + suffix, make(Limiter.self, low, channels), channels, &results)
      time(
        "saturation" + suffix, make(Saturation.self, Saturation.Parameters(), channels), channels,
        &results)
    }
    timeTogether(&results)
    time("reverb, stereo", make(Reverb.self, Reverb.Parameters(), 2), 2, &results)
    let response = (0..<2).map { channel -> [Double] in
      let noise = Noise(seed: 5, channel: channel)
      return (0..<(3 * rate)).map { noise.uniform(at: Int64($0)) - 0.5 }
    }
    time(
      "convolution of 3 s, stereo",
      make(Convolution.self, Convolution.Parameters(response: response), 2), 2, &results)
    var delay = Delay.Parameters(time: 18000)
    delay.timeRight = 24000
    delay.feedback = 35
    time("delay, stereo", make(Delay.self, delay, 2), 2, &results)
    timeSums(&results)
    timeMeter(&results)
    timeResampler(&results)
  }

  private static func make<K: Kernel>(
    _ type: K.Type, _ parameters: K.Parameters, _ channels: Int
  ) -> K {
    K(parameters, format: StreamFormat(rate: rate, channelCount: channels))
  }

  private static func filters(_ count: Int, _ channels: Int) -> BiquadCascade {
    let specs = [
      FilterSpec(.highPass, frequency: 80, design: .cookbook),
      FilterSpec(.lowShelf, frequency: 120, gain: 3, design: .cookbook),
      FilterSpec(.bell, frequency: 400, gain: -2, q: 1, design: .cookbook),
      FilterSpec(.bell, frequency: 2500, gain: 3, q: 1.4, design: .cookbook),
      FilterSpec(.highShelf, frequency: 9000, gain: 2, design: .cookbook),
    ]
    let sections = specs.flatMap { $0.sections(rate: Double(rate)) }
    return make(
      BiquadCascade.self, BiquadCascade.Parameters(sections: Array(sections.prefix(count))),
      channels)
  }

  private static func programme(_ channels: Int) -> AudioBuffer {
    let buffer = AudioBuffer(channelCount: channels, frameCapacity: frames)
    for channel in 0..<channels {
      let noise = Noise(seed: 77, channel: channel)
      var level = 1.0
      for i in 0..<frames {
        if i % 6000 == 0 { level = 0.3 }
        buffer.block[channel][i] = level * (2 * noise.uniform(at: Int64(i)) - 1)
        level *= 0.9994
      }
    }
    return buffer
  }

  /// The fastest of five, in ns a frame (or a frame and unit).
  private static func best(_ count: Int, _ body: () -> Void) -> Double {
    var least = Double.infinity
    for _ in 0..<5 {
      let start = ChildProcess.threadSeconds
      body()
      least = min(least, ChildProcess.threadSeconds - start)
    }
    return least * 1e9 / Double(count)
  }

  private static func time<K: Kernel>(
    _ name: String, _ kernel: K, _ channels: Int, per units: Int = 1, _ results: inout Results
  ) {
    let source = programme(channels)
    let work = AudioBuffer(channelCount: channels, frameCapacity: blockFrames)
    var kernel = kernel
    let nanoseconds = best(frames * units) {
      var start = 0
      while start < frames {
        work.block.copy(from: source.block.slice(start..<(start + blockFrames)))
        kernel.run(work.block, at: Int64(start), Context())
        start += blockFrames
      }
    }
    results.addKernel(name, nanoseconds, units > 1 ? "ns a frame and section" : "ns a frame")
  }

  /// Four tracks side by side, out of four streams and into Floats.
  private static func timeTogether(_ results: inout Results) {
    var compressor = Compressor.Parameters(threshold: -24)
    compressor.ratio = 3
    compressor.release = .seconds(0.12)
    let filter = filters(5, 1)
    let single = make(Compressor.self, compressor, 1)
    let source = programme(1)
    let lanes = AudioBuffer(channelCount: 1, frameCapacity: 4 * blockFrames)
    func measure(_ name: String, _ unit: String, _ units: Int, _ process: (Samples) -> Void) {
      let nanoseconds = best(frames * units) {
        var start = 0
        while start < frames {
          let part = source.block[0].slice(start..<(start + blockFrames))
          LaneSources([part, part, part, part]).gather(from: 0, into: lanes.block[0])
          process(lanes.block[0])
          start += blockFrames
        }
      }
      results.addKernel(name, nanoseconds, unit)
    }
    measure("four streams into lanes", "ns a frame and track", 4) { _ in }
    if var filters = BiquadCascade.Lanes([filter, filter, filter, filter]) {
      measure("biquad, of five, four tracks", "ns a frame and section", 20) {
        filters.process($0)
        filters.flushDenormals()
      }
    }
    if var dynamics = Compressor.Lanes([single, single, single, single]) {
      measure("compressor, four tracks", "ns a frame and track", 4) {
        dynamics.process($0)
        dynamics.flushDenormals()
      }
    }
    let chunks = (0..<4).map { _ in
      ChunkAudio(channelCount: 1, frameCount: blockFrames, isFloat: true)
    }
    let spare = AudioBuffer(channelCount: 1, frameCapacity: blockFrames)
    let targets = LaneTargets(chunks)
    measure("lanes to four chunks", "ns a frame and track", 4) {
      targets.scatter($0, at: 0, spare: spare.block[0])
    }
    let sum = AudioBuffer(channelCount: 2, frameCapacity: blockFrames)
    let nanoseconds = best(frames * 4) {
      for start in stride(from: 0, to: frames, by: blockFrames) {
        if start % 8192 == 0 { sum.block.fill(0) }
        _ = ExactSum.add(
          zip(chunks, [(0.1, 0.2), (0.3, 0.1), (0.2, 0.2), (0.05, 0.1)]).map {
            ($0, left: $1.0, right: $1.1)
          }, from: 0, anew: false, to: sum.block[0], sum.block[1])
      }
    }
    results.addKernel("sum, four mono into stereo", nanoseconds, "ns a frame and track")
  }

  private static func timeSums(_ results: inout Results) {
    let source = programme(1)
    let sum = AudioBuffer(channelCount: 2, frameCapacity: blockFrames)
    let nanoseconds = best(frames) {
      var start = 0
      while start < frames {
        let part = source.block[0].slice(start..<(start + blockFrames))
        _ = ExactSum.add(part, gain: 0.4, to: sum.block[0])
        _ = ExactSum.add(part, gain: 0.3, to: sum.block[1])
        if start % 8192 == 0 { sum.block.fill(0) }
        start += blockFrames
      }
    }
    results.addKernel("sum, mono into stereo", nanoseconds, "ns a frame")
  }

  private static func timeMeter(_ results: inout Results) {
    let source = programme(2)
    let nanoseconds = best(frames) {
      let meter = LoudnessMeter(rate: rate, channelCount: 2)
      meter.process(source.block)
      _ = meter.finish()
    }
    results.addKernel("all meters, stereo", nanoseconds, "ns a frame")
  }

  private static func timeResampler(_ results: inout Results) {
    guard let resampler = Resampler(from: 96000, to: 44100) else { return }
    let source = programme(2)
    let count: Int64 = 1 << 17
    let range = FrameRange(4096, 4096 + count)
    let needed = resampler.inputRange(forOutput: range)
    let input = source.block.slice(Int(needed.start)..<Int(needed.end))
    let output = AudioBuffer(channelCount: 2, frameCapacity: Int(count))
    let nanoseconds = best(Int(count)) { resampler.render(range, from: input, into: output.block) }
    results.addKernel("96 to 44.1 kHz, stereo", nanoseconds, "ns an output frame")
  }
}
