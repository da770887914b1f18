import Foundation
import Testing

/// Another program, in another language, agrees.
struct ReferenceMixerTests {
  static let python = ProcessInfo.processInfo.environment["PYTHON"] ?? "python3"

  func python(_ arguments: String..., in place: Workplace) -> Run {
    let script = Package.root.appendingPathComponent("Tests/Oracle/reference_mixer.py").path
    return Program.run([Self.python, script] + arguments, in: place.folder, binary: "/usr/bin/env")
  }

  @Test func fiveBandsACompressorAndPanAgreeWithAReferenceMixerTo120Decibels() throws {
    let place = Workplace()
    let made = python("make", ".", in: place)
    try #require(made.status == 0, "\(made.account)")
    if made.text.hasPrefix("skipped") {
      print(made.text)
      return
    }
    let run = place.mixdown("build", "mix")
    try #require(run.status == 0, "\(run.account)")
    let compared = python("compare", ".", in: place)
    print(compared.text)
    try #require(compared.status == 0, "\(compared.account)")
    let match = try #require(compared.text.firstMatch(of: /difference (-?[0-9.]+) dBFS/))
    let difference = try #require(Double(match.1))
    // Single precision is all that is left: a track of half of full scale, rounded to 24 bits of
    // mantissa after its inserts, is off by up to 2^-26, which is -156 dBFS; three of them and the
    // mix's own rounding stay under -144 dBFS.
    #expect(difference <= -144, "\(compared.text)")
  }
}
