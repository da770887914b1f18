import Diagnostics
import SessionModel
import Signal
import Testing

@testable import MixGraph

@Suite struct ResolveProgrammeTests {
  let make = SessionMaker()

  private func build(
    _ edits: [SessionEdit], end: Int64
  ) -> (map: ProgrammeMap, messages: DiagnosticList) {
    var session = make.session()
    session.edits = edits
    session.defaults.crossfade = make.at(.frames(10))
    let positions = PositionResolver(session, rate: 48000, report: Report())
    return (ProgrammeBuilder(positions).map(end: end), positions.report.list)
  }

  /// The session frames of a programme, one a frame; −1 in gaps: the slow, obvious map.
  private func heard(_ map: ProgrammeMap) -> [Int64] {
    (0..<map.length).map { frame in
      if case .session(let session)? = map.place(atProgramme: frame) { session } else { -1 }
    }
  }

  @Test func cutsJoinWhatIsLeft() {
    let (map, messages) = build([make.cut(100, 200), make.cut(300, 350)], end: 500)
    #expect(messages.all.isEmpty)
    #expect(
      map.stretches == [
        Stretch(content: .session(start: 0), programmeStart: 0, length: 100),
        Stretch(content: .session(start: 200), programmeStart: 100, length: 100, crossfade: 10),
        Stretch(content: .session(start: 350), programmeStart: 200, length: 150, crossfade: 10),
      ])
  }

  @Test func repeatsPlayTheirRangeThatManyTimesInAll() {
    let (map, _) = build([make.repeated(100, 200, times: 3)], end: 300)
    #expect(map.length == 500)
    #expect(ProgrammeIndex(map).visits(ofSession: 150) == [150, 250, 350])
    #expect(ProgrammeIndex(map).visits(ofSession: 250) == [450])
    #expect(map.stretches.map(\.crossfade) == [0, 10, 10])
  }

  @Test func gapsHaveNoSessionFramesAndMovesKeepTheirs() {
    let (map, _) = build(
      [make.insert(50, 30, name: "ad"), make.move(100, 150, to: 20)], end: 200)
    let expected =
      Array(Int64(0)..<20) + Array(100..<150) + Array(20..<50)
      + [Int64](repeating: -1, count: 30) + Array(50..<100) + Array(150..<200)
    #expect(heard(map) == expected)
  }

  @Test func entriesCommute() {
    var generator = SeededGenerator(seed: 3)
    let edits = [
      make.cut(1000, 1200), make.cut(1100, 1400), make.insert(500, 77, name: "x"),
      make.repeated(2000, 2300, times: 2), make.move(3000, 3500, to: 100),
      make.cut(4000, 4001, crossfade: 4), make.insert(1400, 5),
    ]
    let reference = build(edits, end: 6000)
    for _ in 0..<50 {
      let other = build(edits.shuffled(using: &generator), end: 6000)
      #expect(other.map == reference.map)
      #expect(other.messages.ids.sorted() == reference.messages.ids.sorted())
    }
  }

  @Test func overlappingCutsAreTheirUnionWithAWarning() {
    let (map, messages) = build([make.cut(150, 250), make.cut(100, 200)], end: 400)
    #expect(map.length == 250)
    #expect(messages.ids == ["overlapping-cuts"])
    #expect(!messages.hasErrors)
  }

  @Test func otherOverlapsAreErrorsThatNameBothLines() throws {
    for pair in [
      [make.cut(100, 200), make.repeated(150, 250, times: 2)],
      [make.cut(100, 200), make.insert(150, 10)],
      [make.move(100, 200, to: 300), make.cut(250, 350)],
      [make.insert(100, 5), make.insert(100, 6)],
    ] {
      let (_, messages) = build(pair, end: 400)
      let message = try #require(messages.all.first)
      #expect(messages.all.filter { $0.severity == .error }.map(\.id) == ["overlapping-edits"])
      #expect(message.span == pair[1].span)
      #expect(message.notes.first?.span == pair[0].span)
    }
  }

  @Test func aCutOfNFramesShortensByNWhateverItsCrossfade() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<200 {
      var edits: [SessionEdit] = []
      var removed: Set<Int64> = []
      for _ in 0..<Int.random(in: 0...12, using: &generator) {
        let start = Int64.random(in: 0..<900, using: &generator)
        let end = start + Int64.random(in: 1...100, using: &generator)
        edits.append(
          make.cut(start, end, crossfade: Int64.random(in: 0...300, using: &generator)))
        removed.formUnion(start..<min(end, 1000))
      }
      let (map, _) = build(edits, end: 1000)
      #expect(heard(map) == (Int64(0)..<1000).filter { !removed.contains($0) })
      for (before, stretch) in zip(map.stretches, map.stretches.dropFirst())
      where stretch.length > 0 {
        #expect(stretch.crossfade % 2 == 0)
        #expect(stretch.crossfade / 2 <= min(before.length, stretch.length))
      }
    }
  }

  @Test func sessionAndProgrammeMapOntoEachOther() {
    var generator = SeededGenerator(seed: 17)
    for _ in 0..<100 {
      var edits: [SessionEdit] = []
      // Disjoint cells, each with one edit of a random kind.
      for cell in 0..<10 where Bool.random(using: &generator) {
        let start = Int64(cell * 100) + Int64.random(in: 1...40, using: &generator)
        let end = start + Int64.random(in: 1...40, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: edits.append(make.cut(start, end))
        case 1: edits.append(make.insert(start, end - start))
        case 2: edits.append(make.repeated(start, end, times: 3))
        default: edits.append(make.move(start, end, to: Int64(cell * 100)))
        }
      }
      let (map, messages) = build(edits, end: 1000)
      #expect(!messages.hasErrors)
      let index = ProgrammeIndex(map)
      let heard = heard(map)
      var expected: [Int64: [Int64]] = [:]
      for (programme, session) in heard.enumerated() where session >= 0 {
        expected[session, default: []].append(Int64(programme))
      }
      let wrong = (Int64(0)..<1000).filter { session in
        let visits = index.visits(ofSession: session)
        return visits != expected[session] ?? []
          || visits.contains { map.sessionFrame(atProgramme: $0) != session }
      }
      #expect(wrong.isEmpty)
    }
  }

  @Test func placesThatWereCutAwayLieAtTheSeam() {
    let (map, _) = build([make.cut(100, 200), make.cut(900, 1000)], end: 1000)
    let index = ProgrammeIndex(map)
    #expect(index.programmeFrame(ofSession: 150) == 100)
    #expect(index.programmeFrame(ofSession: 950) == 800)
    #expect(index.programmeRange(ofSession: FrameRange(50, 150)) == FrameRange(50, 100))
    #expect(index.programmeRange(ofSession: FrameRange(120, 180)) == nil)
    // Nothing follows: the programme closes with an empty gap, into which tails ring.
    #expect(map.stretches.last?.content == .gap(name: nil))
    #expect(map.stretches.last?.length == 0)
  }

  @Test func crossfadesThatDoNotFitBecomeShorterOnBothSides() {
    let (map, messages) = build(
      [make.cut(100, 200, crossfade: 60), make.cut(220, 300, crossfade: 60)], end: 400)
    #expect(map.stretches.map(\.crossfade) == [0, 20, 20])
    #expect(messages.ids == ["crossfade-shortened", "crossfade-shortened"])
  }

  @Test func twoThousandCutsAreFoundQuickly() {
    let edits = (0..<2000).map { make.cut(Int64($0) * 1000 + 100, Int64($0) * 1000 + 200) }
    let (map, _) = build(edits, end: 2_000_000)
    let index = ProgrammeIndex(map)
    #expect(map.length == 1_800_000)
    var sum: Int64 = 0
    for frame in stride(from: Int64(0), to: 2_000_000, by: 37) {
      sum &+= index.programmeFrame(ofSession: frame)
    }
    #expect(sum > 0)
  }
}
