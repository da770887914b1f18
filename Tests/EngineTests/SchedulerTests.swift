import Testing

@testable import Engine

struct SchedulerTests {
  /// Runs everything, `fails` saying what does not succeed.
  ///
  /// - Returns: what was done, and what was said to be skipped.
  private func run(
    _ rows: [ScheduleRow], pieceCount: Int, fails: (ActionID) -> Bool
  ) -> (done: [ActionID], skipped: [ActionID]) {
    let scheduler = Scheduler(rows: rows, pieceCount: pieceCount, keepsGoing: true)
    var done: [ActionID] = []
    var skipped: [ActionID] = []
    while true {
      let batch = scheduler.next()
      if batch.isEmpty { return (done, skipped) }
      done += batch.filter { !fails($0) }
      skipped += scheduler.finish(batch, succeeded: batch.map { !fails($0) })
    }
  }

  @Test func whatNeedsAFailedActionIsSaidToBeSkippedOnce() {
    let rows = [
      ScheduleRow(group: nil, inputs: []), ScheduleRow(group: nil, inputs: []),
      ScheduleRow(group: nil, inputs: [0, 1]), ScheduleRow(group: nil, inputs: [0]),
      ScheduleRow(group: nil, inputs: [2]),
    ]
    let (done, skipped) = run(rows, pieceCount: 6) { $0.row == 1 && $0.piece == 2 }
    let expected = (0..<6).flatMap { piece in
      [1, 2, 4].filter { piece > 2 || (piece == 2 && $0 != 1) }.map {
        ActionID(row: $0, piece: piece)
      }
    }
    #expect(Set(skipped) == Set(expected))
    #expect(skipped.count == expected.count)
    #expect(done.count + skipped.count + 1 == 5 * 6)
  }

  @Test func aFailureAtTheStartOfALongProgrammeIsNoDeepRecursion() {
    let rows = [ScheduleRow(group: nil, inputs: []), ScheduleRow(group: nil, inputs: [0])]
    let (done, skipped) = run(rows, pieceCount: 300_000) { $0.row == 0 && $0.piece == 0 }
    #expect(done.isEmpty)
    #expect(skipped.count == 599_999)
  }
}
