import Foundation
import MixGraph
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

  @Test func whatCannotBeWrittenIsKnownToThisProcessAndDoesNotPileUp() throws {
    let folder = try TemporaryFolder()
    #expect(FileManager.default.createFile(atPath: folder.path + "/file", contents: nil))
    let store = try #require(Store(folder: folder.path + "/file/cache"))
    #expect(store.faults.count == 1)
    for number in 0..<300 { store.put(key(number), [UInt8(number & 0xFF)]) }
    store.flush()
    #expect(store.logs.values.allSatisfy { !$0.hasPending })
    #expect((0..<300).allSatisfy { store.record(key($0)) == [UInt8($0 & 0xFF)] })
  }

  @Test func recordsThatNoBuildUsesGoWhateverTheCap() throws {
    let folder = try TemporaryFolder()
    func records(_ store: Store) -> Int64 {
      RecordTable.allCases.reduce(0) { $0 + (store.logs[$1]?.byteCount ?? 0) }
    }
    do {
      // A build that leaves no root.
      let earlier = try #require(Store(folder: folder.path, cap: 1 << 40))
      for number in 0..<70 {
        earlier.put(key(number), [UInt8](repeating: UInt8(number), count: 1 << 20))
      }
      earlier.flush()
      #expect(records(earlier) > 70 << 20)
    }
    let store = try #require(Store(folder: folder.path, cap: 1 << 40))
    store.put(key(1_000), [1])
    let chunk = noise(1)
    let hash = chunk.contentHash()
    chunk.withBytes { _ = store.putObject(hash, $0) }
    store.conclude()
    #expect(records(store) < 1 << 10)
    let after = try #require(Store(folder: folder.path))
    #expect(after.record(key(1_000)) == [1])
    #expect(after.record(key(1)) == nil)
  }

  private func key(_ number: Int) -> Digest {
    var writer = DigestWriter()
    writer.field("number", number)
    return writer.digest
  }

  /// Another container's process has the same number, and counts the same way.
  @Test func namesThatSomebodyElseHasAreLeftToThem() throws {
    let folder = try TemporaryFolder()
    let store = try #require(Store(folder: folder.path))
    let running = store.folder + "/running"
    let next = Posix.counter.next() + 1
    for number in next..<next + 100 {
      let path = "\(running)/new.\(Posix.processIdentifier).\(number)~"
      #expect(FileManager.default.createFile(atPath: path, contents: nil))
    }
    let chunk = noise(1)
    let hash = chunk.contentHash()
    let isKept = chunk.withBytes { store.putObject(hash, $0) }
    #expect(isKept)
    #expect(store.faults == [])
    #expect(store.hasObject(hash))
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

  /// Sums lie on the grid, and take six bytes a sample; what does not lie on it takes eight.
  @Test(arguments: [true, false], [4096, 100_003])
  func sumsAreKeptInLessRoomAndComeBackBitForBit(_ isOnGrid: Bool, _ frames: Int) throws {
    let folder = try TemporaryFolder()
    let store = try #require(Store(folder: folder.path))
    let buffer = AudioBuffer(channelCount: 2, frameCapacity: frames)
    for channel in 0..<2 {
      let noise = Noise(seed: 5, channel: channel)
      for i in 0..<frames {
        let sample = noise.uniform(at: Int64(i)) - 0.5
        buffer.block[channel][i] = isOnGrid ? (sample + 384) - 384 : sample * 0.7
      }
    }
    let chunk = ChunkAudio(channelCount: 2, frameCount: frames, isFloat: false)
    chunk.store(buffer.block, at: 0)
    let hash = chunk.contentHash()
    #expect(store.putAudio(hash, chunk))
    store.flush()
    let path = store.path(hash)
    let bytes = try #require(Posix.read(path))
    #expect(bytes.count == frames * 2 * (isOnGrid ? 6 : 8))
    #expect(Store.hashes(bytes).contains(hash.hexadecimal))
    let back = ChunkAudio(channelCount: 2, frameCount: frames, isFloat: false)
    #expect(store.audio(hash, into: back))
    #expect(back.withBytes { back in chunk.withBytes { Array(back) == Array($0) } })

    var damaged = bytes
    damaged[damaged.count / 2] ^= 4
    #expect(FileManager.default.createFile(atPath: path, contents: Data(damaged)))
    #expect(!store.audio(hash, into: back))
    #expect(!store.hasObject(hash), "a damaged entry is set aside")
  }
}
