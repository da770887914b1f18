import Engine
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// SIGINT, SIGTERM, a closed terminal (SIGHUP) and a closed pipe (SIGPIPE) stop a build between two
/// actions; nothing half-written is left. What the caller ignores (`nohup`) stays ignored.
enum Interruption {
  private static let received = Atomic<Int32>(0)
  private static let shared = Cancellation()

  static var signal: Int32 { received.load(ordering: .relaxed) }

  static func install() -> Cancellation {
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] {
      let ignored = unsafeBitCast(SIG_IGN, to: Int.self)
      if unsafeBitCast(set(number, handler), to: Int.self) == ignored { _ = set(number, SIG_IGN) }
    }
    return shared
  }

  private typealias Handler = @convention(c) (Int32) -> Void

  /// - Returns: what was set before.
  private static func set(_ number: Int32, _ handler: Handler?) -> Handler? {
    #if canImport(Glibc)
      Glibc.signal(number, handler)
    #elseif canImport(Musl)
      Musl.signal(number, handler)
    #else
      Darwin.signal(number, handler)
    #endif
  }

  private static let handler: Handler = { number in
    Interruption.received.store(number, ordering: .relaxed)
    Interruption.shared.cancel()
  }
}
