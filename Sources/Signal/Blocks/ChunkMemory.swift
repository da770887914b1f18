/// Where the memory of chunks comes from and goes back to.
public protocol ChunkMemory: AnyObject, Sendable {
  /// Memory of that many bytes, aligned to pages; what stands in it is left over.
  func take(_ byteCount: Int) -> UnsafeMutableRawPointer
  /// Whether somebody will ask for the content hash of what is made here.
  var hashesContent: Bool { get }
  /// Takes back what `take` gave for as many bytes.
  func give(_ memory: UnsafeMutableRawPointer, _ byteCount: Int)
}
