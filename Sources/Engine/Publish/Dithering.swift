internal import Signal

/// Flat TPDF dither of ±1 LSB and rounding to an integer grid.
///
/// y = floor(x·2^(b−1) + d + ½), clamped to the grid's ends; given back as y / 2^(b−1), so that
/// the writer only shifts. d is a function of seed, channel and the frame's place on the session's
/// axis, which a cut of the programme leaves where it was.
enum Dithering {
  /// - Parameter frame: place of the first sample on the axis.
  /// - Returns: how many samples lay beyond full scale and were clamped.
  static func apply(to block: Block, bits: Int, seed: UInt64, from frame: Int64) -> Int {
    var clipped = 0
    var scale = 1.0
    for _ in 1..<bits { scale *= 2 }
    let noise = AudioBuffer(channelCount: 1, frameCapacity: block.frameCount)
    for channel in 0..<block.channelCount {
      let d = noise.block[0]
      Noise(seed: seed, channel: channel).fillTriangular(d, from: frame)
      clipped += SampleScanning.beyondGrid(block[channel], scale: scale)
      SampleScanning.quantise(block[channel], noise: d, scale: scale)
    }
    return clipped
  }
}
