import Foundation
import Signal
import Synchronization
import Testing

@testable import Engine

struct AudioReaderTests {
  private func hash(_ number: Int) -> ContentHash { ContentHash(low: UInt64(number), high: 7) }

  private func chunk() -> ChunkAudio { ChunkAudio(channelCount: 1, frameCount: 16, isFloat: false) }

  private func fill(_ hash: ContentHash, _ chunk: ChunkAudio) -> Bool {
    _ = chunk.withDoubles { $0.fill(Double(hash.low)) }
    return true
  }

  private func first(_ chunk: ChunkAudio?) -> Double? { chunk?.withDoubles { $0[0][0] } ?? nil }

  /// Taken where it had not begun, a chunk is the taker's to read.
  private func taken(_ reader: AudioReader, _ number: Int) -> Double {
    if let chunk = reader.take(hash(number)) { return first(chunk) ?? -1 }
    let own = chunk()
    _ = fill(hash(number), own)
    return first(own) ?? -1
  }

  @Test func whatWasAskedForIsHandedOnOnce() {
    let reader = AudioReader()
    reader.ask(hash(1), of: 0, chunk(), read: fill)
    #expect(taken(reader, 1) == 1)
    #expect(reader.take(hash(1)) == nil)
    #expect(reader.take(hash(2)) == nil)
  }

  @Test func whatCannotBeReadIsNotThere() {
    let reader = AudioReader()
    reader.ask(hash(1), of: 0, chunk()) { _, _ in false }
    #expect(reader.take(hash(1)) == nil)
  }

  @Test func onlyAFewAreHeldAndNothingIsMixedUp() {
    let reader = AudioReader()
    let made = Atomic<Int>(0)
    for round in 0..<50 {
      for number in (round * 40)..<(round * 40 + 40) {
        reader.ask(
          hash(number), of: round,
          {
            made.add(1, ordering: .relaxed)
            return chunk()
          }(), read: fill)
      }
      for number in stride(from: round * 40 + 39, through: round * 40, by: -1) {
        #expect(taken(reader, number) == Double(number))
      }
    }
    #expect(made.load(ordering: .relaxed) <= 50 * 40)
  }

  @Test func whatMayStillBeTakenStaysAndWhatIsLongPastGoes() {
    let reader = AudioReader()
    let reads = Atomic<Int>(0)
    func ask(_ number: Int, of piece: Int) {
      reader.ask(hash(number), of: piece, chunk()) { hash, chunk in
        reads.add(1, ordering: .relaxed)
        return fill(hash, chunk)
      }
    }
    func wait(for count: Int) {
      while reads.load(ordering: .acquiring) < count { usleep(100) }
    }
    for number in 0..<AudioReader.limit { ask(number, of: 0) }
    wait(for: AudioReader.limit)
    ask(100, of: 1)
    #expect(reader.take(hash(100)) == nil)
    #expect(first(reader.take(hash(0))) == 0)
    ask(101, of: AudioReader.reach + 1)
    wait(for: AudioReader.limit + 1)
    #expect(first(reader.take(hash(101))) == 101)
    #expect(reader.take(hash(1)) == nil)
  }

  @Test func manyThreadsAskAndTake() async {
    let reader = AudioReader()
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        group.addTask {
          (0..<200).allSatisfy { step in
            let number = task * 1_000 + step
            reader.ask(hash(number), of: step, chunk(), read: fill)
            return taken(reader, number) == Double(number)
          }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
