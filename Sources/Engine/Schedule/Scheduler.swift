/// One action of a build: a segment, or an output's consumer, over one piece.
struct ActionID: Hashable, Sendable {
  /// Row in the plan: segments first, then consumers.
  var row: Int
  var piece: Int
}

/// Where an action stands. It moves wanted → ready → running → done, or to failed or skipped.
enum ActionState: UInt8, Sendable {
  case wanted, ready, running, done
  /// Its own work failed.
  case failed
  /// Something it needs failed.
  case skipped
}

/// A row of equal work over all pieces: what it waits for at each piece.
struct ScheduleRow: Sendable {
  /// Rows of one group are handed out together at a piece, as far as they are ready.
  var group: Int?
  /// Rows whose action at the same piece must be done before.
  var inputs: [Int]
  /// Pieces that the row's turn comes later: those it waits for get ahead of it, so that they do
  /// not wait for each other in turn.
  var lag = 0
}

/// Hands out actions as a wavefront: pieces in order, as far as rows do not lag, within a piece the
/// rows' order, no piece further than `window` ahead of the first unfinished one. Memory is bounded by the window, not
/// by the length or the number of rows that are done.
final class Scheduler: @unchecked Sendable {
  // Proof for @unchecked Sendable: every stored property that changes is read and written only
  // inside `monitor`.
  private let monitor = Monitor()
  private let rows: [ScheduleRow]
  private let users: [[Int]]
  private let groups: [Int: [Int]]
  private let pieceCount: Int
  private let window: Int
  private let keepsGoing: Bool
  private var waiting: [UInt32]
  private var states: [ActionState]
  private var ready = ReadyQueue()
  private var unfinishedInPiece: [Int]
  private var firstUnfinished = 0
  private var running = 0
  private var remaining: Int
  private var stopped = false
  /// Since the last `finish`.
  private var skipped: [ActionID] = []

  init(rows: [ScheduleRow], pieceCount: Int, window: Int = 4, keepsGoing: Bool) {
    self.rows = rows
    self.pieceCount = pieceCount
    self.window = window
    self.keepsGoing = keepsGoing
    var users = [[Int]](repeating: [], count: rows.count)
    for (index, row) in rows.enumerated() { for input in row.inputs { users[input].append(index) } }
    self.users = users
    var groups: [Int: [Int]] = [:]
    for (index, row) in rows.enumerated() {
      if let group = row.group { groups[group, default: []].append(index) }
    }
    self.groups = groups
    let total = rows.count * pieceCount
    waiting = [UInt32](repeating: 0, count: total)
    states = [ActionState](repeating: .wanted, count: total)
    unfinishedInPiece = [Int](repeating: rows.count, count: pieceCount)
    remaining = total
    for piece in 0..<pieceCount {
      for (index, row) in rows.enumerated() {
        let count = row.inputs.count + (piece > 0 ? 1 : 0)
        waiting[piece * rows.count + index] = UInt32(count)
        if count == 0 { move(piece * rows.count + index, to: .ready) }
      }
    }
  }

  /// The only place where an action's state changes.
  private func move(_ action: Int, to state: ActionState) {
    states[action] = state
    switch state {
    case .wanted: break
    case .ready: ready.push(turn(of: action))
    case .running: running += 1
    case .done, .failed, .skipped:
      remaining -= 1
      let piece = action / rows.count
      unfinishedInPiece[piece] -= 1
      while firstUnfinished < pieceCount && unfinishedInPiece[firstUnfinished] == 0 {
        firstUnfinished += 1
      }
      if state != .done && !keepsGoing { stopped = true }
      switch state {
      case .done: release(action)
      case .failed: skip(after: action)
      default: skipped.append(ActionID(row: action % rows.count, piece: piece))
      }
    }
  }

  /// Where an action stands among those that are ready; nobody else stands there.
  private func turn(of action: Int) -> Int {
    action + rows[action % rows.count].lag * rows.count
  }

  private func action(at turn: Int) -> Int { turn - rows[turn % rows.count].lag * rows.count }

  /// Who waits for an action: those who use it, and the row's next piece.
  private func followers(of action: Int) -> [Int] {
    let piece = action / rows.count
    let row = action % rows.count
    let users = users[row].map { piece * rows.count + $0 }
    return piece + 1 < pieceCount ? users + [(piece + 1) * rows.count + row] : users
  }

  /// Tells those who wait for `action` that it is done.
  private func release(_ action: Int) {
    for user in followers(of: action) {
      waiting[user] -= 1
      if waiting[user] == 0 && states[user] == .wanted { move(user, to: .ready) }
    }
  }

  /// Nothing that needs `action`, however indirectly, can be done.
  private func skip(after action: Int) {
    var open = [action]
    while let next = open.popLast() {
      for user in followers(of: next) where states[user] == .wanted {
        move(user, to: .skipped)
        open.append(user)
      }
    }
  }

  /// The next actions for a worker, all at one piece; waits for them; empty when there will be no
  /// more.
  func next() -> [ActionID] {
    monitor.lock()
    defer { monitor.unlock() }
    while true {
      if stopped || remaining == 0 { return [] }
      // Members of a group were taken with the first of them.
      while let turn = ready.first, states[action(at: turn)] != .ready { ready.pop() }
      if let turn = ready.first, action(at: turn) / rows.count <= firstUnfinished + window {
        ready.pop()
        return take(action(at: turn))
      }
      if running == 0 && ready.first == nil { return [] }
      monitor.wait()
    }
  }

  private func take(_ action: Int) -> [ActionID] {
    let piece = action / rows.count
    var taken = [action % rows.count]
    if let group = rows[taken[0]].group, let members = groups[group] {
      taken = members.filter { states[piece * rows.count + $0] == .ready }
    }
    for row in taken { move(piece * rows.count + row, to: .running) }
    return taken.map { ActionID(row: $0, piece: piece) }
  }

  /// Ends what `next` gave.
  ///
  /// - Parameter succeeded: one value for each action.
  /// - Returns: actions that will not be done because of these.
  @discardableResult
  func finish(_ ids: [ActionID], succeeded: [Bool]) -> [ActionID] {
    monitor.lock()
    for (id, isDone) in zip(ids, succeeded) {
      running -= 1
      move(id.piece * rows.count + id.row, to: isDone ? .done : .failed)
    }
    let lost = skipped
    skipped = []
    monitor.unlock()
    monitor.broadcast()
    return lost
  }

  /// No further actions are handed out; running ones end by themselves.
  func stop() {
    monitor.lock()
    stopped = true
    monitor.unlock()
    monitor.broadcast()
  }

  /// Whether every action of `row` was done.
  func isDone(row: Int) -> Bool {
    monitor.withLock {
      (0..<pieceCount).allSatisfy { states[$0 * rows.count + row] == .done }
    }
  }

  /// How many actions ended, and of how many.
  var progress: (done: Int, total: Int) {
    monitor.withLock { (rows.count * pieceCount - remaining, rows.count * pieceCount) }
  }
}

/// A binary heap of action numbers, smallest first.
private struct ReadyQueue {
  private var heap: [Int] = []

  var first: Int? { heap.first }

  mutating func push(_ value: Int) {
    heap.append(value)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if heap[parent] <= heap[child] { return }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  mutating func pop() {
    guard let last = heap.popLast() else { return }
    if heap.isEmpty { return }
    heap[0] = last
    var parent = 0
    while true {
      let left = 2 * parent + 1
      if left >= heap.count { return }
      let right = left + 1
      let child = right < heap.count && heap[right] < heap[left] ? right : left
      if heap[parent] <= heap[child] { return }
      heap.swapAt(parent, child)
      parent = child
    }
  }
}
