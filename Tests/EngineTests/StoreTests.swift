import Signal
import TestSupport
import Testing

@testable import Engine

struct StoreTests {
  private func noise(_ seed: UInt64) -> ChunkAudio {
    let chunk = ChunkAudio(channelCount: 2, frameCount: 1 << 16, isFloat: false)
    let buffer = AudioBuffer(channelCount: 2, frameCapacity: 1 << 16)
    for channel in 0..<2 {
      Noise(seed: seed, channel: channel, purpose: .test).fillTriangular(
        buffer.block[channel], from: 0)
    }
    chunk.store(buffer.block, at: 0)
    return chunk
  }

  @Test func whatWaitsToBeWrittenOutlivesTheStoreThatWasHandedIt() throws {
    let folder = try TemporaryFolder()
    let chunks = (0..<8).map { noise(UInt64($0)) }
    let hashes = chunks.map { $0.contentHash() }
    var store = Store(folder: folder.path)
    let writer = try #require(store?.writer)
    for (hash, chunk) in zip(hashes, chunks) { #expect(store?.putAudio(hash, chunk) == true) }
    store = nil
    writer.drain()
    let after = try #require(Store(folder: folder.path))
    #expect(hashes.allSatisfy { after.hasObject($0) })
  }
}
