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
}
