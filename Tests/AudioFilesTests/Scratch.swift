import AudioFiles
import Foundation
import Signal

/// A folder of its own for one test, removed with the value.
final class Scratch {
  let path: String

  init() {
    path = FileManager.default.temporaryDirectory.path + "/mixdown-" + UUID().uuidString
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  @discardableResult
  func write(_ bytes: [UInt8], to name: String) -> String {
    _ = FileManager.default.createFile(atPath: file(name), contents: Data(bytes))
    return file(name)
  }

  func bytes(_ name: String) -> [UInt8] {
    FileManager.default.contents(atPath: file(name)).map { Array($0) } ?? []
  }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}

/// A small generator with the same numbers everywhere (xorshift64*).
struct Seeded {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }
  /// −1 ..< 1
  mutating func sample() -> Double { Double(Int64(bitPattern: next()) >> 11) * 0x1p-52 }
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}

/// Noise on the grid of `bits` bits (0: Float values), `channels` × `frames`.
func noise(_ channels: Int, _ frames: Int, bits: Int, seed: UInt64) -> AudioBuffer {
  let buffer = AudioBuffer(channelCount: channels, frameCapacity: frames)
  var random = Seeded(seed)
  for frame in 0..<frames {
    for channel in 0..<channels {
      let value = random.sample()
      if bits == 0 {
        buffer.block[channel][frame] = Double(Float(value))
      } else {
        let scale = Double(1 << UInt64(bits - 1))
        buffer.block[channel][frame] = (value * scale).rounded(.down) / scale
      }
    }
  }
  return buffer
}

func samples(_ block: Block) -> [[Double]] {
  (0..<block.channelCount).map { channel in (0..<block.frameCount).map { block[channel][$0] } }
}

/// Reads `count` frames from `frame` on, the given channels.
func read(_ reader: SoundFileReader, at frame: Int64, _ count: Int, channels: [Int]? = nil)
  throws -> [[Double]]
{
  let chosen = channels ?? Array(0..<reader.facts.channelCount)
  let buffer = AudioBuffer(channelCount: chosen.count, frameCapacity: max(1, count))
  buffer.block.fill(7)
  try reader.read(at: frame, into: buffer.block(count), channels: chosen)
  return samples(buffer.block(count))
}

extension SoundFileWriter {
  /// Keeps the buffer alive while its block is written.
  func write(all buffer: AudioBuffer) throws(SoundFileError) {
    try write(buffer.block)
    withExtendedLifetime(buffer) {}
  }
}
