public import AudioFiles
public import Loudness
internal import MixGraph
internal import Signal

/// A sound file asked of a render.
public struct FileRequest {
  public var format: SoundFileFormat
  public var metadata: SoundFileMetadata
  /// False leaves integer samples rounded without dither.
  public var dithers = true
  /// Of the dither: a fixed constant unless a session says otherwise.
  public var seed = FileRequest.standardSeed
  /// What is remembered of the finished file's levels.
  public var measures: (MeterReport) -> [Double] = { _ in [] }

  public static let standardSeed: UInt64 = 0x6D69_7864_6F77_6E31

  public init(_ format: SoundFileFormat, metadata: SoundFileMetadata = .init()) {
    self.format = format
    self.metadata = metadata
  }

  /// How the levels of a file of this form are measured.
  var meterOptions: LoudnessMeter.Options { .ofFile(format) }
}

extension LoudnessMeter.Options {
  /// As a file of the form is measured: samples count as clipped at the top code of its depth.
  public static func ofFile(_ format: SoundFileFormat) -> LoudnessMeter.Options {
    var options = LoudnessMeter.Options()
    options.measuresTableTruePeak = false
    if case .integer(let bits) = format.encoding, bits >= 2 {
      options.clipLevel = 1 - 1 / Double(Int64(1) << Int64(min(bits, 24) - 1))
    }
    return options
  }
}

/// Makes a file out of a render's pieces: each is taken over from the earlier file, or written and
/// measured anew.
final class FileOutput: @unchecked Sendable {
  // Proof for @unchecked Sendable: `advance` is called by one row's actions, `measure` by one row's
  // for each part, `finish` after all; what they share is touched inside `monitor`.

  /// The part of a piece that is certain to belong to the file.
  struct Unit {
    var piece: Int
    /// First frame of it in the piece's chunk.
    var offset: Int
    /// Frames of the programme.
    var programme: FrameRange
    /// Added to a frame of the programme it gives its place on the session's axis.
    var shift: Int64
  }

  let units: [Unit]
  private let unitOfPiece: [Int?]
  let file: PublishedFile
  private let request: FileRequest
  private let start: Int64
  private let chain: Chain
  private let work: OutputWork
  private var measurement: LevelMeasurement!
  private let monitor = Monitor()
  private var contents: [ContentHash?]
  private var tail: FrameRange?
  private let identity: (Int) -> ContentHash?

  /// - Parameters:
  ///   - start: programme frame of the file's first frame.
  ///   - identity: of a piece's audio.
  init(
    _ request: FileRequest, path: String, units: [Unit], pieceCount: Int, start: Int64,
    store: Store?, memory: BuildMemory?, identity: @escaping (Int) -> ContentHash?
  ) throws(RenderFailure) {
    self.request = request
    self.identity = identity
    self.units = units
    self.start = start
    var unitOfPiece = [Int?](repeating: nil, count: pieceCount)
    for (index, unit) in units.enumerated() { unitOfPiece[unit.piece] = index }
    self.unitOfPiece = unitOfPiece
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[..<$0]) } ?? "."
    file = try PublishedFile(
      path: path, format: request.format, metadata: request.metadata,
      folder: folder.isEmpty ? "/" : folder, store: store)
    work = OutputWork(file, request, units: units, identity: identity)
    chain = Chain(work, pieceCount: units.count, store: store)
    contents = Array(repeating: nil, count: units.count + 1)
    measurement = LevelMeasurement(
      rate: request.format.rate, channelCount: request.format.channelCount,
      options: request.meterOptions, pieceCount: units.count, store: store ?? memory,
      range: { [unowned self] in fileRange($0) },
      shift: { start + (units.isEmpty ? 0 : units[min($0, units.count - 1)].shift) },
      identity: { [unowned self] in content($0) },
      read: { [unowned self] range, block throws(RenderFailure) in
        try file.read(range, into: block)
      })
  }

  private func fileRange(_ index: Int) -> FrameRange? {
    if index < units.count { return units[index].programme.shifted(by: -start) }
    return index == units.count ? tail : nil
  }

  private func content(_ index: Int) -> ContentHash? { monitor.withLock { contents[index] } }

  func unit(of piece: Int) -> Int? { unitOfPiece[piece] }

  /// Brings the file up to the end of `unit`.
  func advance(
    _ unit: Int, audio: @escaping () throws(RenderFailure) -> ChunkAudio
  ) throws(RenderFailure) {
    work.audio = audio
    defer { work.audio = nil }
    let frames = units[unit].programme.length
    let bytes = try chain.advance(unit) { result throws(RenderFailure) in
      guard let made = FileRun(result) else { return false }
      return try file.take(made.bytes, frames: frames, clippedSamples: made.clippedSamples)
    }
    let made = FileRun(bytes)
    monitor.withLock { contents[unit] = streamIdentity(unit) ?? made?.bytes }
  }

  /// What a stream of the same audio calls the unit: a file in single precision holds what the
  /// stream does, and what is measured of one is known of the other.
  private func streamIdentity(_ unit: Int) -> ContentHash? {
    guard request.format.encoding == .float32, let content = identity(units[unit].piece) else {
      return nil
    }
    let range = units[unit].programme
    return [StreamPiece(range: range, content: content, offset: Int64(units[unit].offset))]
      .identity(of: range)
  }

  /// Measures what `advance` made of `unit`.
  func measure(_ unit: Int, _ part: LevelMeasurement.Part) throws(RenderFailure) {
    try measurement.advance(unit, part)
  }

  /// Adds what lies behind the last unit, ends the measuring and puts the file in place.
  ///
  /// - Parameter rest: each with its first frame's place on the session's axis.
  func finish(_ rest: [(place: Int64, block: Block)]) throws(RenderFailure) -> FileFacts {
    let before = file.frames
    for (place, block) in rest { try work.append(block, at: place) }
    if file.frames > before { tail = FrameRange(before, file.frames) }
    let count = units.count + (tail == nil ? 0 : 1)
    if tail != nil {
      for part in LevelMeasurement.Part.allCases { try measurement.advance(units.count, part) }
    }
    let report = MeterReport(try measurement.finish(pieceCount: count))
    return try file.finish(measures: request.measures(report))
  }
}

/// Dithers and writes the pieces of an output.
private final class OutputWork: ChainedWork {
  private let file: PublishedFile
  private let request: FileRequest
  private let units: [FileOutput.Unit]
  private let identity: (Int) -> ContentHash?
  private let bits: Int?
  var audio: (() throws(RenderFailure) -> ChunkAudio)?

  init(
    _ file: PublishedFile, _ request: FileRequest, units: [FileOutput.Unit],
    identity: @escaping (Int) -> ContentHash?
  ) {
    self.file = file
    self.request = request
    self.units = units
    self.identity = identity
    bits =
      if case .integer(let bits) = request.format.encoding, request.dithers { bits } else { nil }
  }

  func writeKey(_ piece: Int, to writer: inout DigestWriter) -> Bool {
    let unit = units[piece]
    guard let content = identity(unit.piece) else { return false }
    writer.field("file-piece", 2)
    writer.field("format", "\(request.format.container.rawValue) \(request.format.encoding)")
    writer.field("channels", request.format.channelCount)
    writer.field("content", content)
    writer.field("offset", unit.offset)
    writer.field("frames", unit.programme.length)
    if bits != nil {
      writer.field("seed", Int64(bitPattern: request.seed))
      writer.field("frame", unit.programme.start + unit.shift)
    }
    return true
  }

  func encodedState() -> [UInt8] { [] }
  func restore(_ bytes: [UInt8]?, before piece: Int) {}

  func perform(_ piece: Int) throws(RenderFailure) -> [UInt8] {
    let unit = units[piece]
    guard let chunk = try audio?() else { throw .cancelled }
    let buffer = AudioBuffer(
      channelCount: max(chunk.channelCount, request.format.channelCount),
      frameCapacity: Int(unit.programme.length))
    chunk.load(into: buffer.block.channels(chunk.channelCount), at: unit.offset)
    for channel in chunk.channelCount..<max(chunk.channelCount, request.format.channelCount) {
      buffer.block[channel].copy(from: buffer.block[chunk.channelCount - 1])
    }
    return try written(buffer.block, at: unit.programme.start + unit.shift).encoded
  }

  /// - Parameter frame: on the session's axis.
  func append(_ block: Block, at frame: Int64) throws(RenderFailure) {
    let buffer = AudioBuffer(
      channelCount: request.format.channelCount, frameCapacity: block.frameCount)
    for channel in 0..<request.format.channelCount {
      buffer.block[channel].copy(from: block[min(channel, block.channelCount - 1)])
    }
    _ = try written(buffer.block, at: frame)
  }

  private func written(_ block: Block, at frame: Int64) throws(RenderFailure) -> FileRun {
    let own = block.channels(request.format.channelCount)
    let clamped = bits.map {
      Dithering.apply(to: own, bits: $0, seed: request.seed, from: frame)
    }
    let (bytes, clipped) = try file.append(own, clippedSamples: clamped ?? 0)
    return FileRun(bytes: bytes, clippedSamples: clipped)
  }
}
