import AudioFiles
import Diagnostics
import Foundation
import Loudness
import SessionModel
import Signal
import Testing

@testable import Mastering

/// What profiles give deliveries, and what they say of finished files.
struct ProfileVerdictTests {
  private let span = Span(SourceID(0), 0, 1)

  private func delivery(
    _ profile: String, file: String = "out/a.wav",
    _ change: (inout ResolvedDelivery) -> Void = { _ in }
  ) -> ResolvedDelivery {
    var delivery = ResolvedDelivery(name: "a", span: span)
    delivery.items = [ResolvedDelivery.Item(file: file)]
    delivery.profile = Located(profile, span)
    change(&delivery)
    return delivery
  }

  private func form(_ delivery: ResolvedDelivery, rate: Int = 48_000) throws -> DeliveryForm {
    try #require(
      DeliveryForm(
        delivery, item: delivery.items[0], sessionRate: rate,
        profile: Profiles[delivery.profile?.value ?? ""]))
  }

  private func verdicts(
    _ delivery: ResolvedDelivery, _ measures: [String: Double], rate: Int = 48_000
  ) throws -> [String: DeliveryVerdict] {
    var known = DeliveryMeasures(kept: [])
    known.merge(measures)
    let all = DeliveryVerdict.judging(
      delivery, try form(delivery, rate: rate), path: "a", measures: known)
    return Dictionary(all.map { ($0.quantity, $0) }, uniquingKeysWith: { a, _ in a })
  }

  @Test func aProfileFillsWhatTheDeliveryDoesNotSay() throws {
    let broadcast = try form(delivery("ebu-r128"), rate: 44_100)
    #expect(broadcast.loudness == LoudnessTarget(metric: "integrated", value: -23))
    #expect(broadcast.ceiling == -1 && broadcast.format.rate == 48_000)
    #expect(broadcast.tolerance == 0.2)
    let book = try form(delivery("acx", file: "out/a.mp3"))
    #expect(book.loudness == LoudnessTarget(metric: "rms", value: -20.5))
    #expect(book.ceiling == -3 && book.format.rate == 44_100 && book.format.container == .mp3)
    let disc = try form(delivery("red-book"))
    #expect(disc.format.rate == 44_100 && disc.format.encoding == .integer(bits: 16))
    #expect(disc.loudness == nil)
    let own = try form(
      delivery("ebu-r128") {
        $0.loudness = Located(LoudnessTarget(metric: "integrated", value: -20), span)
        $0.rate = Located(96_000, span)
        $0.truePeak = Located(-3, span)
      })
    #expect(own.loudness?.value == -20 && own.format.rate == 96_000 && own.ceiling == -3)
    #expect(own.tolerance == 0.1)
  }

  @Test func aLouderMasterGetsMoreHeadroom() throws {
    #expect(try form(delivery("spotify")).ceiling == -1)
    let loud = try form(
      delivery("spotify") {
        $0.loudness = Located(LoudnessTarget(metric: "integrated", value: -9), span)
      })
    #expect(loud.ceiling == -2)
  }

  /// At the target, at its tolerance, and just beyond.
  @Test(arguments: [(-23.0, true), (-22.8, true), (-22.78, false), (-23.2, true), (-23.22, false)])
  func aBandEndsAtItsTolerance(_ loudness: Double, _ passes: Bool) throws {
    let all = try verdicts(delivery("ebu-r128"), ["integrated": loudness, "true-peak": -1.05])
    let level = try #require(all["integrated"])
    #expect(level.passed == passes && level.severity == .advise)
    #expect(all["true-peak"]?.passed == true)
    #expect(level.note?.contains("EBU R 128") == true)
  }

  @Test(arguments: [(-1.05, true), (-0.95, false)])
  func aCeilingEndsAtItsNumber(_ peak: Double, _ passes: Bool) throws {
    let all = try verdicts(delivery("ebu-r128"), ["integrated": -23, "true-peak": peak])
    #expect(all["true-peak"]?.passed == passes)
  }

  @Test(arguments: [(140.0, false), (191.9, false), (192.0, true), (210.0, true)])
  func aBitRateThatVariesIsTheFilesOwn(_ rate: Double, _ passes: Bool) throws {
    let variable = delivery("acx", file: "out/a.mp3") {
      $0.bitRate = Located(245_000, span)
      $0.bitRateMode = Located("variable", span)
    }
    let verdict = try #require(try verdicts(variable, ["bit-rate": rate])["bit-rate"])
    #expect(verdict.passed == passes && verdict.reading == "\(Int(rate)) kbps")
    let constant = delivery("acx", file: "out/a.mp3") { $0.bitRate = Located(192_000, span) }
    #expect(try verdicts(constant, ["bit-rate": rate])["bit-rate"]?.passed == true)
  }

  @Test func anUpperGateAllowsLess() throws {
    for (loudness, passes) in [(-30.0, true), (-15.8, true), (-15.78, false)] {
      let all = try verdicts(
        delivery("aes77-track"), ["integrated": loudness, "true-peak": -2])
      #expect(all["integrated"]?.passed == passes)
    }
  }

  @Test func whatNeedsDialogueIsNeverPassed() throws {
    for name in ["netflix", "atsc-a85", "ebu-r128-s4", "cinema-trailer", "cinema-advert"] {
      let all = try verdicts(
        delivery(name), ["integrated": -27, "true-peak": -5, "loudness-range": 10])
      #expect(all.values.contains { $0.outcome == .notMeasured }, "\(name)")
    }
    let netflix = try verdicts(delivery("netflix"), ["integrated": -27, "true-peak": -5])
    #expect(netflix["dialogue-loudness"]?.outcome == .notMeasured)
    #expect(netflix["dialogue-loudness"]?.passed == false)
    #expect(try form(delivery("netflix")).loudness == nil)
  }

  @Test func whatAServiceTurnsToIsOnlySaid() throws {
    let all = try verdicts(delivery("spotify"), ["integrated": -20, "true-peak": -0.5])
    #expect(all["integrated"]?.severity == .inform && all["integrated"]?.diagnostic == nil)
    #expect(all["true-peak"]?.severity == .advise)
    #expect(all["true-peak"]?.diagnostic?.severity == .warning)
  }

  @Test func anAudiobookIsHeldToEveryRule() throws {
    let good = [
      "rms": -20.5, "true-peak": -3.5, "sample-peak": -3.6, "noise-floor": -61, "head-quiet": 0.7,
      "tail-quiet": 2, "duration": 60,
    ]
    let book = delivery("acx", file: "out/a.mp3")
    #expect(try verdicts(book, good).values.allSatisfy { $0.passed && $0.severity == .must })
    let misses: [(String, Double)] = [
      ("noise-floor", -59), ("rms", -17.9), ("head-quiet", 0.3), ("tail-quiet", 6),
      ("true-peak", -2.9), ("duration", 7_201),
    ]
    for (name, value) in misses {
      var measures = good
      measures[name] = value
      let missed = try verdicts(book, measures).values.filter { !$0.passed }
      #expect(missed.map(\.quantity) == [name])
    }
    let variable = delivery("acx", file: "out/a.mp3") {
      $0.bitRateMode = Located("variable", span)
    }
    #expect(try verdicts(variable, good)["bit-rate-mode"]?.outcome == .missed)
    let other = delivery("acx", file: "out/a.mp3") { $0.rate = Located(48_000, span) }
    #expect(try verdicts(other, good)["rate"]?.outcome == .missed)
    let thin = delivery("acx", file: "out/a.mp3") { $0.bitRate = Located(128_000, span) }
    #expect(try verdicts(thin, good)["bit-rate"]?.outcome == .missed)
    let wave = delivery("acx")
    #expect(try verdicts(wave, good)["format"]?.outcome == .missed)
  }

  @Test func aDiscWantsItsFormAndACode() throws {
    let measures = ["duration": 180.0, "true-peak": -0.5]
    let all = try verdicts(delivery("red-book"), measures)
    #expect(all["rate"]?.passed == true && all["bits"]?.passed == true)
    #expect(all["isrc"]?.outcome == .missed && all["isrc"]?.severity == .advise)
    let short = try verdicts(delivery("red-book"), ["duration": 3.9, "true-peak": -0.5])
    #expect(short["duration"]?.outcome == .missed)
    let deep = delivery("red-book") { $0.bits = Located(24, span) }
    #expect(try verdicts(deep, measures)["bits"]?.outcome == .missed)
  }

  @Test func aGainOfItsOwnIsNotHeldToARecommendedLevel() throws {
    let lent = delivery("streaming") { $0.gain = Located(.asDelivery("b"), span) }
    #expect(try verdicts(lent, ["integrated": -17, "true-peak": -2])["integrated"] == nil)
  }

  // MARK: Services

  @Test func everyServiceIsForecast() throws {
    let all = ServiceForecast.all(integrated: -20, truePeak: -5)
    let spotify = try #require(all.first { $0.service == "spotify" })
    #expect(spotify.gain == 4 && spotify.integrated == -16 && spotify.truePeak == -1)
    let youtube = try #require(all.first { $0.service == "youtube" })
    #expect(youtube.gain == 0 && youtube.truePeak == -5)
    let bandcamp = try #require(all.first { $0.service == "bandcamp" })
    #expect(bandcamp.gain == 0 && bandcamp.reference == nil)
    #expect(ServiceForecast.all(integrated: -.infinity, truePeak: -.infinity).isEmpty)
    let loud = ServiceForecast.all(integrated: -8, truePeak: -1)
    #expect(loud.first { $0.service == "deezer" }?.gain == -7)
  }

  // MARK: Pressing

  private func pressing(_ left: (Int) -> Double, _ right: (Int) -> Double) throws -> [String:
    Double]
  {
    let place = Workplace()
    let rate = 48_000
    let frames = 2 * rate
    let block = AudioBuffer(channelCount: 2, frameCapacity: frames)
    for i in 0..<frames {
      block.block[0][i] = left(i)
      block.block[1][i] = right(i)
    }
    let path = place.path + "/a.wav"
    let writer = try SoundFileWriter(
      path: path, format: SoundFileFormat(.wav, .float32, rate: rate, channelCount: 2))
    try writer.write(block.block)
    _ = try writer.finish()
    return try PressingMeter.measure(path)
  }

  @Test func bassInTheSidesIsFound() throws {
    func bass(_ i: Int) -> Double { 0.5 * sin(2 * Double.pi * 60 * Double(i) / 48_000) }
    func voice(_ i: Int) -> Double { 0.1 * sin(2 * Double.pi * 1_000 * Double(i) / 48_000) }
    let centred = try pressing({ bass($0) + voice($0) }, { bass($0) - voice($0) })
    #expect(try #require(centred["bass-side"]) < -40)
    let wide = try pressing({ bass($0) }, { -bass($0) })
    #expect(try #require(wide["bass-side"]) > 40)
    // Left alone: as much side as middle.
    let left = try pressing({ bass($0) }, { _ in 0 })
    #expect(abs(try #require(left["bass-side"])) < 0.01)
    #expect(try #require(left["treble"]) < -60)
  }

  @Test func quietEndsAreMeasuredAtFiftyBelow() throws {
    let rate = 48_000
    let tone = { (i: Int) in
      i >= rate / 2 && i < 3 * rate / 2 ? 0.1 : i % 2 == 0 ? 0.002 : -0.002
    }
    let ends = try pressing(tone, tone)
    #expect(abs(try #require(ends["head-quiet"]) - 0.5) < 1e-4)
    #expect(abs(try #require(ends["tail-quiet"]) - 0.5) < 1e-4)
  }
}
