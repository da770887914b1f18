import AudioFiles
import Diagnostics
import Engine
import Loudness
import MixGraph
import SessionModel
import Signal
import Testing

@testable import Mastering

struct DeliveryRenderTests {
  private let rate = 24_000
  private let span = Span(SourceID(0), 0, 1)

  private func delivery(_ change: (inout ResolvedDelivery) -> Void) -> ResolvedDelivery {
    var delivery = ResolvedDelivery(name: "test", span: span)
    delivery.items = [ResolvedDelivery.Item(file: "out/test.wav")]
    change(&delivery)
    return delivery
  }

  private func run(
    _ delivery: ResolvedDelivery, _ source: MemorySource, _ place: Workplace, file: String = "a.wav"
  ) throws -> (DeliveryForm, DeliveryRender.Result) {
    let form = try #require(
      DeliveryForm(delivery, item: delivery.items[0], sessionRate: rate))
    let path = place.path + "/" + file
    return (
      form, try DeliveryRender(form, path: path, environment: place.environment()).run(source)
    )
  }

  private func located<T>(_ value: T) -> Located<T> { Located(value, span) }

  @Test(arguments: [-14.0, -9.0], [16, 24])
  func theFileHasItsLoudnessAndKeepsItsCeiling(_ target: Double, _ bits: Int) throws {
    let place = Workplace()
    let source = MemorySource.programme(
      rate: rate, seconds: 4, level: 0.1, crest: 3, seed: 11)
    let wanted = delivery {
      $0.loudness = located(LoudnessTarget(metric: "integrated", value: target))
      $0.truePeak = located(-1)
      $0.bits = located(bits)
      $0.maxLimiting = located(14)
    }
    let (form, result) = try run(wanted, source, place)
    let loudness = try #require(result.measures["integrated"])
    let peak = try #require(result.measures["true-peak"])
    #expect(abs(loudness - target) <= 0.06)
    #expect(peak <= -1)
    let verdicts = DeliveryVerdict.judging(wanted, form, path: "a", measures: result.measures)
    #expect(verdicts.count == 2 && verdicts.allSatisfy(\.passed))
  }

  /// Where lower is allowed, or nothing is asked, the nearest gain there is will do.
  @Test(arguments: ["aes77-track", "spotify", "streaming"], [true, false])
  func aProfileThatAllowsLessTakesTheNearest(_ name: String, _ usesLimiter: Bool) throws {
    let place = Workplace()
    let source = MemorySource.programme(
      rate: rate, seconds: 4, level: 0.02, crest: 12, seed: 12)
    let wanted = delivery {
      $0.profile = located(name)
      $0.usesLimiter = usesLimiter
    }
    let form = try #require(
      DeliveryForm(
        wanted, item: wanted.items[0], sessionRate: rate, profile: Profiles[name]))
    let render = DeliveryRender(
      form, path: place.path + "/a.wav", environment: place.environment())
    guard name != "streaming" else {
      #expect(throws: DeliveryRender.Failure.self) { try render.run(source) }
      return
    }
    let measures = try render.run(source).measures
    let target = try #require(form.loudness).value
    #expect(try #require(measures["integrated"]) < target - 0.5)
    #expect(try #require(measures["true-peak"]) <= -1)
    let most = usesLimiter ? DeliveryForm.standardMaxLimiting : 0
    let reduction = try #require(measures["gain-reduction"])
    #expect(reduction <= most && reduction >= most - 0.11)
    let verdicts = DeliveryVerdict.judging(wanted, form, path: "a", measures: measures)
    #expect(verdicts.allSatisfy { $0.diagnostic == nil })
  }

  @Test func anUnreachableLoudnessWritesNothing() throws {
    let place = Workplace()
    let source = MemorySource.programme(
      rate: rate, seconds: 2, level: 0.05, crest: 9, seed: 12)
    let wanted = delivery {
      $0.loudness = located(LoudnessTarget(metric: "integrated", value: -3))
    }
    let form = try #require(DeliveryForm(wanted, item: wanted.items[0], sessionRate: rate))
    let path = place.path + "/a.wav"
    do throws(DeliveryRender.Failure) {
      _ = try DeliveryRender(form, path: path, environment: place.environment()).run(source)
      Issue.record("it was reached")
    } catch {
      guard case .unreachable(let obstacle) = error else {
        Issue.record("\(error)")
        return
      }
      let verdict = obstacle.verdict(wanted, form, path: "a.wav")
      let message = try #require(verdict.diagnostic).message
      #expect(verdict.outcome == .missed && verdict.id == "deliver/test/integrated")
      #expect(message.contains("'max-limiting' is 6 dB"))
      #expect(message.contains("is reachable"))
    }
    #expect(SoundFileProbe.facts(of: path).isMissing)
  }

  private func lossy(_ format: String, _ target: Double, usesLimiter: Bool = true)
    -> ResolvedDelivery
  {
    delivery {
      $0.format = located(format)
      $0.bitRate = located(48_000)
      $0.loudness = located(LoudnessTarget(metric: "integrated", value: target))
      $0.truePeak = located(-1)
      $0.usesLimiter = usesLimiter
      $0.maxLimiting = located(2)
    }
  }

  private func outcome(
    _ wanted: ResolvedDelivery, _ source: MemorySource, _ place: Workplace, file: String
  ) throws -> Result<DeliveryMeasures, DeliveryRender.Failure> {
    let form = try #require(DeliveryForm(wanted, item: wanted.items[0], sessionRate: rate))
    let render = DeliveryRender(
      form, path: place.path + "/" + file, environment: place.environment())
    do throws(DeliveryRender.Failure) {
      return .success(try render.run(source).measures)
    } catch {
      return .failure(error)
    }
  }

  private func refusal(
    _ outcome: Result<DeliveryMeasures, DeliveryRender.Failure>
  ) -> GainSolver.Obstacle? {
    if case .failure(.unreachable(let obstacle)) = outcome { obstacle } else { nil }
  }

  /// An encoder lifts peaks; what that asks of the limiter counts as well.
  @Test(arguments: ["mp3", "opus"])
  func lossyFilesAreLimitedByNoMoreThanTheyMay(_ format: String) throws {
    let place = Workplace()
    let source = MemorySource.programme(rate: rate, seconds: 4, level: 0.1, crest: 1, seed: 14)
    var reachable: Double?
    for target in stride(from: -20.0, through: -8, by: 1) {
      let outcome = try outcome(
        lossy(format, target), source, place, file: "\(target).\(format)")
      if case .success(let measures) = outcome {
        #expect(try #require(measures["gain-reduction"]) <= 2 + 1e-6, "\(target)")
        #expect(abs(try #require(measures["integrated"]) - target) <= 0.2, "\(target)")
        continue
      }
      let obstacle = try #require(refusal(outcome), "\(outcome)")
      #expect(GainSolver.Obstacle(encoded: obstacle.encoded) == obstacle)
      guard case .beyondEncoding(_, let found, _) = obstacle else { continue }
      #expect(found < target - 0.1)
      reachable = reachable ?? found
    }
    // What is said to be reachable is.
    let found = try #require(reachable)
    let (_, made) = try run(
      lossy(format, ((found - 0.2) * 10).rounded(.down) / 10), source, place, file: "r.\(format)")
    #expect(try #require(made.measures["gain-reduction"]) <= 2 + 1e-6)
    #expect(try #require(made.measures["true-peak"]) <= -1)
  }

  @Test func headTailAndFadeShapeTheFile() throws {
    let place = Workplace()
    var samples = [Double](repeating: 0, count: 3 * rate)
    for i in rate..<(2 * rate) { samples[i] = i % 2 == 0 ? 0.25 : -0.25 }
    let source = MemorySource([samples, samples])
    let wanted = delivery {
      $0.head = 2400
      $0.tail = 4800
      $0.bits = located(32)
    }
    let (_, result) = try run(wanted, source, place)
    #expect(result.facts.frames == 2400 + Int64(rate) + 4800)
    #expect(result.measures["head-silence"] == 0.1)
    #expect(result.measures["tail-silence"] == 0.2)
    let faded = delivery {
      $0.fadeOut = (Int64(rate), .linear)
      $0.bits = located(32)
      $0.items[0].range = FrameRange(Int64(rate), Int64(2 * rate))
    }
    let (_, other) = try run(faded, source, place, file: "b.wav")
    #expect(other.facts.frames == Int64(rate))
    #expect(abs(try #require(other.measures["rms"]) - -16.8) < 0.1)
  }

  @Test func monoIsHalfOfBothAndTheRateIsTheFiles() throws {
    let place = Workplace()
    let left = (0..<(2 * rate)).map { Double($0 % 7) / 20 }
    let source = MemorySource([left, left.map { _ in 0.1 }])
    let wanted = delivery {
      $0.channels = located("mono")
      $0.bits = located(32)
    }
    let (form, result) = try run(wanted, source, place)
    #expect(form.format.channelCount == 1)
    #expect(result.facts.frames == Int64(2 * rate))
    #expect(abs(try #require(result.measures["sample-peak"]) - -13.98) < 0.01)
    let converted = delivery { $0.rate = located(48_000) }
    let (_, other) = try run(converted, source, place, file: "b.wav")
    #expect(other.facts.frames == Int64(4 * rate))
  }

  @Test func aGivenGainIsUsedAsItIs() throws {
    let place = Workplace()
    let source = MemorySource.programme(
      rate: rate, seconds: 1, level: 0.05, crest: 0, seed: 13)
    let wanted = delivery {
      $0.gain = located(.fixed(3.3))
      $0.loudness = located(LoudnessTarget(metric: "integrated", value: -3))
    }
    let (form, result) = try run(wanted, source, place)
    #expect(result.measures.gain == 3.3)
    let verdicts = DeliveryVerdict.judging(wanted, form, path: "a", measures: result.measures)
    #expect(verdicts.map(\.quantity) == ["true-peak"])
  }

  @Test func withoutALimiterTheGainKeepsTheCeiling() throws {
    let place = Workplace()
    let source = MemorySource.programme(
      rate: rate, seconds: 1, level: 0.4, crest: 1, seed: 14)
    let wanted = delivery {
      $0.usesLimiter = false
      $0.truePeak = located(-3)
    }
    let (_, result) = try run(wanted, source, place)
    #expect(result.measures.gain < 0)
    #expect(try #require(result.measures["true-peak"]) <= -3)
    #expect(result.measures["gain-reduction"] == 0)
  }

  @Test(arguments: ["wav", "flac"], ["flat", "f3", "none"])
  func whatIsCutOffAtFullScaleIsCounted(_ ending: String, _ dither: String) throws {
    let place = Workplace()
    let source = MemorySource.programme(
      rate: rate, seconds: 2, level: 0.4, crest: 1, seed: 14)
    let over = source.channels.joined().count { $0.magnitude * decibelsToGain(12) > 1 }
    let wanted = delivery {
      $0.usesLimiter = false
      $0.gain = located(.fixed(12))
      $0.bits = located(24)
      $0.dither = located(dither)
      $0.items[0].file = "out/test.\(ending)"
    }
    let (_, result) = try run(wanted, source, place, file: "a.\(ending)")
    #expect(over > 100 && abs(Int(result.facts.clippedSamples) - over) <= 2)
    let kept = delivery {
      $0.gain = located(.fixed(12))
      $0.dither = located(dither)
    }
    let (_, limited) = try run(kept, source, place, file: "b.wav")
    #expect(limited.facts.clippedSamples == 0)
  }

  @Test(arguments: ["wav", "flac"], [16, 24])
  func audioOnTheGridPassesUntouched(_ ending: String, _ bits: Int) throws {
    let place = Workplace()
    let noise = MemorySource.programme(
      rate: rate, seconds: 3, level: 0.2, crest: 1, seed: 16)
    let channels = noise.channels.map { $0.map { ($0 * 32_768).rounded() / 32_768 } }
    let store = Store(folder: place.path + "/cache")
    func samples(_ channels: [[Double]], gain: Double, _ name: String) throws -> [[Double]] {
      let wanted = delivery {
        $0.gain = located(.fixed(gain))
        $0.bits = located(bits)
        $0.items[0].file = "out/test.\(ending)"
      }
      let form = try #require(DeliveryForm(wanted, item: wanted.items[0], sessionRate: rate))
      let path = place.path + "/\(name).\(ending)"
      _ = try DeliveryRender(form, path: path, environment: place.environment(store)).run(
        MemorySource(channels))
      let pieces = try SoundFilePieces(path: path)
      let buffer = AudioBuffer(channelCount: 2, frameCapacity: Int(pieces.frames))
      try pieces.read(FrameRange(0, pieces.frames), into: buffer.block)
      return (0..<2).map { channel in
        (0..<buffer.frameCapacity).map { buffer.block[channel][$0] }
      }
    }
    #expect(try samples(channels, gain: 0, "a") == channels)
    #expect(try samples(channels, gain: 0, "again") == channels)
    // One sample beside the grid, at the end, and all of it is dithered.
    var beside = channels
    beside[1][beside[1].count - 1] += 0x1p-26
    let dithered = try samples(beside, gain: 0, "b")
    #expect(dithered[0] != channels[0])
    #expect(zip(dithered[0], channels[0]).allSatisfy { abs($0 - $1) < 8 / 32_768 })
    let halved = channels.map { $0.map { $0 * decibelsToGain(-6) } }
    #expect(try samples(channels, gain: -6, "c") != halved)
  }

  @Test(arguments: [("wav", 24), ("wav", 16), ("aiff", 24)])
  func aLocalEditMakesThePiecesAroundItAndTheSameBytes(_ ending: String, _ bits: Int) throws {
    let place = Workplace()
    let before = MemorySource.programme(rate: rate, seconds: 20, level: 0.3, crest: 2, seed: 21)
    var channels = before.channels
    for i in 240_000..<241_000 { channels[0][i] *= 0.5 }
    let after = MemorySource(channels)
    let wanted = delivery {
      $0.gain = located(.fixed(6))
      $0.truePeak = located(-1)
      $0.bits = located(bits)
      $0.dither = located("flat")
      $0.items[0].file = "out/test.\(ending)"
    }
    let form = try #require(DeliveryForm(wanted, item: wanted.items[0], sessionRate: rate))
    let store = Store(folder: place.path + "/cache")
    let path = place.path + "/a.\(ending)"
    let first = place.environment(store)
    _ = try DeliveryRender(form, path: path, environment: first).run(before)
    #expect(first.madePieces == before.pieces.count)
    let second = place.environment(store)
    let result = try DeliveryRender(form, path: path, environment: second).run(after)
    #expect(second.madePieces > 0 && second.madePieces <= 8)
    let clean = try DeliveryRender(
      form, path: place.path + "/b.\(ending)", environment: place.environment()
    ).run(after)
    #expect(place.holdTheSame("a.\(ending)", "b.\(ending)"))
    #expect(result.measures == clean.measures)
    #expect(result.facts.wasReplaced)
  }

  /// Tags do not sound: gain and ceiling stay, and nothing is looked for again.
  @Test(arguments: ["ogg", "mp3", "wav"])
  func anotherTitleCostsOneFile(_ ending: String) throws {
    let place = Workplace()
    let rate = 48_000
    let source = MemorySource.programme(rate: rate, seconds: 4, level: 0.1, crest: 3, seed: 31)
    let store = Store(folder: place.path + "/cache")
    func form(_ title: String) throws -> DeliveryForm {
      let wanted = delivery {
        $0.loudness = located(LoudnessTarget(metric: "integrated", value: -14))
        $0.truePeak = located(-1)
        $0.maxLimiting = located(14)
        $0.items[0].file = "out/test.\(ending)"
        $0.metadata.entries = [(located("title"), located(title))]
      }
      return try #require(DeliveryForm(wanted, item: wanted.items[0], sessionRate: rate))
    }
    func digest(_ form: DeliveryForm) -> Digest {
      var writer = DigestWriter()
      form.writeSound(to: &writer)
      return writer.digest
    }
    let (one, two) = (try form("One"), try form("Two"))
    #expect(digest(one) == digest(two))
    let path = place.path + "/a.\(ending)"
    let first = try DeliveryRender(
      one, path: path, environment: place.environment(store), sound: digest(one)
    ).run(source)
    #expect(first.fileCount > 1 || ending == "wav")
    let second = try DeliveryRender(
      two, path: path, environment: place.environment(store), sound: digest(two)
    ).run(source)
    #expect(second.renderCount == 0 && second.fileCount == 1)
    let clean = try DeliveryRender(
      two, path: place.path + "/b.\(ending)", environment: place.environment()
    ).run(source)
    #expect(place.holdTheSame("a.\(ending)", "b.\(ending)"))
    #expect(second.measures == clean.measures)
  }

  @Test func aChangedRateIsMadeInPiecesToo() throws {
    let place = Workplace()
    let before = MemorySource.programme(rate: rate, seconds: 20, level: 0.1, crest: 2, seed: 22)
    var channels = before.channels
    for i in 240_000..<241_000 { channels[1][i] = 0 }
    let wanted = delivery {
      $0.gain = located(.fixed(0))
      $0.rate = located(44_100)
      $0.fadeOut = (Int64(rate), .linear)
    }
    let form = try #require(DeliveryForm(wanted, item: wanted.items[0], sessionRate: rate))
    let store = Store(folder: place.path + "/cache")
    let path = place.path + "/a.wav"
    _ = try DeliveryRender(form, path: path, environment: place.environment(store)).run(before)
    let again = place.environment(store)
    let result = try DeliveryRender(form, path: path, environment: again).run(
      MemorySource(channels))
    let clean = try DeliveryRender(
      form, path: place.path + "/b.wav", environment: place.environment()
    ).run(MemorySource(channels))
    #expect(again.madePieces > 0 && again.madePieces <= 8)
    #expect(place.holdTheSame("a.wav", "b.wav"))
    #expect(result.measures == clean.measures)
  }

  @Test func whatIsMeasuredIsWhatTheFileHolds() throws {
    let place = Workplace()
    let source = MemorySource.programme(
      rate: rate, seconds: 5, level: 0.3, crest: 3, seed: 23)
    for (ending, bits) in [("wav", 16), ("wav", 32), ("aiff", 24), ("caf", 24), ("flac", 24)] {
      let wanted = delivery {
        $0.gain = located(.fixed(4))
        $0.bits = located(bits)
        $0.items[0].file = "out/test.\(ending)"
      }
      let (_, result) = try run(wanted, source, place, file: "m\(bits).\(ending)")
      let read = try FileMeasurement.measure(place.path + "/m\(bits).\(ending)").report
      #expect(DeliveryMeasures(read)["integrated"] == result.measures["integrated"])
      #expect(DeliveryMeasures(read)["true-peak"] == result.measures["true-peak"])
      #expect(DeliveryMeasures(read)["sample-peak"] == result.measures["sample-peak"])
      #expect(DeliveryMeasures(read)["clipped-runs"] == result.measures["clipped-runs"])
    }
  }

  @Test func twoRunsGiveTheSameBytes() throws {
    let place = Workplace()
    let source = MemorySource.programme(
      rate: rate, seconds: 1, level: 0.2, crest: 3, seed: 15)
    let wanted = delivery {
      $0.loudness = located(LoudnessTarget(metric: "integrated", value: -14))
      $0.maxLimiting = located(20)
    }
    let (_, a) = try run(wanted, source, place, file: "a.wav")
    let (_, b) = try run(wanted, source, place, file: "b.wav")
    let (_, again) = try run(wanted, source, place, file: "a.wav")
    #expect(place.holdTheSame("a.wav", "b.wav"))
    #expect(a.facts.digest == b.facts.digest)
    #expect(!again.facts.wasReplaced)
  }
}

extension Result where Failure == SoundFileError {
  var isMissing: Bool {
    if case .failure(.missing) = self { true } else { false }
  }
}
