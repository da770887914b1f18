import Foundation
import Mastering
import SessionModel
import Testing

struct ProfileTests {
  @Test func everyProfileSaysWhereItComesFrom() {
    let names = Profiles.all.map(\.name)
    #expect(Set(names).count == names.count)
    for profile in Profiles.all {
      #expect(!profile.source.isEmpty && !profile.date.isEmpty && !profile.title.isEmpty)
      #expect(profile.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" })
      #expect(Profiles[profile.name] == profile)
    }
    #expect(Profiles["no-such"] == nil)
  }

  @Test func limitsNameQuantitiesThatExpectKnows() {
    for profile in Profiles.all {
      if let level = profile.level {
        #expect(QuantityTable.loudnessMetrics.contains(level.quantity))
      }
      for limit in profile.limits { #expect(QuantityTable[limit.quantity] != nil) }
    }
  }

  /// The example on Spotify's own page.
  @Test func aQuietTrackIsLiftedAsFarAsItsPeakAllows() throws {
    let spotify = try #require(Profiles["spotify"]?.normalisation)
    #expect(spotify.gain(integrated: -20, truePeak: -5) == 4)
    #expect(spotify.gain(integrated: -20, truePeak: -12) == 6)
    #expect(spotify.gain(integrated: -8, truePeak: -1) == -6)
    #expect(spotify.gain(integrated: -.infinity, truePeak: -.infinity) == 0)
    let youtube = try #require(Profiles["youtube"]?.normalisation)
    #expect(youtube.gain(integrated: -20, truePeak: -5) == 0)
  }
}
