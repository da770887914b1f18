internal import AudioFiles
internal import DSP
internal import Engine
internal import Loudness
internal import MixGraph
internal import Signal

/// A delivery's file in the making: limited, quantised and written piece by piece, and measured as
/// it stands there. Pieces that are known are taken over from the earlier file.
final class DeliveredFile {
  private let file: PublishedFile
  private let pieces: LimitedPieces
  private let form: DeliveryForm
  private let work: DeliveryWork
  private let chain: Chain
  private let contents: Contents
  private let measurement: LevelMeasurement

  /// What the pieces' bytes turned out to be.
  private final class Contents: @unchecked Sendable {
    // Proof for @unchecked Sendable: an element is written by the piece's own action and read by
    // actions that the schedule starts after it; the memory does not move.
    private let hashes: UnsafeMutablePointer<ContentHash?>
    private let count: Int
    init(count: Int) {
      self.count = count
      hashes = .allocate(capacity: count + 1)
      hashes.initialize(repeating: nil, count: count + 1)
    }
    deinit {
      hashes.deinitialize(count: count + 1)
      hashes.deallocate()
    }
    subscript(index: Int) -> ContentHash? {
      get { hashes[index] }
      set { hashes[index] = newValue }
    }
  }

  /// - Parameter quantiser: nil: samples are written as they are.
  init(
    _ file: PublishedFile, _ pieces: LimitedPieces, form: DeliveryForm,
    quantiser: Quantiser.Parameters?, store: Store?
  ) {
    self.file = file
    self.pieces = pieces
    self.form = form
    work = DeliveryWork(file, pieces, form, quantiser)
    chain = Chain(work, pieceCount: pieces.pieceCount, store: store)
    let contents = Contents(count: pieces.pieceCount)
    self.contents = contents
    measurement = LevelMeasurement(
      rate: form.format.rate, channelCount: form.format.channelCount,
      options: .ofFile(form.format), pieceCount: pieces.pieceCount, store: store,
      range: { $0 < pieces.pieceCount ? pieces.range($0) : nil },
      shift: { pieces.shift($0) },
      identity: { contents[$0] },
      read: { range, block throws(RenderFailure) in try file.read(range, into: block) })
  }

  /// Writes all of it.
  ///
  /// - Returns: what was written measures; of lossy forms, what went into the encoder.
  func make(_ environment: DeliveryEnvironment) throws(RenderFailure) -> MeterReport {
    let count = pieces.pieceCount
    var rows = [
      PieceSchedule.Row(pieceCount: count) { [self] piece throws(RenderFailure) in
        try advance(piece)
      }
    ]
    // What lossy files are judged by is measured on the decoded file.
    let parts = form.isLossy ? [] : LevelMeasurement.Part.allCases
    for part in parts {
      rows.append(
        PieceSchedule.Row(inputs: [0], pieceCount: count) {
          [measurement] piece throws(RenderFailure) in
          try measurement.advance(piece, part)
        })
    }
    if !file.isLinear {
      rows.append(
        PieceSchedule.Row(inputs: [0], pieceCount: count) {
          [file, pieces] piece throws(RenderFailure) in
          try file.encode(upTo: pieces.range(piece).end)
        })
    }
    try environment.run(rows)
    environment.madePieces += chain.performed
    if form.isLossy {
      return MeterReport(
        MeterPartial(), rate: form.format.rate, channelCount: form.format.channelCount)
    }
    return MeterReport(try measurement.finish())
  }

  private func advance(_ piece: Int) throws(RenderFailure) {
    let frames = pieces.range(piece).length
    let result = try chain.advance(piece) { result throws(RenderFailure) in
      if frames == 0 { return true }
      guard let made = FileRun(result) else { return false }
      return try file.take(made.bytes, frames: frames, clippedSamples: made.clippedSamples)
    }
    contents[piece] = FileRun(result)?.bytes ?? ContentHash(of: [])
  }
}

/// Limits, quantises and writes the pieces of a delivery.
private final class DeliveryWork: ChainedWork {
  private let file: PublishedFile
  private let pieces: LimitedPieces
  private let form: DeliveryForm
  private let rounding: Quantiser.Parameters?
  private var quantiser: Quantiser?
  /// Room for a piece.
  private var buffer: AudioBuffer

  init(
    _ file: PublishedFile, _ pieces: LimitedPieces, _ form: DeliveryForm,
    _ rounding: Quantiser.Parameters?
  ) {
    self.file = file
    self.pieces = pieces
    self.form = form
    self.rounding = rounding
    quantiser = rounding.map {
      Quantiser($0, channelCount: form.format.channelCount, blockFrames: 4096)
    }
    buffer = AudioBuffer(channelCount: form.format.channelCount, frameCapacity: 0)
  }

  func writeKey(_ piece: Int, to writer: inout DigestWriter) -> Bool {
    writer.field("delivered", 2)
    writer.field("format", "\(form.format.container.rawValue) \(form.format.encoding)")
    writer.field("channels", form.format.channelCount)
    if let rounding {
      writer.field("quantiser", "\(rounding.bits) \(rounding.isDithered) \(rounding.shaping)")
      writer.field("seed", Int64(bitPattern: rounding.seed))
      writer.field("frame", pieces.range(piece).start + pieces.shift(piece))
    }
    return pieces.writeKey(piece, to: &writer)
  }

  func encodedState() -> [UInt8] {
    var writer = StateWriter()
    pieces.encode(into: &writer)
    quantiser?.encodeState(into: &writer)
    return writer.bytes
  }

  func restore(_ bytes: [UInt8]?, before piece: Int) throws(StateError) {
    guard let bytes else {
      pieces.reset()
      quantiser?.reset()
      return
    }
    var reader = StateReader(bytes)
    try pieces.restore(from: &reader)
    try quantiser?.restoreState(from: &reader)
  }

  func perform(_ piece: Int) throws(RenderFailure) -> [UInt8] {
    let range = pieces.range(piece)
    if range.isEmpty { return [] }
    let count = Int(range.length)
    if buffer.frameCapacity < count {
      buffer = AudioBuffer(channelCount: form.format.channelCount, frameCapacity: count)
    }
    let whole = buffer.block(count)
    let before = quantiser?.clippedSamples ?? 0
    let shift = pieces.shift(piece)
    try pieces.perform(piece, in: whole) { block, at in
      quantiser?.process(block, at: at + shift)
    }
    let clamped = (quantiser?.clippedSamples ?? 0) - before
    let (bytes, clipped) = try file.append(whole, clippedSamples: clamped)
    return FileRun(bytes: bytes, clippedSamples: clipped).encoded
  }
}
