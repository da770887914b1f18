import DSP
import Signal
import TestSupport
import Testing

/// A kernel at one rate with one count of input channels.
struct LawCase: Sendable, CustomStringConvertible {
  let kernel: KernelCase
  let rate: Int
  let channels: Int

  var description: String { "\(kernel.name), \(rate) Hz, \(channels) ch" }

  static func cases(_ rates: (KernelCase) -> [Int]) -> [LawCase] {
    KernelCase.all.flatMap { kernel in
      rates(kernel).flatMap { rate in
        kernel.channels.map { LawCase(kernel: kernel, rate: rate, channels: $0) }
      }
    }
  }

  static let all = cases(\.rates)
  /// One rate a kernel: for laws that the rate has no part in.
  static let quick = cases { [$0.rates.contains(48_000) ? 48_000 : $0.rates[0]] }
  static let convergence = cases(\.convergenceRates)

  func run(start: Int64 = 0, curveOrigin: Int64? = nil) -> KernelRun {
    KernelRun(
      kernel, rate: rate, channelCount: channels, start: start, curveOrigin: curveOrigin)
  }

  func noise(_ frames: Int, seed: UInt64 = 1) -> Rows {
    TestSignal.noise(frames, channels: channels, seed: seed, peak: kernel.level)
  }
}

@Suite struct LawsTests {
  /// Close before a multiple of every rounding interval up to 2^22.
  private let nearBorder: Int64 = (1 << 22) - 5_000

  @Test(arguments: LawCase.all)
  func outputDoesNotDependOnHowTheStreamIsCut(_ law: LawCase) {
    let input = law.noise(16_000)
    let whole = law.run(start: nearBorder)
    let expected = whole.feed(input)
    for sizes in [TestSignal.blockSizes(seed: 11), [64], [1, 513, 7]] {
      let cut = law.run(start: nearBorder)
      #expect(cut.feed(input, blocks: sizes).bits == expected.bits)
      #expect(cut.kernel.state == whole.kernel.state)
    }
  }

  @Test(arguments: LawCase.quick)
  func aResetKernelEqualsANewOne(_ law: LawCase) {
    let fresh = law.run()
    let used = law.run(start: -20_000, curveOrigin: 0)
    _ = used.feed(law.noise(20_000, seed: 5))
    used.kernel.reset()
    #expect(used.kernel.state == fresh.kernel.state)
    let input = law.noise(8_000)
    #expect(used.feed(input).bits == fresh.feed(input).bits)
  }

  @Test(arguments: LawCase.quick)
  func stateIsSavedAndRestoredAsBytes(_ law: LawCase) throws {
    let input = law.noise(14_000)
    let whole = law.run(start: nearBorder)
    let expected = whole.feed(input)
    for cut in [1, 511, 4_999, 5_000, 5_001, 9_377] {
      let before = law.run(start: nearBorder)
      _ = before.feed(input.slice(0..<cut))
      let state = before.kernel.state
      let after = law.run(start: nearBorder + Int64(cut), curveOrigin: nearBorder)
      #expect(try after.kernel.restore(state))
      #expect(after.kernel.state == state)
      let rest = after.feed(input.slice(cut..<14_000))
      #expect(rest.bits == expected.slice(cut..<14_000).bits)
      if !state.isEmpty {
        #expect(throws: StateError.self) {
          _ = try law.run().kernel.restore(Array(state.dropLast()))
        }
      }
    }
  }

  @Test(arguments: LawCase.all)
  func anImpulseComesOutAfterTheLatency(_ law: LawCase) {
    let run = law.run(start: 1)
    let latency = run.kernel.latency
    let output = run.feed(
      TestSignal.impulse(latency + 4_096, channels: law.channels, peak: law.kernel.level))
    for row in output {
      let onset = row.firstIndex { $0 != 0 }
      switch law.kernel.onset {
      case .exact: #expect(onset == latency)
      case .notBefore: #expect((onset ?? latency) >= latency)
      case .summit:
        #expect(row.indices.max { row[$0].magnitude < row[$1].magnitude } == latency)
      }
    }
  }

  @Test(arguments: LawCase.quick)
  func outputHasFallenSixtyDecibelsAfterTheTail(_ law: LawCase) {
    let run = law.run()
    let sounding = law.rate
    let tail = run.kernel.tail.frames
    let loud = run.feed(law.noise(sounding)).peak()
    let rest = run.feed(TestSignal.silence(tail + 4_096, channels: law.channels))
    #expect(rest.peak(from: tail) <= 1e-3 * loud)
  }

  @Test(arguments: LawCase.quick)
  func silenceInGivesSilenceOut(_ law: LawCase) {
    let output = law.run().feed(TestSignal.silence(16_000, channels: law.channels))
    #expect(output.peak() == 0)
  }

  @Test(arguments: LawCase.all)
  func finiteInputGivesFiniteOutput(_ law: LawCase) {
    let run = law.run()
    for peak in [1.0, 1e6, 1e-310] {
      var input = TestSignal.noise(3_000, channels: law.channels, seed: 3, peak: peak)
      for channel in input.indices {
        for i in 1_000..<2_000 { input[channel][i] = i / 50 % 2 == 0 ? peak : -peak }
        for i in 2_000..<2_500 { input[channel][i] = i % 100 == 0 ? peak : 0 }
      }
      #expect(run.feed(input).allSatisfy { $0.allSatisfy(\.isFinite) })
    }
  }

  @Test(arguments: LawCase.quick)
  func roundingStateTwiceIsRoundingItOnce(_ law: LawCase) {
    let run = law.run()
    _ = run.feed(law.noise(5_000))
    run.kernel.roundState()
    let once = run.kernel.state
    run.kernel.roundState()
    #expect(run.kernel.state == once)
  }

  /// What two runs hear after they have differed.
  enum Programme: String, CaseIterable, Sendable {
    case continuous
    case quiet
    case silence
  }

  @Test(arguments: LawCase.convergence, Programme.allCases)
  func runsThatDifferedComeToEqualState(_ law: LawCase, _ programme: Programme) {
    let start: Int64 = (1 << 18) * 3 + 12_345
    let (a, b) = (law.run(start: start), law.run(start: start))
    _ = a.feed(law.noise(law.rate / 2, seed: 21))
    _ = b.feed(law.noise(law.rate / 2, seed: 22))
    let frames: Int
    switch a.kernel.memory {
    case .none:
      #expect(a.kernel.state.isEmpty)
      frames = 0
    case .finite(let past): frames = past
    case .recursive(_, let seconds):
      frames = Int((seconds * Double(law.rate)).rounded(.up))
    }
    let level =
      switch programme {
      case .continuous: law.kernel.level
      case .quiet: law.kernel.level * 1e-4
      case .silence: 0.0
      }
    // Fed by the second: a long convergence is a lot of audio.
    var done = 0
    while done < frames {
      let count = min(law.rate, frames - done)
      let input = TestSignal.noise(
        count, channels: law.channels, seed: 100 + UInt64(done), peak: level)
      _ = a.feed(input)
      _ = b.feed(input)
      done += count
    }
    #expect(a.kernel.state == b.kernel.state)
  }
}
