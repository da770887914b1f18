import Testing

@testable import Signal

@Suite struct ExactSumTests {
  private func chunk(_ channelCount: Int, _ frames: Int, seed: UInt64) -> ChunkAudio {
    let buffer = AudioBuffer(channelCount: channelCount, frameCapacity: frames)
    for channel in 0..<channelCount {
      let noise = Noise(seed: seed, channel: channel)
      for i in 0..<frames { buffer.block[channel][i] = 2 * noise.uniform(at: Int64(i)) - 1 }
    }
    let chunk = ChunkAudio(channelCount: channelCount, frameCount: frames, isFloat: true)
    chunk.store(buffer.block, at: 0)
    return chunk
  }

  /// The sums of terms, one after the other.
  private func plainly(_ terms: [ExactSum.FloatTerm], _ start: Int, _ count: Int, onto sums: Block)
  {
    let part = AudioBuffer(channelCount: 2, frameCapacity: count)
    for (audio, left, right) in terms {
      let block = part.block.channels(audio.channelCount)
      audio.load(into: block, at: start)
      _ = ExactSum.add(block[0], gain: left, to: sums[0])
      _ = ExactSum.add(block[audio.channelCount - 1], gain: right, to: sums[1])
    }
  }

  @Test(arguments: [1, 2, 4, 5, 8, 9, 23], [1, 3, 64, 333])
  func monoAndStereoTermsInOnePassHaveTheBitsOfOneAfterTheOther(_ count: Int, _ frames: Int) {
    let start = 5
    var terms: [ExactSum.FloatTerm] = []
    for index in 0..<count {
      let audio = chunk(index % 3 == 1 ? 2 : 1, frames + 10, seed: UInt64(index))
      let left = 0.3 + 0.1 * Double(index)
      let right = index % 4 == 0 ? 0 : -0.7 + 0.05 * Double(index)
      terms.append((audio, left, right))
    }
    for anew in [true, false] {
      let (quick, slow) = (
        AudioBuffer(channelCount: 2, frameCapacity: frames),
        AudioBuffer(channelCount: 2, frameCapacity: frames)
      )
      quick.block.fill(anew ? 77 : 0.25)
      slow.block.fill(anew ? 0 : 0.25)
      #expect(
        ExactSum.add(terms, from: start, anew: anew, to: quick.block[0], quick.block[1]))
      plainly(terms, start, frames, onto: slow.block)
      for channel in 0..<2 {
        for i in 0..<frames {
          #expect(
            quick.block[channel][i].bitPattern == slow.block[channel][i].bitPattern,
            "channel \(channel), frame \(i)")
        }
      }
    }
  }

  @Test(arguments: [Double.infinity, .nan, 200], [0, 1])
  func whatIsTooLargeIsSeenInEitherChannel(_ value: Double, _ channel: Int) {
    let buffer = AudioBuffer(channelCount: 2, frameCapacity: 70)
    buffer.block.fill(0.1)
    buffer.block[channel][41] = value
    let chunk = ChunkAudio(channelCount: 2, frameCount: 70, isFloat: true)
    chunk.store(buffer.block, at: 0)
    let sums = AudioBuffer(channelCount: 2, frameCapacity: 70)
    #expect(
      !ExactSum.add([(chunk, 1, 1)], from: 0, anew: true, to: sums.block[0], sums.block[1]))
  }

  @Test func silentTermsAddNothing() {
    let silent = ChunkAudio(silentChannels: 2, frameCount: 20, isFloat: true)
    let sums = AudioBuffer(channelCount: 2, frameCapacity: 20)
    sums.block.fill(3)
    #expect(ExactSum.add([(silent, 1, 1)], from: 0, anew: false, to: sums.block[0], sums.block[1]))
    #expect((0..<20).allSatisfy { sums.block[0][$0] == 3 && sums.block[1][$0] == 3 })
    #expect(ExactSum.add([(silent, 1, 1)], from: 0, anew: true, to: sums.block[0], sums.block[1]))
    #expect((0..<20).allSatisfy { sums.block[0][$0] == 0 && sums.block[1][$0] == 0 })
  }

  /// As large as sums may be, and on both sides of zero.
  @Test(arguments: [8, 16, 23])
  func largeTermsInOnePassHaveTheBitsOfOneAfterTheOther(_ count: Int) {
    let terms = (0..<count).map { index -> ExactSum.FloatTerm in
      let size = 480 / Double(count)
      return (chunk(1 + index % 2, 500, seed: UInt64(index)), size, index % 3 == 0 ? size : -size)
    }
    let (quick, slow) = (
      AudioBuffer(channelCount: 2, frameCapacity: 500),
      AudioBuffer(channelCount: 2, frameCapacity: 500)
    )
    slow.block.fill(0)
    #expect(ExactSum.add(terms, from: 0, anew: true, to: quick.block[0], quick.block[1]))
    plainly(terms, 0, 500, onto: slow.block)
    for channel in 0..<2 {
      for i in 0..<500 {
        #expect(quick.block[channel][i].bitPattern == slow.block[channel][i].bitPattern)
      }
    }
  }
}
