import Synchronization
import Testing

@testable import Engine

struct ScheduleTests {
  private final class Journal: Sendable {
    let done = Mutex<[(row: Int, piece: Int)]>([])
  }

  @Test(arguments: [1, 2, 3, 8])
  func rowsGoInOrderAndBehindTheirInputs(_ workers: Int) throws {
    let inputs = [[], [0], [0], [1, 2], []]
    let counts = [40, 40, 41, 40, 7]
    let journal = Journal()
    try PieceSchedule.run(
      inputs.indices.map { row in
        PieceSchedule.Row(inputs: inputs[row], pieceCount: counts[row]) { piece in
          journal.done.withLock { $0.append((row, piece)) }
        }
      }, workers: workers)
    let done = journal.done.withLock { $0 }
    #expect(done.count == counts.reduce(0, +))
    var next = [Int](repeating: 0, count: inputs.count)
    for (row, piece) in done {
      #expect(next[row] == piece)
      for input in inputs[row] { #expect(next[input] > piece || piece >= counts[input]) }
      next[row] = piece + 1
    }
    #expect(next == counts)
  }

  @Test func aRowMayWaitForMoreRowsThanSixteenBitsCount() {
    let count = 70_000
    var rows = [ScheduleRow](repeating: ScheduleRow(group: nil, inputs: []), count: count)
    rows.append(ScheduleRow(group: nil, inputs: Array(0..<count)))
    let scheduler = Scheduler(rows: rows, pieceCount: 1, keepsGoing: false)
    for _ in 0..<count {
      let ids = scheduler.next()
      #expect(ids.first.map { $0.row < count } == true)
      scheduler.finish(ids, succeeded: ids.map { _ in true })
    }
    #expect(scheduler.next() == [ActionID(row: count, piece: 0)])
  }

  @Test func nobodyGetsFurtherThanTheWindow() throws {
    let journal = Journal()
    try PieceSchedule.run(
      [
        PieceSchedule.Row(pieceCount: 60) { piece in
          journal.done.withLock { $0.append((0, piece)) }
        },
        PieceSchedule.Row(inputs: [0], pieceCount: 60) { piece in
          let ahead = journal.done.withLock { $0.filter { $0.row == 0 }.count } - piece
          #expect(ahead <= 2 + 2 + 1)
          journal.done.withLock { $0.append((1, piece)) }
        },
      ], workers: 2)
    #expect(journal.done.withLock { $0.count } == 120)
  }

  @Test func theFirstFailureEndsIt() {
    let journal = Journal()
    #expect(throws: RenderFailure.self) {
      try PieceSchedule.run(
        [
          PieceSchedule.Row(pieceCount: 100) { piece throws(RenderFailure) in
            if piece == 5 { throw .io("5") }
            journal.done.withLock { $0.append((0, piece)) }
          },
          PieceSchedule.Row(inputs: [0], pieceCount: 100) { piece in
            journal.done.withLock { $0.append((1, piece)) }
          },
        ], workers: 3)
    }
    let done = journal.done.withLock { $0 }
    #expect(done.filter { $0.row == 0 }.count == 5)
    #expect(done.allSatisfy { $0.piece < 5 })
  }
}
