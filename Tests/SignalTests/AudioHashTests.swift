import Testing

@testable import Signal

@Suite struct AudioHashTests {
  private final class Memory: ChunkMemory {
    let hashesContent: Bool
    init(hashesContent: Bool) { self.hashesContent = hashesContent }
    func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
      .allocate(byteCount: byteCount, alignment: ChunkAudio.alignment)
    }
    func give(_ memory: UnsafeMutableRawPointer, _ byteCount: Int) { memory.deallocate() }
  }

  private func noise(_ channelCount: Int, _ frames: Int, seed: UInt64 = 1) -> AudioBuffer {
    let buffer = AudioBuffer(channelCount: channelCount, frameCapacity: frames)
    for channel in 0..<channelCount {
      let source = Noise(seed: seed, channel: channel)
      for i in 0..<frames { buffer.block[channel][i] = source.uniform(at: Int64(i)) }
    }
    return buffer
  }

  private func chunk(
    _ buffer: AudioBuffer, isFloat: Bool, hashes: Bool, blocks: Int
  ) -> ChunkAudio {
    let frames = buffer.block.frameCount
    let chunk = ChunkAudio(
      channelCount: buffer.block.channelCount, frameCount: frames, isFloat: isFloat,
      from: Memory(hashesContent: hashes))
    for start in stride(from: 0, to: frames, by: blocks) {
      chunk.store(buffer.block.slice(start..<min(frames, start + blocks)), at: start)
    }
    return chunk
  }

  @Test(arguments: [1, 2, 3], [1, 2, 5, 4097, 6000])
  func whatIsHashedWhileItIsStoredHasTheHashOfTheWhole(_ channelCount: Int, _ frames: Int) {
    let samples = noise(channelCount, frames)
    for isFloat in [true, false] {
      let whole = chunk(samples, isFloat: isFloat, hashes: false, blocks: frames).contentHash()
      for blocks in [1, 7, 2048, frames] where frames / blocks < 3000 {
        #expect(
          chunk(samples, isFloat: isFloat, hashes: true, blocks: blocks).contentHash() == whole)
      }
      let again = chunk(samples, isFloat: isFloat, hashes: true, blocks: 512)
      #expect(again.withBytes { ContentHash(ofAudio: $0) } == whole)
    }
  }

  @Test func channelsAndSamplesTellContentsApart() {
    let samples = noise(2, 5000)
    let first = chunk(samples, isFloat: true, hashes: true, blocks: 2048).contentHash()
    let swapped = AudioBuffer(channelCount: 2, frameCapacity: 5000)
    swapped.block[0].copy(from: samples.block[1])
    swapped.block[1].copy(from: samples.block[0])
    #expect(chunk(swapped, isFloat: true, hashes: true, blocks: 2048).contentHash() != first)
    for (channel, frame) in [(0, 0), (0, 4999), (1, 0), (1, 4999)] {
      let kept = samples.block[channel][frame]
      samples.block[channel][frame] = kept + 0.5
      #expect(chunk(samples, isFloat: true, hashes: true, blocks: 2048).contentHash() != first)
      samples.block[channel][frame] = kept
    }
  }

  @Test func framesThatAreStoredAgainAreHashedAgain() {
    let samples = noise(1, 5000)
    let other = noise(1, 5000, seed: 2)
    let expected = chunk(samples, isFloat: true, hashes: false, blocks: 5000).contentHash()
    let chunk = chunk(other, isFloat: true, hashes: true, blocks: 1000)
    chunk.store(samples.block.slice(0..<3000), at: 0)
    chunk.store(samples.block.slice(3000..<5000), at: 3000)
    #expect(chunk.contentHash() == expected)
  }

  @Test func bytesFromOutsideAreHashedAsTheyAre() {
    let samples = noise(2, 3000)
    let expected = chunk(samples, isFloat: false, hashes: false, blocks: 3000)
    let chunk = chunk(noise(2, 3000, seed: 3), isFloat: false, hashes: true, blocks: 3000)
    chunk.withMutableBytes { to in expected.withBytes { to.copyMemory(from: $0) } }
    #expect(chunk.contentHash() == expected.contentHash())
  }

  @Test func samplesThatAreMadeInPlaceAreHashedAsFarAsTheyAreSaid() {
    let samples = noise(2, 3000)
    let expected = chunk(samples, isFloat: false, hashes: false, blocks: 3000).contentHash()
    let chunk = ChunkAudio(
      channelCount: 2, frameCount: 3000, isFloat: false, from: Memory(hashesContent: true))
    _ = chunk.withDoubles { block in
      for start in stride(from: 0, to: 3000, by: 1000) {
        block.slice(start..<(start + 1000)).copy(from: samples.block.slice(start..<(start + 1000)))
        chunk.hash(upTo: start + 1000)
      }
    }
    #expect(chunk.contentHash() == expected)
  }

  @Test func silenceHasOneHash() {
    let chunk = ChunkAudio(
      channelCount: 2, frameCount: 100, isFloat: true, from: Memory(hashesContent: true))
    chunk.store(AudioBuffer(channelCount: 2, frameCapacity: 100).block, at: 0)
    chunk.dropIfSilent()
    #expect(chunk.contentHash() == .silence)
  }
}
