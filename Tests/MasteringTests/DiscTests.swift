import Foundation
import Mastering
import Testing

/// A cue sheet read back: enough of the form to compare places.
struct ReadCue {
  struct Track {
    var number = 0
    var title = ""
    var isrc = ""
    var file = ""
    /// Of index 0 and 1, with the file that each is in.
    var indices: [Int: (file: String, frame: Int)] = [:]
  }
  var catalogue = ""
  var title = ""
  var files: [String] = []
  var tracks: [Track] = []

  init(_ text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard let command = words.first else { continue }
      let rest = words.count > 1 ? words[1] : ""
      let quoted = rest.split(separator: "\"", omittingEmptySubsequences: false)
      switch command {
      case "CATALOG": catalogue = rest
      case "FILE": files.append(String(quoted.count > 1 ? quoted[1] : ""))
      case "TRACK":
        tracks.append(
          Track(number: Int(rest.prefix { $0.isNumber }) ?? 0, file: files.last ?? ""))
      case "TITLE":
        let text = String(quoted.count > 1 ? quoted[1] : "")
        if tracks.isEmpty { title = text } else { tracks[tracks.count - 1].title = text }
      case "ISRC" where !tracks.isEmpty: tracks[tracks.count - 1].isrc = rest
      case "INDEX" where !tracks.isEmpty:
        let parts = rest.split(separator: " ")
        let clock = parts[1].split(separator: ":").compactMap { Int($0) }
        tracks[tracks.count - 1].indices[Int(parts[0]) ?? -1] = (
          files.last ?? "", (clock[0] * 60 + clock[1]) * 75 + clock[2]
        )
      default: break
      }
    }
  }
}

@Suite struct DiscTests {
  private func disc(_ starts: [Int64], pauses: [Int64]? = nil, samples: Int64) -> DiscLayout {
    DiscLayout(
      title: "The \"Album\"", performer: "Band", upc: "0602435710235",
      songs: starts.enumerated().map { index, start in
        DiscLayout.Song(
          title: "Song \(index + 1)", performer: "Band", isrc: "USS1Z260000\(index + 1)",
          start: start, pause: pauses?[index] ?? 0)
      }, samples: samples, frame: 588)
  }

  @Test func tracksBeginInTheFrameThatHoldsTheirFirstSample() {
    let layout = disc([0, 588 * 400 + 587, 588 * 900], samples: 588 * 1400 + 1)
    #expect(layout.tracks.map(\.start) == [0, 400, 900])
    #expect(layout.tracks.map(\.end) == [400, 900, 1401])
    #expect(layout.length == 1401)
  }

  @Test func clocksHaveMinutesSecondsAndFrames() {
    #expect(DiscLayout.clock(0) == "00:00:00")
    #expect(DiscLayout.clock(74) == "00:00:74")
    #expect(DiscLayout.clock(4500 * 79 + 75 * 57) == "79:57:00")
    #expect(DiscLayout.clock(DiscLayout.longest) == "79:57:00")
    #expect(DiscLayout.clock(4500 * 101) == "101:00:00")
  }

  @Test func aCueSheetReadsBackToTheSameFrames() {
    let layout = disc(
      [0, 588 * 400 + 300, 588 * 900], pauses: [0, 150, 60], samples: 588 * 1400)
    let text = CueSheet.text(layout, files: [.init(path: "album.wav", kind: "WAVE")])
    let cue = ReadCue(text)
    #expect(cue.catalogue == "0602435710235")
    #expect(cue.title == "The 'Album'")
    #expect(cue.files == ["album.wav"])
    #expect(cue.tracks.map(\.number) == [1, 2, 3])
    #expect(cue.tracks.map(\.isrc) == ["USS1Z2600001", "USS1Z2600002", "USS1Z2600003"])
    #expect(cue.tracks.map { $0.indices[1]?.frame } == [0, 400, 900])
    #expect(cue.tracks.map { $0.indices[0]?.frame } == [nil, 250, 840])
  }

  @Test func aCueSheetHasTheFormThatBurningProgramsRead() {
    let text = CueSheet.text(
      disc([0, 588 * 400], samples: 588 * 800), files: [.init(path: "a.wav", kind: "WAVE")])
    #expect(text.hasPrefix("CATALOG 0602435710235\r\nPERFORMER \"Band\"\r\n"))
    #expect(!text.replacingOccurrences(of: "\r\n", with: "").contains("\n"))
    #expect(text.hasSuffix("\r\n"))
    #expect(text.contains("FILE \"a.wav\" WAVE\r\n  TRACK 01 AUDIO\r\n    TITLE \"Song 1\"\r\n"))
    #expect(text.contains("    INDEX 01 00:05:25\r\n"))
  }

  @Test func aRowOfFilesHasEachPauseAtTheEndOfTheFileBefore() {
    let layout = disc([0, 588 * 400], pauses: [0, 150], samples: 588 * 800)
    let cue = ReadCue(
      CueSheet.text(
        layout, files: [.init(path: "1.wav", kind: "WAVE"), .init(path: "2.wav", kind: "WAVE")]))
    #expect(cue.files == ["1.wav", "2.wav"])
    #expect(cue.tracks[1].indices[0]?.file == "1.wav")
    #expect(cue.tracks[1].indices[0]?.frame == 250)
    #expect(cue.tracks[1].indices[1]?.file == "2.wav")
    #expect(cue.tracks[1].indices[1]?.frame == 0)
  }

  @Test func thePQSheetListsStartsPausesAndCodes() {
    let text = PQSheet.text(
      disc([0, 588 * 400], pauses: [0, 150], samples: 588 * 800), audio: ["album.wav"])
    #expect(text.contains("UPC/EAN     0602435710235\n"))
    #expect(text.contains("01     1      00:00:00   00:03:25   USS1Z2600001  Song 1\n"))
    #expect(text.contains("02     0      00:03:25   00:02:00\n"))
    #expect(text.contains("02     1      00:05:25   00:05:25   USS1Z2600002  Song 2\n"))
    #expect(text.contains("AA     1      00:10:50"))
  }

  @Test func aTimingSheetHasTheSidesWithTheirTotals() {
    let text = RecordSide.sheet(
      [
        RecordSide(
          name: "A", songs: [.init(title: "One", start: 0, length: 185.04)], length: 185.04)
      ], title: "T", performer: "P", record: "12-inch 33")
    #expect(text.contains("Side A   total 3:05.0\n"))
    #expect(text.contains("  1   0:00.0    3:05.0    One\n"))
    #expect(RecordSide.limits("12-inch 33").most == 1380)
    #expect(RecordSide.limits("7-inch 45").most == 300)
  }

  /// Sheets that other programs wrote have this shape.
  @Test func writtenSheetsHaveTheShapeOfRealOnes() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("shared/data/sessions/cue")
    guard
      let text = try? String(
        contentsOf: folder.appendingPathComponent("simple.cue"), encoding: .utf8)
    else {
      print("skipped: no recordings beside the package")
      return
    }
    let real = ReadCue(text)
    #expect(real.tracks.count == 4)
    let frames = real.tracks.compactMap { $0.indices[1]?.frame }
    let layout = DiscLayout(
      title: real.title, performer: "", upc: "",
      songs: real.tracks.map {
        DiscLayout.Song(
          title: $0.title, performer: "", isrc: "", start: Int64($0.indices[1]?.frame ?? 0) * 588,
          pause: 0)
      }, samples: Int64((frames.last ?? 0) + 1000) * 588, frame: 588)
    let again = CueSheet.text(layout, files: [.init(path: real.files[0], kind: "WAVE")])
    func words(_ text: String) -> [String] {
      text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { line in ["TITLE", "FILE", "TRACK", "INDEX"].contains { line.hasPrefix($0) } }
    }
    #expect(words(again) == words(text))
  }
}
