import Signal
import TestSupport
import Testing

@testable import Engine
@testable import MixGraph

struct BuildMemoryTests {
  private func key(_ number: Int) -> Digest {
    var writer = DigestWriter()
    writer.field("number", number)
    return writer.digest
  }

  /// With a folder, with one that is not there, and without.
  @Test(arguments: [0, 1, 2])
  func whatIsKeptIsFoundAgain(_ kind: Int) throws {
    let folder = try TemporaryFolder()
    let memory = BuildMemory()
    if kind > 0 { memory.spill(into: kind == 1 ? folder.path : folder.path + "/nowhere") }
    var all: [[UInt8]] = []
    for number in 0..<20 { all.append((0..<(17 * number)).map { UInt8(($0 * 7 + number) & 255) }) }
    for (number, bytes) in all.enumerated() {
      memory.keepResult(key(number), bytes)
      #expect(memory.keepState(bytes, ContentHash(of: bytes)))
    }
    for (number, bytes) in all.enumerated() {
      #expect(memory.result(key(number)) == bytes)
      #expect(memory.state(ContentHash(of: bytes)) == bytes)
    }
    #expect(memory.result(key(20)) == nil)
    memory.keepResult(key(3), all[19])
    #expect(memory.result(key(3)) == all[19])
  }
}
