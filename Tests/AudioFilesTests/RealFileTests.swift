import AudioFiles
import Foundation
import Signal
import Testing

/// A folder of recordings that are not kept here.
let recordingsFolder = ProcessInfo.processInfo.environment["MIXDOWN_TEST_DATA"]

/// Runs over a folder of real and hostile recordings when `MIXDOWN_TEST_DATA` names one.
@Suite(.enabled(if: recordingsFolder != nil))
struct RealFileTests {
  static func files(_ below: String) -> [String] {
    guard let folder = recordingsFolder else { return [] }
    let root = folder + "/" + below
    let kinds = ["wav", "aif", "aiff", "flac", "ogg", "mp3", "bogus"]
    return (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? [])
      .filter { name in kinds.contains { name.hasSuffix("." + $0) } }
      .sorted().map { root + "/" + $0 }
  }

  /// A digest of everything that comes out of the file, and its length.
  static func walk(_ path: String, blockFrames: Int) throws -> (frames: Int64, digest: UInt64) {
    let reader = try SoundFileReader(path: path)
    var digest: UInt64 = 1_469_598_103_934_665_603
    let frames = try reader.decodeSequentially(blockFrames: blockFrames) { _, block in
      for frame in 0..<block.frameCount {
        for channel in 0..<block.channelCount {
          digest = (digest ^ block[channel][frame].bitPattern) &* 1_099_511_628_211
        }
      }
      return true
    }
    return (frames, digest)
  }

  @Test func hostileFilesAreReadOrRefused() throws {
    for path in RealFileTests.files("hostile") {
      let name = path.split(separator: "/").suffix(2).joined(separator: "/")
      switch SoundFileProbe.facts(of: path) {
      case .success(let facts):
        let outcome = Result { try RealFileTests.walk(path, blockFrames: 65_536) }
        switch outcome {
        case .success(let walk):
          #expect(walk.frames == facts.frames, "\(name)")
          print("\(name): \(facts.container) \(facts.encoding.name) \(walk.frames) frames")
        case .failure(let error): print("\(name): \(error)")
        }
      case .failure(let error):
        print("\(name): \(error.message)")
      }
    }
  }

  @Test func blockLengthDoesNotMatter() throws {
    for path in RealFileTests.files("formats") + RealFileTests.files("speech") {
      guard case .success(let facts) = SoundFileProbe.facts(of: path) else { continue }
      let a = try RealFileTests.walk(path, blockFrames: 65_536)
      let b = try RealFileTests.walk(path, blockFrames: 1_000)
      #expect(a.digest == b.digest && a.frames == b.frames && a.frames == facts.frames, "\(path)")
      print(String(path.split(separator: "/").last ?? ""), facts)
    }
  }

  @Test func readingAtRandomAgreesWithReadingInOrder() throws {
    let names = ["drums", "formats", "speech", "music/muldjord-armygeddon"]
    for path in names.flatMap(RealFileTests.files) {
      guard let reader = try? SoundFileReader(path: path) else { continue }
      let facts = reader.facts
      let inOrder = try SoundFileReader(path: path)
      let window = 500
      let buffer = AudioBuffer(channelCount: facts.channelCount, frameCapacity: window)
      let channels = Array(0..<facts.channelCount)
      var kept: [(Int64, [[Double]])] = []
      try inOrder.decodeSequentially(blockFrames: window) { frame, block in
        if block.frameCount == window, frame / Int64(window) % 97 == 3 {
          kept.append((frame, samples(block)))
        }
        return true
      }
      for (frame, expected) in kept.reversed().prefix(facts.access == .random ? 100 : 3) {
        try reader.read(at: frame, into: buffer.block, channels: channels)
        #expect(samples(buffer.block) == expected, "\(path) at \(frame)")
      }
    }
  }
}
