/// Rows of work over pieces, run on several workers: within a row in order, between rows as their
/// inputs say.
public enum PieceSchedule {
  public struct Row {
    /// Rows that must have done the same piece before.
    var inputs: [Int]
    var pieceCount: Int
    var work: (Int) throws(RenderFailure) -> Void

    public init(
      inputs: [Int] = [], pieceCount: Int, work: @escaping (Int) throws(RenderFailure) -> Void
    ) {
      self.inputs = inputs
      self.pieceCount = pieceCount
      self.work = work
    }
  }

  private final class Rows: @unchecked Sendable {
    // Proof for @unchecked Sendable: the scheduler hands a row's work to one worker at a time, and
    // orders rows by their inputs through its lock.
    let rows: [Row]
    let monitor = Monitor()
    var failure: RenderFailure?
    init(_ rows: [Row]) { self.rows = rows }
  }

  /// Runs everything, or stops at the first failure.
  public static func run(
    _ rows: [Row], workers: Int, cancellation: Cancellation? = nil
  ) throws(RenderFailure) {
    let pieceCount = rows.map(\.pieceCount).max() ?? 0
    guard pieceCount > 0 else { return }
    let shared = Rows(rows)
    let scheduler = Scheduler(
      rows: rows.map { ScheduleRow(group: nil, inputs: $0.inputs, lag: $0.inputs.isEmpty ? 0 : 1) },
      pieceCount: pieceCount,
      window: 2 + workers, keepsGoing: false)
    WorkerPool.run(min(workers, rows.count)) { _ in
      while true {
        let batch = scheduler.next()
        if batch.isEmpty { break }
        let succeeded = batch.map { action in
          let row = shared.rows[action.row]
          do throws(RenderFailure) {
            if cancellation?.isCancelled == true { throw .cancelled }
            if action.piece < row.pieceCount { try row.work(action.piece) }
            return true
          } catch {
            shared.monitor.withLock { shared.failure = shared.failure ?? error }
            return false
          }
        }
        scheduler.finish(batch, succeeded: succeeded)
      }
    }
    if let failure = shared.failure { throw failure }
  }
}
