import Foundation
import MixGraph
import SessionModel
import Signal
import TestSupport
import Testing

@testable import Engine

/// What a cache must never give back: audio of something else.
struct StaleAudioTests {
  /// Does something when the first block arrives.
  private final class MeddlingSink: OutputSink {
    private let meddle: () -> Void
    private var isDone = false
    init(_ meddle: @escaping () -> Void) { self.meddle = meddle }
    func write(_ block: Block) {
      if !isDone { meddle() }
      isDone = true
    }
    func finish() {}
    func abandon() {}
  }

  /// The bytes of a file of noise.
  private func noise(_ bench: MixBench, _ frames: Int, seed: UInt64) throws -> Data {
    let path = bench.folder.path + "/other.wav"
    try MixBench.write(path, seed: seed, frames: frames, rate: 48_000)
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  /// Writes `bytes` into a file as it stands there, not beside it.
  private func overwrite(_ path: String, _ bytes: Data) {
    guard let file = FileHandle(forUpdatingAtPath: path) else { return }
    file.write(bytes)
    try? file.close()
  }

  @Test func ofARecordingThatIsWrittenDuringABuildNothingIsRemembered() throws {
    let bench = try MixBench(seconds: 40)
    let expected = try bench.render().hashes
    let path = bench.folder.path + "/t4.wav"
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let after = try noise(bench, 40 * 48_000 - 4000, seed: 99)
    #expect(after.count == before.count)
    let store = try #require(Store(folder: bench.folder.path + "/cache"))
    let graph = try #require(GraphCompiler.compile(bench.session).graph)
    let node = try #require(graph.output("mix")).index
    let request = OutputRequest(
      name: "mix", node: node, endNode: node,
      makeSink: { () throws(RenderFailure) in
        MeddlingSink { overwrite(path, after) }
      })
    let report = Render(
      graph, session: bench.session, outputs: [request], options: RenderOptions(workers: 1),
      store: store
    ).run()
    #expect(report.failures.contains(.recordingChanged(recording: 4)))
    #expect(report.outputs.isEmpty)
    overwrite(path, before)
    #expect(try bench.render(store: store).hashes == expected)
    // The other version has its own sound.
    overwrite(path, after)
    let other = try bench.render().hashes
    #expect(other != expected)
    #expect(try bench.render(store: store).hashes == other)
  }

  @Test func theSameSamplesAtAnotherRateAreAnotherSound() throws {
    var bench = try MixBench(seconds: 14)
    let store = try #require(Store(folder: bench.folder.path + "/cache"))
    for index in bench.session.recordings.indices {
      bench.session.strips[index].readings[0].range.end = 300_000
    }
    let first = try bench.render(store: store)
    // As if the head of the file had been wrong.
    bench.session.recordings[0].rate = 44_100
    let second = try bench.render(store: store)
    #expect(second.hashes != first.hashes)
    #expect(second.hashes == (try bench.render().hashes))
    #expect(second.report.rendered > 0)
  }

  @Test func anotherKeyOfOneOfSeveralProcessorsIsAnotherSound() throws {
    var bench = try MixBench(seconds: 14)
    let store = try #require(Store(folder: bench.folder.path + "/cache"))
    func keyed(_ name: String, by track: Int) -> ResolvedInsert {
      MixBench.compressor(name, threshold: -40, key: StripID(track))
    }
    let bus = bench.session.strips.count - 1
    bench.session.strips[bus].inserts = [
      keyed("first", by: 0), keyed("second", by: 3), keyed("third", by: 0),
    ]
    let first = try bench.render(store: store)
    bench.session.strips[bus].inserts[2].key = StripID(3)
    let second = try bench.render(store: store)
    #expect(second.hashes != first.hashes)
    #expect(second.hashes == (try bench.render().hashes))
  }

  /// Without a store as well: what was read belongs to no version of it, and it is not damaged.
  @Test(arguments: ["another sound", "no sound at all"])
  func aRecordingThatIsReplacedIsNotCalledDamaged(_ with: String) throws {
    let bench = try MixBench(seconds: 2)
    let compiled = GraphCompiler.compile(bench.session)
    let graph = try #require(compiled.graph)
    let sink = MemorySink()
    let request = OutputRequest(
      name: "mix", node: try #require(graph.output("mix")).index,
      makeSink: { () throws(RenderFailure) in sink })
    let render = Render(
      graph, session: bench.session, outputs: [request], options: RenderOptions(workers: 2))
    let path = bench.session.recordings[1].path
    if with == "another sound" {
      try MixBench.write(path, seed: 99, frames: 90_000, rate: 48_000)
    } else {
      try Data(with.utf8).write(to: URL(fileURLWithPath: path))
    }
    #expect(render.run().failures == [.recordingChanged(recording: 1)])
    #expect(!sink.isFinished)
  }
}
