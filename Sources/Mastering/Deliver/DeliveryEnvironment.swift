internal import DSP
public import Engine
public import Loudness
internal import MixGraph
internal import Signal

/// Where and with what deliveries are made, and what several of them share.
public final class DeliveryEnvironment {
  /// An existing folder for streams that are kept aside.
  public let folder: String
  public let store: Store?
  /// What the build has measured, where there is no store.
  private let memory: BuildMemory?
  public let workers: Int
  let cancellation: Cancellation?
  /// Pieces of files that were made, not taken over from earlier ones.
  public internal(set) var madePieces = 0
  private var conversions: [Conversion: PieceSpill] = [:]

  private struct Conversion: Hashable {
    var source: ObjectIdentifier
    var channels: StreamView.Channels
    var rate: Int
  }

  public init(
    folder: String, store: Store?, memory: BuildMemory? = nil,
    workers: Int = RenderOptions.processorCount, cancellation: Cancellation? = nil
  ) {
    self.folder = folder
    self.store = store
    self.memory = memory
    self.workers = max(1, workers)
    self.cancellation = cancellation
  }

  /// All of `source` at another rate, made where it is read. Sources that are handed in live as
  /// long as this.
  func converted(
    _ source: any PiecedSource, _ channels: StreamView.Channels, from: Int, to: Int
  ) throws(RenderFailure) -> PieceSpill {
    let key = Conversion(source: ObjectIdentifier(source), channels: channels, rate: to)
    if let known = conversions[key] { return known }
    guard let resampler = Resampler(from: from, to: to) else {
      throw .io("\(from) Hz cannot be converted to \(to) Hz")
    }
    let folded = StreamView(source, frames: source.frames, channels: channels)
    let conversion = RateConversion(folded, resampler)
    let made = try PieceSpill(
      folder: folder, channelCount: folded.channelCount, pieces: conversion.pieces
    ) { index, block throws(RenderFailure) in try conversion.render(index, into: block) }
    conversions[key] = made
    return made
  }

  /// What a stream measures.
  public func levels(
    of source: any PiecedSource, rate: Int,
    parts: [LevelMeasurement.Part] = LevelMeasurement.Part.allCases,
    details: MeterTotal.Details = []
  ) throws(RenderFailure) -> MeterTotal {
    var options = LoudnessMeter.Options()
    options.measuresTableTruePeak = false
    let measurement = LevelMeasurement(
      source, rate: rate, options: options, store: store ?? memory, parts: parts,
      details: details)
    try run(
      parts.map { part in
        PieceSchedule.Row(pieceCount: source.pieces.count) { piece throws(RenderFailure) in
          try measurement.advance(piece, part)
        }
      })
    return try measurement.finish()
  }

  /// Whether all of `source` lies on the grid of `bits` and within it.
  func isOnGrid(_ source: any PiecedSource, bits: Int) throws(RenderFailure) -> Bool {
    for piece in source.pieces {
      var key: Digest?
      if let content = source.identity(of: piece.range) {
        var writer = DigestWriter()
        writer.field("on-grid", bits)
        writer.field("content", content)
        key = writer.digest
      }
      let isOnGrid: Bool
      if let key, let known = store?.numbers(key) {
        isOnGrid = known == [1]
      } else {
        isOnGrid = try Self.isOnGrid(source, piece.range, bits: bits)
        if let key { store?.keep([isOnGrid ? 1 : 0], key) }
      }
      if !isOnGrid { return false }
    }
    return true
  }

  private static func isOnGrid(
    _ source: any PiecedSource, _ range: FrameRange, bits: Int
  ) throws(RenderFailure) -> Bool {
    let buffer = AudioBuffer(channelCount: source.channelCount, frameCapacity: 4096)
    var at = range.start
    while at < range.end {
      let block = buffer.block(Int(min(4096, range.end - at)))
      try source.read(FrameRange(at, at + Int64(block.frameCount)), into: block)
      for channel in 0..<block.channelCount
      where !Quantiser.isOnGrid(block[channel], bits: bits) { return false }
      at += Int64(block.frameCount)
    }
    return true
  }

  func run(_ rows: [PieceSchedule.Row]) throws(RenderFailure) {
    try PieceSchedule.run(rows, workers: workers, cancellation: cancellation)
  }
}
