/// One live line on a terminal, plain lines otherwise, on standard error.
final class ProgressLine {
  private let seconds: Double
  private let isTerminal = Console.isTerminal(2)
  private let started = Console.seconds
  private var shownAt = 0.0
  private var hasShown = false

  /// - Parameter programme: frames of the programme at `rate`.
  init(programme: Int64, rate: Int) {
    seconds = Double(programme) / Double(rate)
  }

  func show(_ done: Int, of total: Int) {
    let now = Console.seconds
    // A terminal gets ten lines a second at most, a log one in ten seconds.
    guard now - max(shownAt, started) >= (isTerminal ? 0.1 : 10), now - started >= 0.5,
      done > 0
    else { return }
    shownAt = now
    let fraction = Double(done) / Double(max(1, total))
    let elapsed = now - started
    let left = elapsed / fraction - elapsed
    let speed = seconds * fraction / elapsed
    let text =
      "rendering \(Int(fraction * 100)) % · \(Clocks.fixed(speed, digits: 0)) x real time · "
      + "\(Clocks.fixed(left, digits: 0)) s left"
    hasShown = true
    Console.status(isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n")
  }

  func clear() {
    if hasShown && isTerminal { Console.status("\r\u{1B}[K") }
  }
}
