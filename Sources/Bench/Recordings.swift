import AudioFiles
import DSP
import Signal

/// Makes the recordings of W1 from seeds: 24 mono tracks, their mix, a stereo file at 96 kHz and the
/// response of a room.
///
/// A track is noise in two bands, three partials that are struck twice a second and a short click at
/// each stroke, in sections of 8 s at four levels. Peaks lie near −6 dBFS.
struct Recordings {
  static let trackCount = 24
  static let rate = 48000
  let folder: String
  let seconds: Int

  static func trackName(_ index: Int) -> String {
    "track" + (index < 9 ? "0" : "") + "\(index + 1).wav"
  }

  /// Makes what is missing.
  func make() throws {
    ChildProcess.makeFolder(folder)
    let frames = seconds * Self.rate
    let isMixMissing = !ChildProcess.isThere(folder + "/mix.wav")
    let mix = AudioBuffer(channelCount: 2, frameCapacity: isMixMissing ? frames : 1)
    try makeTracks(0..<Self.trackCount, even: isMixMissing) { index, track in
      let strip = W1Strip(index)
      let gain = 0.7 * decibelsToGain(strip.fader)
      let angle = (strip.pan + 1) / 8
      let sides = Maths.sineCosine(turns: angle)
      for i in 0..<(isMixMissing ? frames : 0) {
        mix.block[0][i] += gain * sides.cosine * track[i]
        mix.block[1][i] += gain * sides.sine * track[i]
      }
    }
    if isMixMissing { try Self.write(mix.block, to: folder + "/mix.wav", rate: Self.rate) }
    if !ChildProcess.isThere(folder + "/src96.wav") {
      let wide = AudioBuffer(channelCount: 2, frameCapacity: seconds * 96000)
      for channel in 0..<2 { render(30 + channel, rate: 96000, into: wide.block[channel]) }
      try Self.write(wide.block, to: folder + "/src96.wav", rate: 96000)
    }
    if !ChildProcess.isThere(folder + "/ir.wav") { try makeResponse() }
  }

  /// Tracks that are missing, or all of them.
  func makeTracks(
    _ indices: Range<Int>, even whenThere: Bool = false, _ use: (Int, Samples) -> Void = { _, _ in }
  ) throws {
    ChildProcess.makeFolder(folder)
    let track = AudioBuffer(channelCount: 1, frameCapacity: seconds * Self.rate)
    for index in indices {
      let path = folder + "/" + Self.trackName(index)
      if ChildProcess.isThere(path) && !whenThere { continue }
      ChildProcess.say("making \(path)")
      render(index, rate: Self.rate, into: track.block[0])
      try Self.write(track.block, to: path, rate: Self.rate)
      use(index, track.block[0])
    }
  }

  private func render(_ index: Int, rate: Int, into out: Samples) {
    let hertz = Double(rate)
    var random = UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
    func noise() -> Double {
      random ^= random &<< 13
      random ^= random &>> 7
      random ^= random &<< 17
      return Double(Int64(bitPattern: random) >> 11) * 0x1p-52
    }
    let fundamental = 55.0 * Maths.exp2(Double(index % 24) / 6)
    let turns = (1...3).map { Maths.sineCosine(turns: fundamental * Double($0) * 1.003 / hertz) }
    let decay = Maths.exp(-1 / (0.18 * hertz))
    var partials = [(Double, Double)](repeating: (0, 0), count: 3)
    let click = Maths.sineCosine(turns: 3000 / hertz)
    let clickDecay = Maths.exp(-1 / (0.003 * hertz))
    var pulse = (0.0, 0.0)
    let levels = [1, 0.5, 0.8, 0.25]
    let (stroke, section) = (rate / 2, rate * 8)
    for i in 0..<out.count {
      if i % stroke == 0 {
        for k in 0..<3 { partials[k] = (0, 1 / Double(k + 1)) }
        pulse = (0, 1)
      }
      var tone = 0.0
      for k in 0..<3 {
        let (s, c) = partials[k]
        tone += s
        partials[k] = (
          decay * (s * turns[k].cosine + c * turns[k].sine),
          decay * (c * turns[k].cosine - s * turns[k].sine)
        )
      }
      let (s, c) = pulse
      pulse = (
        clickDecay * (s * click.cosine + c * click.sine),
        clickDecay * (c * click.cosine - s * click.sine)
      )
      let level = levels[(i / section + index) % 4]
      out[i] = level * (0.25 * tone + 0.12 * s + 0.02 * noise())
    }
    addBands(index, hertz, out, noise)
  }

  /// Noise in two bands, over the whole length.
  private func addBands(_ index: Int, _ hertz: Double, _ out: Samples, _ noise: () -> Double) {
    let format = StreamFormat(rate: Int(hertz), channelCount: 1)
    let bands = [200 + 60 * Double(index % 24), 1800 + 200 * Double(index % 24)]
    var filters = bands.map { frequency in
      BiquadCascade(
        BiquadCascade.Parameters(
          sections: FilterSpec(.bandPass, frequency: frequency, q: 2).sections(rate: hertz)),
        format: format)
    }
    let buffer = AudioBuffer(channelCount: 2, frameCapacity: 4096)
    var start = 0
    while start < out.count {
      let count = min(4096, out.count - start)
      let block = buffer.block(count)
      for band in 0..<2 {
        for i in 0..<count { block[band][i] = 0.2 * noise() }
        filters[band].run(block.channels(band..<(band + 1)), at: Int64(start), Context())
        for i in 0..<count { out[start + i] += block[band][i] }
      }
      start += count
    }
  }

  private func makeResponse() throws {
    let buffer = AudioBuffer(channelCount: 2, frameCapacity: 3 * Self.rate)
    let decay = Maths.exp(-6.907755 / (2.5 * Double(Self.rate)))
    for channel in 0..<2 {
      let noise = Noise(seed: 0x1200 + UInt64(channel), channel: channel)
      var (level, energy) = (1.0, 0.0)
      let samples = buffer.block[channel]
      for i in samples.indices {
        samples[i] = level * noise.uniform(at: Int64(i))
        energy += samples[i] * samples[i]
        level *= decay
      }
      let gain = (0.0625 / energy).squareRoot()
      for i in samples.indices { samples[i] *= gain }
    }
    try Self.write(buffer.block, to: folder + "/ir.wav", rate: Self.rate)
  }

  static func write(_ block: Block, to path: String, rate: Int) throws {
    var quantiser = Quantiser(
      Quantiser.Parameters(bits: 24, isDithered: false, seed: 0), channelCount: block.channelCount,
      blockFrames: 4096)
    let writer = try SoundFileWriter(
      path: path,
      format: SoundFileFormat(
        .wav, .integer(bits: 24), rate: rate, channelCount: block.channelCount))
    var start = 0
    while start < block.frameCount {
      let part = block.slice(start..<min(block.frameCount, start + 4096))
      quantiser.process(part, at: Int64(start))
      try writer.write(part)
      start += 4096
    }
    _ = try writer.finish()
  }
}
