import AudioFiles
import DSP
import Diagnostics
import MixGraph
import SessionModel
import Signal
import TestSupport
import Testing

@testable import Engine

/// A small mix made by hand: eight tracks of noise, compressors, a bus, a limiter, rides, edits.
struct MixBench {
  let folder: TemporaryFolder
  var session: ResolvedSession

  static let span = Span(SourceID(0), 0, 0)

  init(seconds: Double = 8, rate: Int = 48_000, tracks: Int = 6) throws {
    folder = try TemporaryFolder()
    let frames = Int64(seconds * Double(rate))
    let programme = ProgrammeMap(stretches: [
      Stretch(content: .session(start: 0), programmeStart: 0, length: frames)
    ])
    var mix = ResolvedStrip(kind: .mix, name: "mix", channelCount: 2, span: Self.span)
    mix.inserts = [Self.compressor("glue", threshold: -12, lookAhead: 0.002)]
    session = ResolvedSession(rate: rate, programme: programme, sessionEnd: frames, mix: mix)
    for index in 0..<tracks {
      let path = folder.path + "/t\(index).wav"
      try Self.write(path, seed: UInt64(index + 1), frames: Int(frames) - 1000 * index, rate: rate)
      session.recordings.append(
        RecordingReference(
          path: path, written: "t\(index).wav", span: Self.span,
          frames: frames - Int64(1000 * index),
          rate: rate, channelCount: 1))
      var strip = ResolvedStrip(
        kind: .track, name: "track\(index)", channelCount: 1, span: Self.span)
      strip.readings = [
        ResolvedReading(
          recording: index, channels: [0],
          range: FrameRange(Int64(100 * index), frames - Int64(1000 * index)), offset: 0,
          gains: [.fadeIn(FrameRange(Int64(100 * index), Int64(100 * index) + 480), .sCurve)],
          span: Self.span)
      ]
      strip.fader = ResolvedLevel(constant: -6 - Double(index))
      strip.pan = .number(Double(index) / Double(tracks) * 2 - 1)
      if index % 2 == 0 { strip.inserts = [Self.compressor("comp", threshold: -30)] }
      if index == 1 { strip.output = StripID(tracks) }
      if index == 2 {
        strip.sends = [
          ResolvedSend(
            target: StripID(tracks), level: ResolvedLevel(constant: -9), isPostFader: true,
            span: Self.span)
        ]
      }
      if index == 3 {
        strip.fader.rides = [
          AutomationCurve(
            points: [
              CurvePoint(frame: 50_000, value: -6, arrival: .step),
              CurvePoint(frame: frames / 2, value: 3, arrival: .line),
              CurvePoint(
                frame: frames / 2 + 20_000, value: -.infinity, arrival: .over(frames: 5_000)),
              CurvePoint(frame: frames - 60_000, value: 0, arrival: .smooth),
            ], before: 0, domain: .decibels)
        ]
      }
      session.strips.append(strip)
    }
    var bus = ResolvedStrip(kind: .bus, name: "bus", channelCount: 2, span: Self.span)
    bus.inserts = [Self.compressor("bus-comp", threshold: -24, lookAhead: 0.005, key: StripID(0))]
    session.strips.append(bus)
  }

  static func compressor(
    _ name: String, threshold: Double, lookAhead: Double = 0, key: StripID? = nil
  ) -> ResolvedInsert {
    var insert = ResolvedInsert(
      processor: "compressor", name: name,
      settings: [
        "threshold": .number(threshold), "ratio": .number(4), "knee": .number(6),
        "attack": .number(0.005), "release": .number(0.08), "look-ahead": .number(lookAhead),
      ], span: span)
    insert.key = key
    return insert
  }

  static func write(
    _ path: String, seed: UInt64, frames: Int, rate: Int, level: Double = 0.5
  ) throws {
    let writer = try SoundFileWriter(
      path: path, format: SoundFileFormat(.wav, .integer(bits: 24), rate: rate, channelCount: 1))
    let buffer = AudioBuffer(channelCount: 1, frameCapacity: 8192)
    let noise = Noise(seed: seed, channel: 0, purpose: .test)
    var done = 0
    while done < frames {
      let count = min(8192, frames - done)
      let block = buffer.block(count)
      noise.fillTriangular(block[0], from: Int64(done))
      for i in 0..<count { block[0][i] = (block[0][i] * level * 0x1p23).rounded() * 0x1p-23 }
      try writer.write(block)
      done += count
    }
    _ = try writer.finish()
  }

  /// Renders `mix` and `master` and gives the content hash of each.
  func render(
    _ options: RenderOptions = RenderOptions(workers: 2), store: Store? = nil,
    outputs: [String] = ["mix", "master"]
  ) throws -> (hashes: [ContentHash], report: RenderReport) {
    let compiled = GraphCompiler.compile(session)
    let graph = try #require(compiled.graph)
    let sinks = outputs.map { _ in MemorySink() }
    let requests = try zip(outputs, sinks).map { name, sink in
      OutputRequest(
        name: name, node: try #require(graph.output(name)).index,
        endNode: try #require(graph.output("mix")).index,
        makeSink: { () throws(RenderFailure) in sink })
    }
    let report = Render(graph, session: session, outputs: requests, options: options, store: store)
      .run()
    #expect(report.failures == [])
    return (sinks.map(\.hash), report)
  }
}

final class MemorySink: OutputSink {
  private(set) var channels: [[Double]] = []
  private(set) var isFinished = false
  func write(_ block: Block) {
    if channels.isEmpty { channels = [[Double]](repeating: [], count: block.channelCount) }
    for channel in 0..<block.channelCount {
      let samples = block[channel]
      for i in samples.indices { channels[channel].append(samples[i]) }
    }
  }
  func finish() { isFinished = true }
  func abandon() {}
  var hash: ContentHash {
    ContentHash(
      combining: channels.map { samples in
        samples.withUnsafeBytes { ContentHash(of: $0) }
      })
  }
}

@Test func bitsDependNeitherOnWorkersNorBlocksNorSegments() throws {
  let bench = try MixBench()
  let reference = try bench.render(RenderOptions(workers: 1)).hashes
  for workers in [2, 8] {
    #expect(try bench.render(RenderOptions(workers: workers)).hashes == reference)
  }
  for block in [64, 4096, 1 << 18] {
    var options = RenderOptions(workers: 2)
    options.blockFrames = block
    #expect(try bench.render(options).hashes == reference, "block \(block)")
  }
  for seed in UInt64(1)...4 {
    var options = RenderOptions(workers: 2)
    options.segmentation = .random(seed: seed)
    #expect(try bench.render(options).hashes == reference, "seed \(seed)")
  }
}

@Test func tracksSideBySideHaveTheBitsOfTracksAlone() throws {
  var bench = try MixBench(seconds: 14, tracks: 9)
  for index in 0..<9 {
    func filter(_ processor: String, _ frequency: Double) -> ResolvedInsert {
      ResolvedInsert(
        processor: processor, name: processor,
        settings: [
          "frequency": .number(frequency), "gain": .number(Double(index) - 4.5), "q": .number(1.3),
        ], span: MixBench.span)
    }
    bench.session.strips[index].inserts = [
      filter("high-pass", 60), filter("bell", 300 + 200 * Double(index)),
      MixBench.compressor("comp", threshold: -18 - Double(index)),
      filter("high-shelf", 5000 + 300 * Double(index)),
    ]
  }
  // One track with nothing in its way, one that begins late, one recording at another place.
  bench.session.strips[5].readings[0].gains = []
  bench.session.strips[6].readings[0].range = FrameRange(300_000, 500_000)
  bench.session.strips[7].readings[0].gains = []
  bench.session.strips[7].readings[0].offset = 1_234
  var alone = RenderOptions(workers: 1)
  alone.segmentation = .single
  let reference = try bench.render(alone).hashes
  for workers in 1...4 {
    #expect(try bench.render(RenderOptions(workers: workers)).hashes == reference)
  }
  let store = try #require(Store(folder: bench.folder.path + "/cache"))
  let options = RenderOptions(workers: 1)
  #expect(try bench.render(options, store: store).hashes == reference)
  // Only two of a group are rendered again, then three.
  for count in [2, 3] {
    for index in 0..<count {
      bench.session.strips[index].readings[0].gains.append(
        .region(FrameRange(280_000, 290_000), gain: 0.5, ramp: 480))
    }
    let edited = try bench.render(options, store: store)
    #expect(edited.report.cached > 0)
    #expect(edited.hashes == (try bench.render(alone).hashes))
  }
}

@Test func orderOfTracksIsNoSound() throws {
  let bench = try MixBench()
  let reference = try bench.render().hashes
  var turned = bench
  let count = bench.session.strips.count
  func moved(_ id: StripID) -> StripID { StripID(count - 1 - id.index) }
  turned.session.strips = bench.session.strips.reversed().map { strip in
    var strip = strip
    strip.output = strip.output.map(moved)
    for i in strip.sends.indices { strip.sends[i].target = moved(strip.sends[i].target) }
    for i in strip.inserts.indices { strip.inserts[i].key = strip.inserts[i].key.map(moved) }
    return strip
  }
  #expect(try turned.render().hashes == reference)
  let store = try #require(Store(folder: bench.folder.path + "/cache"))
  _ = try bench.render(store: store)
  #expect(try turned.render(store: store).report.rendered == 0)
}

@Test func cachedBuildsHaveTheSameBitsAndRenderNothingTwice() throws {
  let bench = try MixBench(seconds: 14)
  let store = try #require(Store(folder: bench.folder.path + "/cache"))
  let reference = try bench.render().hashes
  let first = try bench.render(store: store)
  #expect(first.hashes == reference)
  #expect(first.report.cached == 0)
  let second = try bench.render(store: store)
  #expect(second.hashes == reference)
  #expect(second.report.rendered == 0)
}

@Test func aLocalEditRendersOnlyAroundIt() throws {
  var bench = try MixBench(seconds: 40)
  let store = try #require(Store(folder: bench.folder.path + "/cache"))
  store.keepsAll = true
  let first = try bench.render(store: store)
  // A gain edit of half a second in the middle of one track.
  bench.session.strips[4].readings[0].gains.append(
    .region(FrameRange(900_000, 924_000), gain: 0.5, ramp: 480))
  let edited = try bench.render(store: store)
  #expect(edited.hashes != first.hashes)
  #expect(edited.hashes == (try bench.render().hashes))
  let pieces = 8
  #expect(edited.report.rendered < first.report.rendered * 3 / pieces)
  #expect(edited.report.rendered > 0)
}

@Test func aCutLeavesTheChunksBehindItAsTheyWere() throws {
  var bench = try MixBench(seconds: 40)
  let store = try #require(Store(folder: bench.folder.path + "/cache"))
  let first = try bench.render(store: store)
  let cut = FrameRange(600_000, 660_000)
  let length = bench.session.programme.length
  bench.session.programme = ProgrammeMap(stretches: [
    Stretch(content: .session(start: 0), programmeStart: 0, length: cut.start),
    Stretch(
      content: .session(start: cut.end), programmeStart: cut.start, length: length - cut.end,
      crossfade: 480),
  ])
  let after = try bench.render(store: store)
  #expect(after.hashes == (try bench.render().hashes))
  #expect(after.report.cached > first.report.rendered / 2)
}
