import Signal

/// Sums a programme's power by thirds of an octave, over windows of a third of a second.
///
/// Hann windows of the power of two nearest below rate / 3 frames, each half over the next; a
/// band's power is the sum of its bins, all channels added.
///
/// - Source: bands of IEC 61260-1 (base 10), 25 Hz to 20 kHz.
final class ThirdOctaves {
  static let bands: [Double] = [
    25, 31.5, 40, 50, 63, 80, 100, 125, 160, 200, 250, 315, 400, 500, 630, 800, 1_000, 1_250,
    1_600, 2_000, 2_500, 3_150, 4_000, 5_000, 6_300, 8_000, 10_000, 12_500, 16_000, 20_000,
  ]

  private let transform: RealFFT
  private let size: Int
  private let hann: AudioBuffer
  private let scale: Double
  /// First bin of each band, and one past the last band's.
  private let edges: [Int]
  private let history: AudioBuffer
  private var held = 0
  private var hasAnalysed = false
  private let work: AudioBuffer

  init(rate: Int, channelCount: Int) {
    var size = 1024
    while size * 2 <= rate / 3 && size < 1 << 17 { size *= 2 }
    self.size = size
    transform = RealFFT(count: size)
    hann = AudioBuffer(channelCount: 1, frameCapacity: size)
    var energy = 0.0
    for i in 0..<size {
      let value = 0.5 - 0.5 * Maths.cos(turns: Double(i) / Double(size))
      hann.block[0][i] = value
      energy += value * value
    }
    // One-sided power of a full-scale sine is 1/2.
    scale = 2 / (energy * Double(size))
    var edges: [Int] = []
    for band in -16...14 {
      let centre = 1000 * Maths.exp2(Double(band) * 0.33219280948873623)
      let lower = centre * Maths.exp2(-0.16609640474436812)
      let bin = (lower * Double(size) / Double(rate)).rounded(.up)
      edges.append(min(size / 2 + 1, Int(bin)))
    }
    self.edges = edges
    history = AudioBuffer(channelCount: channelCount, frameCapacity: size)
    work = AudioBuffer(channelCount: 5, frameCapacity: size)
  }

  func process(_ block: Block, into partial: inout MeterPartial) {
    var done = 0
    while done < block.frameCount {
      let count = min(size - held, block.frameCount - done)
      for channel in 0..<block.channelCount {
        history.block[channel].slice(held..<(held + count))
          .copy(from: block[channel].slice(done..<(done + count)))
      }
      held += count
      done += count
      if held == size {
        analyse(into: &partial)
        for channel in 0..<block.channelCount {
          let samples = history.block[channel]
          for i in 0..<(size / 2) { samples[i] = samples[i + size / 2] }
        }
        held = size / 2
      }
    }
  }

  /// A programme shorter than a window is measured with silence behind it; the end of a longer
  /// one that fills no window is left out.
  func finish(into partial: inout MeterPartial) {
    guard held > 0, !hasAnalysed else { return }
    for channel in 0..<history.channelCount {
      history.block[channel].slice(held..<size).fill(0)
    }
    analyse(into: &partial)
    held = 0
  }

  private func analyse(into partial: inout MeterPartial) {
    let zeros = [UInt128](repeating: 0, count: ThirdOctaves.bands.count)
    let isPair = history.channelCount >= 2
    if partial.spectrum.isEmpty { partial.spectrum = zeros }
    if isPair && partial.pairSpectrum.isEmpty {
      partial.pairSpectrum = zeros
      partial.foldedSpectrum = zeros
    }
    partial.spectrumWindows += 1
    hasAnalysed = true
    let bins = transform.binCount
    let planes = work.block(bins)
    for channel in 0..<history.channelCount {
      let samples = history.block[channel]
      let windowed = work.block[0]
      for i in 0..<size { windowed[i] = samples[i] * hann.block[0][i] }
      // The left channel's bins are kept for the fold-down.
      let first = channel == 0 ? 3 : 1
      let (real, imaginary) = (planes[first], planes[first + 1])
      transform.forward(windowed, real: real, imaginary: imaginary)
      for band in 0..<ThirdOctaves.bands.count {
        var power = 0.0
        for k in edges[band]..<edges[band + 1] {
          power += real[k] * real[k] + imaginary[k] * imaginary[k]
        }
        let units = units(power)
        partial.spectrum[band] &+= units
        if isPair && channel < 2 { partial.pairSpectrum[band] &+= units }
      }
      if channel == 1 { fold(planes, into: &partial) }
    }
  }

  /// The power of half the sum of left and right.
  private func fold(_ planes: Block, into partial: inout MeterPartial) {
    for band in 0..<ThirdOctaves.bands.count {
      var power = 0.0
      for k in edges[band]..<edges[band + 1] {
        let real = planes[1][k] + planes[3][k]
        let imaginary = planes[2][k] + planes[4][k]
        power += real * real + imaginary * imaginary
      }
      partial.foldedSpectrum[band] &+= units(power / 4)
    }
  }

  /// Up to 2^10 of full scale; what is beyond no meter needs to tell apart.
  private func units(_ power: Double) -> UInt128 {
    UInt128(UInt64(min(power * scale, 0x1p10) * 0x1p52)) << 12
  }

  func encode(into writer: inout StateWriter) {
    writer.write(held)
    writer.write(hasAnalysed ? 1 : 0)
    for channel in 0..<history.channelCount {
      for i in 0..<held { writer.write(history.block[channel][i]) }
    }
  }

  func restore(from reader: inout StateReader) throws(StateError) {
    let count = try reader.readInt()
    guard count >= 0, count < size else { throw StateError() }
    held = count
    hasAnalysed = try reader.readInt() == 1
    for channel in 0..<history.channelCount {
      for i in 0..<held { history.block[channel][i] = try reader.readDouble() }
    }
  }
}
