/// Where the memory of chunks comes from and goes back to.
public protocol ChunkMemory: AnyObject, Sendable {
  /// Memory of that many bytes, aligned to pages; what stands in it is left over.
  func take(_ byteCount: Int) -> UnsafeMutableRawPointer
  /// Takes back what `take` gave for as many bytes.
  func give(_ memory: UnsafeMutableRawPointer, _ byteCount: Int)
}
