#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Engine
import Synchronization

/// SIGINT and SIGTERM stop a build between two actions; nothing half-written is left.
enum Interruption {
  private static let received = Atomic<Int32>(0)
  private static let shared = Cancellation()

  static var signal: Int32 { received.load(ordering: .relaxed) }

  static func install() -> Cancellation {
    for number in [SIGINT, SIGTERM] {
      #if canImport(Darwin)
        _ = Darwin.signal(number, handler)
      #else
        _ = Glibc.signal(number, handler)
      #endif
    }
    return shared
  }

  private static let handler: @convention(c) (Int32) -> Void = { number in
    Interruption.received.store(number, ordering: .relaxed)
    Interruption.shared.cancel()
  }
}
