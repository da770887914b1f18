#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The last step of written bytes.
public enum Medium {
  /// Waits until everything that was written to an open file or folder is on the medium; false:
  /// `errno` says why it is not.
  public static func settle(_ descriptor: Int32) -> Bool {
    #if canImport(Darwin)
      // fsync ends at the drive's own cache there. Some file systems have nothing better.
      if fcntl(descriptor, F_FULLFSYNC) != -1 { return true }
    #endif
    while fsync(descriptor) != 0 {
      if errno != EINTR { return false }
    }
    return true
  }
}
