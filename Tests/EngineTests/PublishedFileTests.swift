import AudioFiles
import Foundation
import Signal
import TestSupport
import Testing

@testable import Engine

/// Files that are put together from the one in their place, while that one is meddled with.
struct PublishedFileTests {
  private let folder: TemporaryFolder
  private let store: Store
  private var path: String { folder.path + "/a.wav" }
  private static let frames = 5_000

  init() throws {
    folder = try TemporaryFolder()
    store = try #require(Store(folder: folder.path + "/cache"))
  }

  private func open() throws -> PublishedFile {
    try PublishedFile(
      path: path,
      format: SoundFileFormat(.wav, .integer(bits: 24), rate: 48_000, channelCount: 1),
      metadata: SoundFileMetadata(), folder: folder.path, store: store)
  }

  /// A ramp, written sample by sample.
  private func make() throws -> (bytes: [UInt8], run: ContentHash) {
    let file = try open()
    let buffer = AudioBuffer(channelCount: 1, frameCapacity: Self.frames)
    for i in 0..<Self.frames { buffer.block[0][i] = Double(i) / 8_192 }
    let run = try file.append(buffer.block).bytes
    _ = try file.finish(measures: [])
    return (try read(), run)
  }

  private func read() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

  /// The same file out of the earlier one alone.
  private func takeOver(_ run: ContentHash) throws -> PublishedFile {
    let file = try open()
    #expect(try file.take(run, frames: Int64(Self.frames), clippedSamples: 0))
    return file
  }

  @Test func aFileThatIsStillThereIsLeftAlone() throws {
    let first = try make()
    let facts = try takeOver(first.run).finish(measures: [])
    #expect(!facts.wasReplaced)
    #expect(try read() == first.bytes)
  }

  @Test func aFileThatIsRemovedMeanwhileIsMadeAgain() throws {
    let first = try make()
    let file = try takeOver(first.run)
    try FileManager.default.removeItem(atPath: path)
    let facts = try file.finish(measures: [])
    #expect(facts.wasReplaced)
    #expect(try read() == first.bytes)
  }

  @Test func aFileThatIsReplacedMeanwhileIsReplacedAgain() throws {
    let first = try make()
    let file = try takeOver(first.run)
    try Data("another".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    let facts = try file.finish(measures: [])
    #expect(facts.wasReplaced)
    #expect(try read() == first.bytes)
  }

  @Test func framesOfAFileThatIsWrittenIntoMeanwhileAreNotTakenOver() throws {
    let first = try make()
    let file = try takeOver(first.run)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data([1, 2, 3, 4]))
    try handle.close()
    #expect(throws: RenderFailure.self) { try file.finish(measures: []) }
    #expect(try read() == first.bytes + [1, 2, 3, 4])
  }

  /// Pieces that are made anew and are what they were are not written, nor is silence that the earlier file
  /// has in several places.
  @Test func whatIsAsItWasIsNotWritten() throws {
    let count = 100_000
    func buffer(_ step: Double) -> AudioBuffer {
      let buffer = AudioBuffer(channelCount: 1, frameCapacity: count)
      for i in 0..<count { buffer.block[0][i] = Double(i % 997) * step }
      return buffer
    }
    let silence = buffer(0)
    let ramp = buffer(1e-4)
    /// Bytes that the hidden file takes on the disk.
    func written() throws -> Int {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      let name = try #require(names.first { $0.hasSuffix(".part") })
      var info = stat()
      #expect(stat("\(folder.path)/\(name)", &info) == 0)
      return Int(info.st_blocks) * 512
    }
    let first = try open()
    let run = try first.append(silence.block).bytes
    _ = try first.append(ramp.block)
    _ = try first.append(silence.block)
    _ = try first.finish(measures: [])
    let made = try read()

    let again = try open()
    #expect(try again.take(run, frames: Int64(count), clippedSamples: 0))
    _ = try again.append(ramp.block)
    #expect(try again.take(run, frames: Int64(count), clippedSamples: 0))
    #expect(try written() < 3 * count)
    let facts = try again.finish(measures: [])
    #expect(!facts.wasReplaced)
    #expect(try read() == made)

    let other = try open()
    #expect(try other.take(run, frames: Int64(count), clippedSamples: 0))
    _ = try other.append(ramp.block)
    _ = try other.append(buffer(2e-4).block)
    #expect(try written() > 8 * count)
    #expect(try other.finish(measures: []).wasReplaced)
    let changed = try read()
    #expect(
      changed.count == made.count && changed.prefix(44 + 6 * count) == made.prefix(44 + 6 * count))
    #expect(changed != made)
  }
}
