internal import MixGraph
public import SessionModel
internal import Signal

/// Looks for recordings of the same sound that cancel each other: the two sides of a stereo
/// track, and tracks that are summed in one place.
///
/// At up to 48 places, evenly spread over the programme, 4,096 frames of each track's content are
/// read, before any insert. Places where either side is quieter than −50 dBFS do not count.
/// Sides whose correlation over the rest is −0.6 or less are suspects: uncorrelated sounds stay
/// above −0.1, a microphone of reversed polarity comes near −1. Tracks of compressed recordings
/// are left out, because these cannot be read at random.
public enum PolarityCheck {
  public struct Suspect: Hashable, Sendable {
    public var first: StripID
    /// nil: the two sides of `first`.
    public var second: StripID?
    /// −1…−0.6
    public var correlation: Double
  }

  static let places = 48
  static let frames = 4096
  static let limit = -0.6
  /// More tracks than this in one sum are compared only among the first so many.
  static let mostTracks = 64
  /// Tracks that play into the mix itself are compared where they are no more than this.
  public static let mostDirectTracks = 8
  /// Mean square of −50 dBFS.
  private static let quiet = 1e-5

  /// - Parameters: `sums` are the sets of tracks that meet somewhere (the mix, a bus, a group).
  /// - Returns: suspects in the session's order. What cannot be read is no suspect.
  public static func suspects(
    in session: ResolvedSession, sums: [[StripID]], store: Store?
  ) -> [Suspect] {
    let tracks = session.strips.indices.filter { isReadable(session.strips[$0], session) }
    let readable = Set(tracks.map { StripID($0) })
    var pairs: Set<Pair> = []
    for sum in sums {
      let members = Array(sum.filter(readable.contains).sorted().prefix(mostTracks))
      for (index, first) in members.enumerated() {
        for second in members[(index + 1)...] { pairs.insert(Pair(first: first, second: second)) }
      }
    }
    let inPairs = Set(pairs.flatMap { [$0.first, $0.second] })
    let wanted = tracks.map { StripID($0) }.filter {
      session.strips[$0.index].channelCount == 2 || inPairs.contains($0)
    }
    if wanted.isEmpty || session.programme.length <= 0 { return [] }
    let sorted = pairs.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    let numbers = TrackHearing.kept(
      "polarity", of: wanted, in: session, store: store,
      writeKey: { writer in
        for pair in sorted {
          writer.field("first", pair.first.index)
          writer.field("second", pair.second.index)
        }
      }, find: { find(wanted, sorted, in: session).map(encode) })
    return decode(numbers)
  }

  /// nil: a track cannot be read.
  private static func find(
    _ wanted: [StripID], _ pairs: [Pair], in session: ResolvedSession
  ) -> [Suspect]? {
    let timeline = Timeline(session.programme, extension: 0)
    let library = RecordingLibrary(session.recordings, rate: session.rate)
    var windows: [StripID: AudioBuffer] = [:]
    for id in wanted {
      guard
        let read = try? read(session.strips[id.index], session, timeline, library)
      else { return nil }
      windows[id] = read
    }
    var suspects: [Suspect] = []
    for id in wanted {
      guard let window = windows[id], window.channelCount == 2,
        let value = correlation(
          window.block[0], Self.energies(window.block[0]), window.block[1],
          Self.energies(window.block[1])),
        value <= limit
      else { continue }
      suspects.append(Suspect(first: id, second: nil, correlation: value))
    }
    let folded = windows.mapValues(fold)
    let energies = folded.mapValues { Self.energies($0.block[0]) }
    for pair in pairs {
      guard let first = folded[pair.first], let second = folded[pair.second],
        let left = energies[pair.first], let right = energies[pair.second],
        let value = correlation(first.block[0], left, second.block[0], right), value <= limit
      else { continue }
      suspects.append(Suspect(first: pair.first, second: pair.second, correlation: value))
    }
    return suspects
  }

  private struct Pair: Hashable {
    var first: StripID
    var second: StripID
  }

  static func isReadable(_ strip: ResolvedStrip, _ session: ResolvedSession) -> Bool {
    guard strip.kind == .track, !strip.isMuted, !strip.readings.isEmpty else { return false }
    let compressed = [".mp3", ".ogg", ".oga", ".opus"]
    return strip.readings.allSatisfy { reading in
      let path = session.recordings[reading.recording].path.lowercased()
      return !compressed.contains { path.hasSuffix($0) }
    }
  }

  // MARK: Records

  private static func encode(_ suspects: [Suspect]) -> [Double] {
    var numbers: [Double] = []
    for suspect in suspects {
      numbers.append(Double(suspect.first.index))
      numbers.append(Double(suspect.second?.index ?? -1))
      numbers.append(suspect.correlation)
    }
    return numbers
  }

  private static func decode(_ kept: [Double]) -> [Suspect] {
    var suspects: [Suspect] = []
    for at in stride(from: 0, to: kept.count - 2, by: 3) {
      let second: StripID? = kept[at + 1] < 0 ? nil : StripID(Int(kept[at + 1]))
      suspects.append(
        Suspect(first: StripID(Int(kept[at])), second: second, correlation: kept[at + 2]))
    }
    return suspects
  }

  // MARK: Signals

  /// The windows of one track, one behind the other.
  private static func read(
    _ strip: ResolvedStrip, _ session: ResolvedSession, _ timeline: Timeline,
    _ library: RecordingLibrary
  ) throws(RecordingFailure) -> AudioBuffer {
    let source = SourceRenderer(
      TrackHearing.content(strip), channelCount: strip.channelCount, timeline: timeline,
      library: library,
      blockFrames: frames)
    let result = AudioBuffer(
      channelCount: strip.channelCount, frameCapacity: places * frames)
    result.block.fill(0)
    let length = session.programme.length
    let count = Int(min(Int64(places), max(1, length / Int64(frames))))
    var piece = 0
    for place in 0..<count {
      let middle = length * Int64(2 * place + 1) / Int64(2 * count)
      let start = max(0, middle - Int64(frames / 2))
      while piece < timeline.pieces.count,
        timeline.pieces[piece].programmeStart + Int64(timeline.pieces[piece].length) <= start
      {
        piece += 1
      }
      guard piece < timeline.pieces.count, timeline.pieces[piece].programmeStart <= start else {
        continue
      }
      source.begin(timeline.pieces[piece])
      let end = timeline.pieces[piece].programmeStart + Int64(timeline.pieces[piece].length)
      let there = Int(min(Int64(frames), end - start))
      try source.render(
        result.block.slice(place * frames..<place * frames + there), at: start)
    }
    return result
  }

  private static func fold(_ windows: AudioBuffer) -> AudioBuffer {
    if windows.channelCount == 1 { return windows }
    let folded = AudioBuffer(channelCount: 1, frameCapacity: windows.frameCapacity)
    let (left, right, sum) = (windows.block[0], windows.block[1], folded.block[0])
    for i in 0..<windows.frameCapacity { sum[i] = 0.5 * (left[i] + right[i]) }
    return folded
  }

  private static func energies(_ samples: Samples) -> [Double] {
    (0..<places).map { product(samples, samples, $0) }
  }

  /// Four sums side by side, so that none waits for itself.
  private static func product(_ a: Samples, _ b: Samples, _ place: Int) -> Double {
    var sums = SIMD4<Double>.zero
    for i in stride(from: place * frames, to: (place + 1) * frames, by: 4) {
      sums +=
        SIMD4(a[i], a[i + 1], a[i + 2], a[i + 3]) * SIMD4(b[i], b[i + 1], b[i + 2], b[i + 3])
    }
    return (sums.x + sums.y) + (sums.z + sums.w)
  }

  /// Over the places where both sound, a quarter of a second of them at least; else nil.
  private static func correlation(
    _ a: Samples, _ lefts: [Double], _ b: Samples, _ rights: [Double]
  ) -> Double? {
    var (product, left, right, heard) = (0.0, 0.0, 0.0, 0)
    for place in 0..<places where min(lefts[place], rights[place]) > quiet * Double(frames) {
      product += Self.product(a, b, place)
      left += lefts[place]
      right += rights[place]
      heard += 1
    }
    let energy = (left * right).squareRoot()
    return heard >= 3 && energy > 0 ? max(-1, product / energy) : nil
  }
}
