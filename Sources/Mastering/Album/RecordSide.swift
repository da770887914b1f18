/// A side of a record: what plays when, and how long it may be.
public struct RecordSide: Hashable, Sendable {
  public struct Song: Hashable, Sendable {
    public var title: String
    /// Seconds from the side's start.
    public var start: Double
    /// Seconds until it has ended.
    public var length: Double
    public init(title: String, start: Double, length: Double) {
      self.title = title
      self.start = start
      self.length = length
    }
  }

  public var name: String
  public var songs: [Song]
  /// Seconds.
  public var length: Double

  public init(name: String, songs: [Song], length: Double) {
    self.name = name
    self.songs = songs
    self.length = length
  }

  /// Seconds that a side is best kept under, and that it can have at most.
  ///
  /// - Source: guides of pressing plants; recommendations that differ by plant and programme.
  public static func limits(_ record: String) -> (recommended: Double, most: Double) {
    switch record {
    case "12-inch 45": (12 * 60, 14.5 * 60)
    case "10-inch 33": (13.5 * 60, 13.5 * 60)
    case "10-inch 45": (10 * 60, 10 * 60)
    case "7-inch 33": (400, 420)
    case "7-inch 45": (5 * 60, 5 * 60)
    default: (19.5 * 60, 23 * 60)
    }
  }

  /// The list that goes to the cutting room.
  public static func sheet(_ sides: [RecordSide], title: String, performer: String, record: String)
    -> String
  {
    var lines = ["Timing sheet", ""]
    for (name, value) in [("Title", title), ("Performer", performer), ("Record", record)] {
      lines.append(padded(name, 12) + (value.isEmpty ? "-" : value))
    }
    for side in sides {
      lines.append("")
      lines.append("Side \(side.name)   total \(clock(side.length))")
      for (index, song) in side.songs.enumerated() {
        lines.append(
          "  " + padded("\(index + 1)", 4) + padded(clock(song.start), 10)
            + padded(clock(song.length), 10) + song.title)
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// `m:ss.t`, to the nearest tenth.
  public static func clock(_ seconds: Double) -> String {
    let tenths = Int64((seconds * 10).rounded())
    let rest = tenths / 10 % 60
    return "\(tenths / 600):\(rest < 10 ? "0" : "")\(rest).\(tenths % 10)"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
