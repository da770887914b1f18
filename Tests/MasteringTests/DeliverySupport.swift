import Engine
import Foundation
import Mastering
import Signal

/// A programme in memory, in pieces.
final class MemorySource: PiecedSource, @unchecked Sendable {
  // Proof for @unchecked Sendable: nothing changes after `init`.
  let channels: [[Double]]
  let pieces: [StreamPiece]
  var channelCount: Int { channels.count }
  var frames: Int64 { Int64(channels[0].count) }

  init(_ channels: [[Double]], piece: Int = 20_000) {
    self.channels = channels
    let count = channels[0].count
    pieces = stride(from: 0, to: count, by: piece).map { start in
      let end = min(count, start + piece)
      var writer = StateWriter()
      for channel in channels { writer.write(channel[start..<end]) }
      return StreamPiece(
        range: FrameRange(Int64(start), Int64(end)), content: ContentHash(of: writer.bytes),
        offset: 0)
    }
  }

  func read(_ range: FrameRange, into block: Block) throws(RenderFailure) {
    for channel in 0..<block.channelCount {
      for i in 0..<block.frameCount {
        let at = range.start + Int64(i)
        block[channel][i] = at >= 0 && at < frames ? channels[channel][Int(at)] : 0
      }
    }
  }

  /// Noise with hits on top: `crest` says how far the hits stand out.
  static func programme(
    rate: Int, seconds: Double, level: Double, crest: Double, seed: UInt64
  ) -> MemorySource {
    var state = seed
    func draw() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(Int64(bitPattern: state) >> 11) / Double(1 << 52)
    }
    let count = Int(seconds * Double(rate))
    var (left, right) = ([Double](), [Double]())
    for i in 0..<count {
      let beat = Double(i % (rate / 2)) / Double(rate)
      let hit = 1 + crest * Foundation.exp(-beat * 60)
      let swell = 0.6 + 0.4 * Foundation.sin(Double(i) / Double(rate) * 2.1)
      left.append(level * hit * swell * draw())
      right.append(level * hit * swell * draw())
    }
    return MemorySource([left, right])
  }
}

extension Workplace {
  /// Without a store unless one is given.
  func environment(_ store: Store? = nil) -> DeliveryEnvironment {
    DeliveryEnvironment(folder: path, store: store, workers: 2)
  }
}

extension Workplace {
  /// Whether two files of the folder are there and have the same bytes.
  func holdTheSame(_ a: String, _ b: String) -> Bool {
    guard let bytes = FileManager.default.contents(atPath: "\(path)/\(a)") else { return false }
    return bytes == FileManager.default.contents(atPath: "\(path)/\(b)")
  }
}

/// A folder that is gone when the test is.
final class Workplace {
  let path: String
  init() {
    path = FileManager.default.temporaryDirectory.path + "/mixdown-\(UUID().uuidString)"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
}
