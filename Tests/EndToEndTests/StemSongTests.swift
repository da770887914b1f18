import Foundation
import Testing

/// Real multi-track recordings, lossy and lossless, mixed by sessions of the tests.
@Suite(.serialized)
struct StemSongTests {
  @Test(arguments: [("funk", 70.0), ("lithium", 55.0), ("speech", 25.0)])
  func isMixedAndMastered(_ name: String, _ atLeastSeconds: Double) throws {
    guard let data = Package.sharedData else {
      print("skipped: no shared/data beside the package; MIXDOWN_TEST_DATA may name it")
      return
    }
    let place = Workplace()
    try place.copySession(name, data: data)
    let run = place.mixdown("build", name, "--json")
    try #require(run.status == 0, "\(run.account)")
    #expect(Set(run.made.map(\.target)) == ["mix", "master"])
    let master = try #require(run.made.first { $0.target == "master" })
    #expect(Double(master.frames) / Double(master.rate) > atLeastSeconds)
    #expect(try #require(master.samplePeak) <= -0.9)
    #expect(try #require(master.samplePeak) > -12)
    let again = place.mixdown("build", name, "--json", "-j", "8", "--no-cache")
    #expect(again.hashes == run.hashes)
  }
}
