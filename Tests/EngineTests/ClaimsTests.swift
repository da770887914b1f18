import Foundation
import MixGraph
import TestSupport
import Testing

@testable import Engine

struct ClaimsTests {
  /// Whether anything is claimed in a store by whoever opened it.
  private func hasClaims(_ store: Store) -> Bool {
    let descriptor = open(store.folder + "/claims", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    // F_OFD_GETLK of <fcntl.h>: another open file is another owner.
    #if os(Linux)
      let question: Int32 = 36
    #else
      let question: Int32 = 92
    #endif
    var range = flock()
    range.l_type = Int16(F_WRLCK)
    range.l_whence = Int16(SEEK_SET)
    guard fcntl(descriptor, question, &range) == 0 else { return false }
    return range.l_type != Int16(F_UNLCK)
  }

  @Test func whatIsClaimedIsSeenFromOutside() throws {
    let folder = try TemporaryFolder()
    let store = try #require(Store(folder: folder.path))
    var writer = DigestWriter()
    writer.field("work", 1)
    #expect(!store.claim([writer.digest]) { false })
    #expect(hasClaims(store))
    store.release([writer.digest])
    #expect(!hasClaims(store))
  }

  /// A build makes one render after the other: it must hold nothing while it waits for another's.
  @Test func aRenderGivesItsClaimsBack() throws {
    let bench = try MixBench(seconds: 2)
    let store = try #require(Store(folder: bench.folder.path + "/cache"))
    _ = try bench.render(store: store)
    #expect(!hasClaims(store))
  }

  /// It has looked for rows before the other build had made them, and claims them afterwards.
  @Test func aRenderFindsWhatAnotherBuildHasMadeMeanwhile() throws {
    let bench = try MixBench(seconds: 2)
    let folder = bench.folder.path + "/cache"
    let (one, other) = (try #require(Store(folder: folder)), try #require(Store(folder: folder)))
    let graph = try #require(GraphCompiler.compile(bench.session).graph)
    let mix = try #require(graph.output("mix")).index
    func render(_ store: Store) -> Render {
      Render(
        graph, session: bench.session,
        outputs: [
          OutputRequest(
            name: "mix", node: mix, makeSink: { () throws(RenderFailure) in MemorySink() })
        ], options: RenderOptions(workers: 1), store: store)
    }
    let late = render(other)
    let first = render(one).run()
    #expect(first.rendered > 0)
    let second = late.run()
    #expect(second.rendered == 0)
    #expect(second.failures == [])
  }

  @Test func aRenderThatCannotOpenItsOutputGivesItsClaimsBack() throws {
    let bench = try MixBench(seconds: 2)
    let store = try #require(Store(folder: bench.folder.path + "/cache"))
    let graph = try #require(GraphCompiler.compile(bench.session).graph)
    let mix = try #require(graph.output("mix")).index
    let request = OutputRequest(
      name: "mix", node: mix, makeSink: { () throws(RenderFailure) in throw .io("no room") })
    let report = Render(
      graph, session: bench.session, outputs: [request], options: RenderOptions(workers: 1),
      store: store
    ).run()
    #expect(report.failures == [.io("no room")])
    #expect(!hasClaims(store))
  }
}
