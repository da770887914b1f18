import Foundation

/// A folder of its own for one test; it goes when the test ends.
final class Workplace {
  let folder: URL

  init() {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("mixdown-test-\(UUID().uuidString)").standardizedFileURL
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  subscript(name: String) -> URL { folder.appendingPathComponent(name) }

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  func write(_ data: Data, to name: String) throws {
    let file = self[name]
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  func read(_ name: String) throws -> Data { try Data(contentsOf: self[name]) }

  /// Every file below `name`, relative to it, without hidden ones, sorted.
  func files(in name: String) -> [String] {
    let all = FileManager.default.subpaths(atPath: self[name].path) ?? []
    return all.filter { path in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(
        atPath: self[name].appendingPathComponent(path).path, isDirectory: &isFolder)
      return !isFolder.boolValue && !path.split(separator: "/").contains { $0.hasPrefix(".") }
    }.sorted()
  }

  /// An example, its recordings linked, as the folder `name`.
  func copyExample(_ name: String) throws {
    let example = Package.root.appendingPathComponent("examples/\(name)")
    try write(
      try Data(contentsOf: example.appendingPathComponent("session.yaml")),
      to: "\(name)/session.yaml")
    try FileManager.default.createSymbolicLink(
      at: self["\(name)/audio"], withDestinationURL: example.appendingPathComponent("audio"))
  }

  /// A session of the tests, its paths into the shared recordings made absolute.
  func copySession(_ name: String, data: URL) throws {
    let text = try String(
      contentsOf: Package.sessions.appendingPathComponent("\(name).yaml"), encoding: .utf8)
    try write(
      text.replacingOccurrences(of: "../../../../shared/data", with: data.path),
      to: "\(name)/session.yaml")
  }

  func mixdown(_ arguments: String..., environment: [String: String] = [:]) -> Run {
    withExtendedLifetime(self) { Program.run(arguments, in: folder, environment: environment) }
  }

  /// A 16-bit WAV of a decaying tone, or of the samples given.
  func writeTone(
    _ name: String, seconds: Double = 1, rate: Int = 48_000, frequency: Double = 440,
    peak: Double = 0.5, channels: Int = 1
  ) throws {
    let frames = Int(seconds * Double(rate))
    var samples: [Int16] = []
    samples.reserveCapacity(frames * channels)
    for n in 0..<frames {
      let t = Double(n) / Double(rate)
      let x =
        peak * sin(2 * Double.pi * frequency * t) * exp(-2 * t.truncatingRemainder(dividingBy: 0.5))
      for _ in 0..<channels { samples.append(Int16((x * 32767).rounded())) }
    }
    try write(wav(samples, rate: rate, channels: channels), to: name)
  }
}

/// A plain 16-bit WAV file.
func wav(_ samples: [Int16], rate: Int, channels: Int) -> Data {
  var data = Data()
  func put32(_ value: Int) {
    withUnsafeBytes(of: UInt32(value).littleEndian) { data.append(contentsOf: $0) }
  }
  func put16(_ value: Int) {
    withUnsafeBytes(of: UInt16(value).littleEndian) { data.append(contentsOf: $0) }
  }
  data.append(contentsOf: Array("RIFF".utf8))
  put32(36 + samples.count * 2)
  data.append(contentsOf: Array("WAVEfmt ".utf8))
  put32(16)
  put16(1)
  put16(channels)
  put32(rate)
  put32(rate * channels * 2)
  put16(channels * 2)
  put16(16)
  data.append(contentsOf: Array("data".utf8))
  put32(samples.count * 2)
  samples.withUnsafeBufferPointer { buffer in
    for sample in buffer { put16(Int(UInt16(bitPattern: sample))) }
  }
  return data
}

/// A 32-bit float WAV file of channels of equal length.
func floatWav(rate: Int, _ channels: [[Float]]) -> Data {
  let frames = channels.first?.count ?? 0
  var bits = [UInt32](repeating: 0, count: frames * channels.count)
  for (channel, samples) in channels.enumerated() {
    for frame in 0..<frames {
      bits[frame * channels.count + channel] = samples[frame].bitPattern.littleEndian
    }
  }
  let size = bits.count * 4
  var data = Data()
  func put(_ text: String) { data.append(contentsOf: Array(text.utf8)) }
  func put(_ value: Int, bytes: Int) {
    for i in 0..<bytes { data.append(UInt8(truncatingIfNeeded: value >> (8 * i))) }
  }
  put("RIFF")
  put(36 + size, bytes: 4)
  put("WAVEfmt ")
  put(16, bytes: 4)
  put(3, bytes: 2)
  put(channels.count, bytes: 2)
  put(rate, bytes: 4)
  put(rate * channels.count * 4, bytes: 4)
  put(channels.count * 4, bytes: 2)
  put(32, bytes: 2)
  put("data")
  put(size, bytes: 4)
  bits.withUnsafeBytes { data.append(contentsOf: $0) }
  return data
}
