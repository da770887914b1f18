import AudioFiles
import Diagnostics
import Foundation
import SessionModel
import Signal
import Testing

@testable import Mastering

struct VerdictTests {
  private let span = Span(SourceID(0), 3, 9)

  private func verdict(
    _ measured: Double?, _ relation: SessionModel.Expectation.Relation,
    _ severity: DeliveryVerdict.Severity = .must
  ) -> DeliveryVerdict {
    DeliveryVerdict(
      target: "mix", quantity: "integrated", measured: measured, relation: relation,
      severity: severity, span: span, path: "out/mix.wav")
  }

  @Test func aLimitThatIsMetExactlyIsMet() {
    #expect(verdict(-14, .atMost(-14)).outcome == .passed)
    #expect(verdict(-14 + 1e-8, .atMost(-14)).outcome == .missed)
    #expect(verdict(-14, .atLeast(-14)).outcome == .passed)
    #expect(verdict(-13.5, .within(-14, tolerance: 0.5)).outcome == .passed)
    #expect(verdict(-13.49, .within(-14, tolerance: 0.5)).outcome == .missed)
    #expect(verdict(-15, .between(-16, -14)).margin == 1)
  }

  @Test func smallLimitsAndReadingsKeepTheirDecimals() {
    func verdict(_ measured: Double, _ most: Double) -> DeliveryVerdict {
      DeliveryVerdict(
        target: "mix", quantity: "thd", measured: measured, relation: .atMost(most), span: span,
        path: "mix")
    }
    let tiny = verdict(0.000_128, 0.000_1)
    #expect(tiny.wanted == "at most 0.0001 %" && tiny.reading == "0.00013 %")
    #expect(verdict(0.5, 0.1 + 0.2).wanted == "at most 0.3 %")
    #expect(verdict(0, 1).reading == "0 %")
    #expect(
      self.verdict(-14.123_4, .within(-14.005, tolerance: 0.125)).wanted
        == "-14.005 LUFS ± 0.125 LU")
    #expect(self.verdict(-14.123_4, .atMost(-14)).reading == "-14.12 LUFS")
  }

  @Test func theLimitIsTheNearerEnd() {
    #expect(verdict(-13, .between(-16, -14)).limit == -14)
    #expect(verdict(-17, .between(-16, -14)).limit == -16)
    #expect(verdict(-15, .within(-14, tolerance: 0.5)).limit == -14.5)
  }

  @Test func whatIsNotMeasuredIsNeverMet() {
    #expect(verdict(nil, .atMost(0)).outcome == .notMeasured)
    #expect(verdict(.nan, .atMost(0)).outcome == .notMeasured)
    #expect(verdict(nil, .atMost(0)).diagnostic?.severity == .error)
    #expect(verdict(nil, .atMost(0), .inform).diagnostic == nil)
    let fact = DeliveryVerdict(
      target: "deliver/a", name: "speech", fact: .init(wanted: "gated", found: nil, holds: nil),
      rule: "profile", span: span, path: "a")
    #expect(fact.outcome == .notMeasured && !fact.passed)
  }

  @Test func adviceWarnsAndSilenceIsBelowEverything() {
    #expect(verdict(-10, .atMost(-14), .advise).diagnostic?.severity == .warning)
    #expect(verdict(-.infinity, .atMost(-14)).passed)
    #expect(verdict(-.infinity, .atLeast(-14)).outcome == .missed)
  }

  // MARK: Encoding

  private func form(_ ending: String) throws -> (ResolvedDelivery, DeliveryForm) {
    var delivery = ResolvedDelivery(name: "a", span: span)
    delivery.loudness = Located(LoudnessTarget(metric: "integrated", value: -9), span)
    delivery.items = [ResolvedDelivery.Item(file: "out/a.\(ending)")]
    let form = try #require(DeliveryForm(delivery, item: delivery.items[0], sessionRate: 48_000))
    return (delivery, form)
  }

  @Test(arguments: [("wav", "'loudness: -14.8 LUFS'"), ("ogg", "'loudness: -15 LUFS'")])
  func aProposedLoudnessLeavesRoomForEncoding(_ ending: String, _ words: String) throws {
    let (delivery, form) = try form(ending)
    let obstacle = GainSolver.Obstacle.beyondLimiting(needed: nil, reachable: -14.8, gain: 9)
    let notes = obstacle.verdict(delivery, form, path: "a").diagnostic?.notes ?? []
    #expect(notes.contains { $0.message.contains(words) }, "\(notes)")
  }

  @Test func whyALossyFileMissesIsSaid() throws {
    var missed = verdict(-8.88, .within(-9, tolerance: 0.1))
    missed.rule = "loudness"
    let ogg = missed.remarking(on: try form("ogg").1)
    #expect(ogg.diagnostic?.notes.first?.message.contains("Ogg Vorbis moves") == true)
    #expect(ogg.note?.contains("steps of 0.1 dB") == true)
    #expect(missed.remarking(on: try form("wav").1) == missed)
    // Steps of 0.1 dB do not explain more than they are.
    var far = verdict(-10.3, .within(-9, tolerance: 0.1))
    far.rule = "loudness"
    let note = try far.remarking(on: form("ogg").1).note ?? ""
    #expect(note.contains("1.3 LU") && !note.contains("steps"), "\(note)")
    var unlimited = try form("ogg").1
    unlimited.usesLimiter = false
    #expect(far.remarking(on: unlimited).note?.contains("without a limiter") == true)
    var met = verdict(-9, .within(-9, tolerance: 0.1))
    met.rule = "loudness"
    #expect(met.remarking(on: try form("ogg").1) == met)
  }

  // MARK: Distortion

  @Test func aChainThatOnlyScalesHasNoDistortion() {
    let gain = ResolvedInsert(
      processor: "gain", name: "gain", settings: ["gain": .number(-3)], span: span)
    for inserts in [[], [gain]] {
      let distortion = ChainDistortion(inserts, rate: 48_000)
      #expect(distortion.tones.count == 6)
      #expect(distortion.thd < 1e-8 && distortion.thdPlusNoise < 1e-8)
    }
  }

  @Test func harmonicsAreFoundWhereTheyFall() throws {
    // −60 dB of second and third harmonic, and of a tone that is none.
    let n = ChainDistortion.frames
    func tone(_ bin: Int, _ level: Double) -> [Double] {
      (0..<n).map { i in
        let turns = Double(bin * i % n) / Double(n)
        return level * sin(2 * Double.pi * turns)
      }
    }
    func add(_ other: [Double], to samples: inout [Double]) {
      for i in 0..<n { samples[i] += other[i] }
    }
    let cases: [(bin: Int, orders: [Int], wanted: Double)] = [
      (1367, [2], 0.1), (1367, [2, 3], 0.1 * 2.0.squareRoot()), (9001, [7], 0.1),
    ]
    for (bin, orders, wanted) in cases {
      var samples = tone(bin, 1)
      for order in orders { add(tone(order * bin, 0.001), to: &samples) }
      let clean = ChainDistortion.analyse(samples, rate: 48_000, bin: bin, level: 0)
      #expect(abs(clean.thd - wanted) < 1e-6)
      add(tone(5003, 0.001), to: &samples)
      let noisy = ChainDistortion.analyse(samples, rate: 48_000, bin: bin, level: 0)
      #expect(abs(noisy.thd - wanted) < 1e-6)
      if bin == 1367 {
        #expect(abs(noisy.thdPlusNoise - (wanted * wanted + 0.01).squareRoot()) < 1e-6)
      }
    }
  }

  @Test func saturationDistortsMoreTheHarderItIsDriven() throws {
    func thd(_ drive: Double) -> ChainDistortion {
      let saturation = ResolvedInsert(
        processor: "saturation", name: "saturation", settings: ["drive": .number(drive)], span: span
      )
      return ChainDistortion([saturation], rate: 44_100)
    }
    let (soft, hard) = (thd(0), thd(12))
    #expect(hard.thd > 2 * soft.thd && soft.thd > 0)
    #expect(hard.thdPlusNoise >= hard.thd)
    #expect(hard.worst(isNoise: false)?.level == -1)
    #expect(ChainDistortion(kept: hard.kept)?.tones == hard.tones)
  }

  // MARK: Stems

  @Test func stemsThatSumToTheMixLeaveNothing() throws {
    let place = Workplace()
    func write(_ name: String, _ samples: [Double]) throws -> String {
      let path = place.path + "/" + name
      let writer = try SoundFileWriter(
        path: path, format: SoundFileFormat(.wav, .float32, rate: 48_000, channelCount: 1))
      let buffer = AudioBuffer(channelCount: 1, frameCapacity: samples.count)
      for (i, sample) in samples.enumerated() { buffer.block[0][i] = sample }
      try writer.write(buffer.block)
      _ = try writer.finish(keepingEqual: true)
      return path
    }
    let a = (0..<40_000).map { Double($0 % 64) / 128 }
    let b = (0..<30_000).map { Double($0 % 100) / 256 }
    var sum = a
    for (i, value) in b.enumerated() { sum[i] += value }
    let files = [try write("a.wav", a), try write("b.wav", b)]
    let equal = try StemsProof.compare(mix: try write("mix.wav", sum), stems: files)
    #expect(equal.residual == -.infinity)
    sum[25_000] += 0.25
    let off = try StemsProof.compare(mix: try write("off.wav", sum), stems: files)
    #expect(off.frame == 25_000 && abs(off.residual - -12.041) < 0.001)
  }
}
