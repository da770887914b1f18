#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A mutex with a condition, from the system's threads library.
final class Monitor: @unchecked Sendable {
  // Proof for @unchecked Sendable: the pointers are set once; the system's locks are made to be
  // shared between threads.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  init() {
    mutex = .allocate(capacity: 1)
    condition = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
    condition.deallocate()
  }

  func lock() { pthread_mutex_lock(mutex) }
  func unlock() { pthread_mutex_unlock(mutex) }
  func wait() { pthread_cond_wait(condition, mutex) }
  func broadcast() { pthread_cond_broadcast(condition) }

  func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock()
    defer { unlock() }
    return try body()
  }
}

/// Runs a body on `count` threads and waits for all of them.
enum WorkerPool {
  private final class Start {
    let index: Int
    let body: @Sendable (Int) -> Void
    init(index: Int, body: @escaping @Sendable (Int) -> Void) {
      self.index = index
      self.body = body
    }
  }

  /// The caller's thread is worker 0.
  static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    var threads: [pthread_t] = []
    for index in 1..<max(1, count) {
      if let thread = start(index, body) { threads.append(thread) }
    }
    body(0)
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Runs `body` on a thread that nobody waits for; false: there is none to be had, and it does not
  /// run.
  static func detach(_ body: @escaping @Sendable () -> Void) -> Bool {
    guard let thread = start(0, { _ in body() }) else { return false }
    pthread_detach(thread)
    return true
  }

  private static func start(_ index: Int, _ body: @escaping @Sendable (Int) -> Void) -> pthread_t? {
    let start = Unmanaged.passRetained(Start(index: index, body: body))
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    defer { attributes.deallocate() }
    pthread_attr_init(attributes)
    defer { pthread_attr_destroy(attributes) }
    pthread_attr_setstacksize(attributes, 8 << 20)
    #if canImport(Darwin)
      var thread: pthread_t?
      let made = pthread_create(&thread, attributes, WorkerPool.entry, start.toOpaque()) == 0
    #else
      var thread: pthread_t = 0
      let made =
        pthread_create(
          &thread, attributes,
          { argument in
            guard let argument else { return nil }
            let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
            start.body(start.index)
            return nil
          }, start.toOpaque()) == 0
    #endif
    if !made {
      start.release()
      return nil
    }
    return thread
  }

  #if canImport(Darwin)
    private static let entry: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? =
      {
        argument in
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        start.body(start.index)
        return nil
      }
  #endif

  static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
