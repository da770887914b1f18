import Foundation
import Signal
import Synchronization
import Testing

@testable import Engine

struct AudioWriterTests {
  private func hash(_ number: Int) -> ContentHash { ContentHash(low: UInt64(number), high: 7) }

  /// 1 MB
  private func chunk() -> ChunkAudio {
    ChunkAudio(channelCount: 1, frameCount: 1 << 17, isFloat: false)
  }

  /// Offers chunks that may be left, one each millisecond.
  ///
  /// - Parameter time: ms that it takes to write one.
  /// - Returns: how many of the last fifty were taken.
  private func taken(writing time: Int64) -> Int {
    let clock = Mutex<Int64>(0)
    func pass(_ milliseconds: Int64) { clock.withLock { $0 += milliseconds * 1_000_000 } }
    let writer = AudioWriter { clock.withLock { $0 } }
    var taken = 0
    for index in 0..<100 {
      let chunk = chunk()
      pass(1)
      guard writer.hasRoom(for: chunk.byteCount) else { continue }
      writer.add(hash(index), chunk, wasOffered: true) { _, _ in pass(time) }
      writer.drain()
      if index >= 50 { taken += 1 }
    }
    return taken
  }

  @Test func whatMayBeLeftIsLeftWhereTheDiskDoesNotKeepUp() { #expect(taken(writing: 5) == 0) }

  @Test func whatMayBeLeftIsKeptWhereTheDiskKeepsUp() { #expect(taken(writing: 1) == 50) }

  @Test func whatMustBeKeptIsWrittenHoweverLongItTakes() {
    let writer = AudioWriter()
    let written = Mutex(Set<UInt64>())
    for index in 0..<100 {
      writer.add(hash(index), chunk(), wasOffered: false) { hash, _ in
        Thread.sleep(forTimeInterval: 0.003)
        written.withLock { _ = $0.insert(hash.low) }
      }
    }
    writer.drain()
    #expect(written.withLock(\.count) == 100)
    #expect(writer.waiting(hash(99)) == nil)
  }
}
