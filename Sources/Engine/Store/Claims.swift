internal import MixGraph
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Says to other processes what this one is about to make, so that equal work is done once.
///
/// A claim is an advisory lock on one byte of a file that holds nothing else of weight; the system
/// gives it back when the process ends, however it ends. Beside it stands a word that its holder
/// moves on while it lives: a claim whose holder stands still is passed over. Where the system or
/// the file system has no such locks everything may be claimed by everybody.
final class Claims: @unchecked Sendable {
  // Proof for @unchecked Sendable: `held` is touched inside `monitor` only; the descriptor is set
  // once.
  private let descriptor: Int32
  private let monitor = Monitor()
  private var held: Set<UInt64> = []
  private var beats = false
  private var beat: UInt64 = 0

  /// Commands on open file descriptions, of <fcntl.h>.
  #if os(Linux)
    private static let setLock: Int32 = 37
  #else
    private static let setLock: Int32 = 90
  #endif

  /// Seconds after which a holder that does not move is passed over.
  private static let patience = 15.0

  init?(path: String) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  enum Answer {
    /// Claimed; or cannot be, and need not be waited for.
    case granted
    /// Another process has one of them.
    case taken(UInt64)
  }

  /// Claims all of `keys`, or none.
  func claim(_ keys: [UInt64]) -> Answer {
    monitor.withLock {
      // One order for all: of two processes one gets everything it asks for.
      var mine: [UInt64] = []
      for key in Set(keys).subtracting(held).sorted() {
        switch lock(key, F_WRLCK) {
        case true: mine.append(key)
        case false:
          for key in mine { _ = lock(key, F_UNLCK) }
          return .taken(key)
        }
      }
      held.formUnion(mine)
      if !mine.isEmpty { startBeating() }
      return .granted
    }
  }

  /// Gives back what was claimed.
  func release(_ keys: [UInt64]? = nil) {
    monitor.withLock {
      for key in keys ?? held.sorted() where held.contains(key) {
        _ = lock(key, F_UNLCK)
        held.remove(key)
      }
    }
  }

  /// Waits until `key` is free or its holder stands still; false when `isCancelled` says so.
  ///
  /// - Returns: whether the claim is worth trying again: false lets the caller go on without.
  func wait(for key: UInt64, isCancelled: () -> Bool) -> Bool {
    var seen = word(key)
    var stillSince = Self.now
    var pause: UInt32 = 2_000
    while !isCancelled() {
      switch lock(key, F_WRLCK) {
      case true:
        _ = lock(key, F_UNLCK)
        return true
      case false: break
      }
      usleep(pause)
      pause = min(pause * 2, 50_000)
      let word = word(key)
      if word != seen {
        seen = word
        stillSince = Self.now
      } else if Self.now - stillSince > Self.patience {
        return false
      }
    }
    return false
  }

  // MARK: Locks

  /// Whether the byte of `key` is now locked (or unlocked); true also where locks do not work.
  private func lock(_ key: UInt64, _ kind: some BinaryInteger) -> Bool {
    var range = flock()
    range.l_type = Int16(kind)
    range.l_whence = Int16(SEEK_SET)
    range.l_start = off_t(Self.first + Int64(key & 0x3FFF_FFFF_FFFF))
    range.l_len = 1
    range.l_pid = 0
    if fcntl(descriptor, Self.setLock, &range) == 0 { return true }
    return errno != EAGAIN && errno != EACCES
  }

  // MARK: Signs of life

  /// Words of life lie before the bytes that are locked.
  private static let words: UInt64 = 1 << 16
  private static let first = Int64(8 * words)

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
  }

  private func word(_ key: UInt64) -> UInt64 {
    var value: UInt64 = 0
    _ = pread(descriptor, &value, 8, off_t(8 * (key % Self.words)))
    return value
  }

  /// Moves the words of what is held, once a second, until nothing is; without a thread nobody does,
  /// and others lose their patience.
  private func startBeating() {
    if beats { return }
    beats = WorkerPool.detach { [self] in
      while monitor.withLock({ () -> Bool in
        if held.isEmpty {
          beats = false
          return false
        }
        beat &+= 1
        var value = beat ^ UInt64(Posix.processIdentifier) << 32
        for key in held { _ = pwrite(descriptor, &value, 8, off_t(8 * (key % Self.words))) }
        return true
      }) { usleep(900_000) }
    }
  }
}
