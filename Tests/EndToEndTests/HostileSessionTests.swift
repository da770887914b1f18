import Foundation
import Testing

/// Files that are no sessions are refused quickly and in little memory.
struct HostileSessionTests {
  @Test func aShortRecordingOfAThousandChannelsTakesLittleMemory() throws {
    let place = Workplace()
    try place.writeTone("a.wav", seconds: 0.001, channels: 1_024)
    try place.write(
      """
      mixdown: 1
      rate: 48 kHz
      tracks:
        a: {source: {file: a.wav, channel: 64}}
      mix: {tail: none}

      """, to: "session.yaml")
    let run = place.mixdown("build", "mix", environment: ["TEST_DATA_LIMIT": "\(400 << 10)"])
    #expect(run.status == 0, "\(run.account)")
  }

  static let cases: [(name: String, bytes: @Sendable () -> Data)] = [
    (
      "alias bomb",
      {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for i in 1..<40 {
          text +=
            "a\(i): &a\(i) [\(Array(repeating: "*a\(i - 1)", count: 9).joined(separator: ", "))]\n"
        }
        return Data(text.utf8)
      }
    ),
    ("deep flow", { Data(("mixdown: " + String(repeating: "[", count: 200_000)).utf8) }),
    (
      "deep block",
      { Data((0..<3000).map { String(repeating: " ", count: $0) + "a:\n" }.joined().utf8) }
    ),
    ("many keys", { Data(("mixdown: 1\n" + (0..<200_000).map { "k\($0): 1\n" }.joined()).utf8) }),
    (
      "huge scalar",
      {
        Data(
          ("mixdown: 1\nmetadata: {title: " + String(repeating: "x", count: 40_000_000) + "}\n")
            .utf8)
      }
    ),
    (
      "invalid UTF-8",
      { Data("mixdown: 1\nmetadata: {title: ".utf8) + Data([0xFF, 0xC3, 0x28]) + Data("}\n".utf8) }
    ),
    ("UTF-16", { "mixdown: 1\n".data(using: .utf16) ?? Data() }),
    ("NUL bytes", { Data("mixdown: 1\nrate: 48\0 kHz\n".utf8) }),
    ("tags", { Data("mixdown: !!python/object:os.system 1\n".utf8) }),
    ("two documents", { Data("mixdown: 1\n---\nmixdown: 1\n".utf8) }),
    ("merge key", { Data("mixdown: 1\ntracks: {a: &x {source: a.wav}, b: {<<: *x}}\n".utf8) }),
    ("a list", { Data("- 1\n- 2\n".utf8) }),
    ("nothing", { Data() }),
    (
      "random bytes",
      {
        var state: UInt64 = 42
        return Data(
          (0..<100_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
          })
      }
    ),
  ]

  @Test(arguments: cases.indices)
  func isRefusedSoonAndIn200Megabytes(_ index: Int) throws {
    let place = Workplace()
    try place.write(Self.cases[index].bytes(), to: "session.yaml")
    let run = place.mixdown("check", environment: ["TEST_DATA_LIMIT": "\(400 << 10)"])
    let name = Self.cases[index].name
    #expect(run.status == 65, "\(name): \(run.account.prefix(2000))")
    // A second on a fast machine; what does not end soon takes minutes.
    #expect(run.cpuSeconds < 5, "\(name): \(run.cpuSeconds) s")
    #expect(
      run.standardError.utf8.count < 1_000_000, "\(name): \(run.standardError.utf8.count) bytes")
  }
}
