import AudioFiles
import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel
import Signal

/// One delivery of an album on its way: the files that it has, and what they are made of.
struct AlbumJob {
  let delivery: AlbumDelivery
  let album: AlbumSource
  var files: [File] = []

  struct File {
    var item: ResolvedDelivery.Item
    var form: DeliveryForm
    var lowered: ResolvedDelivery
    var streams: AlbumProgrammeStreams
    var side: String?
    var path: String
    var key: Digest?
    /// Of what sounds in it.
    var sound: Digest?
    /// What it is asked to be, before a gain is found.
    var fields: [FileField] = []
    var facts: FileFacts?
    /// Numbers behind the usual ones in what is remembered of the file.
    var extras: [Double] {
      guard let facts else { return [] }
      return Array(facts.measures.dropFirst(DeliveryMeasures.keptCount))
    }
  }

  enum Failure {
    /// It has been reported.
    case said
    case unreachable(GainSolver.Obstacle, File)
    case file(String, File)
    case render(RenderFailure, AlbumProgrammeStreams)
  }

  init(_ delivery: AlbumDelivery, _ album: AlbumSource) {
    self.delivery = delivery
    self.album = album
  }

  mutating func add(
    _ item: ResolvedDelivery.Item, _ form: DeliveryForm, _ lowered: ResolvedDelivery,
    _ streams: AlbumProgrammeStreams, side: String?, path: String
  ) {
    files.append(
      File(item: item, form: form, lowered: lowered, streams: streams, side: side, path: path))
  }

  mutating func take(gains: [Int: Double]) {
    let first = gains.min { $0.key < $1.key }?.value ?? 0
    for index in files.indices {
      files[index].form.gain = gains[files[index].item.number] ?? first
    }
  }

  // MARK: How it is made

  /// Whether a cue sheet, a PQ sheet or a disc image belongs to it.
  var isDisc: Bool { delivery.isDisc }

  /// Samples of 1/75 s; 1 when the files have nothing to do with discs.
  var frame: Int64 {
    guard isDisc, let rate = files.first?.form.format.rate else { return 1 }
    return Int64(rate / DiscLayout.framesPerSecond)
  }

  /// Whether the files are cut from one continuous programme, so that their joins are exact.
  var isCut: Bool {
    guard let form = files.first?.form, delivery.form != .sides, !form.isLossyFile else {
      return false
    }
    if form.head != nil || form.tail != nil || form.fadeOut != nil { return false }
    return delivery.form == .one ? isDisc : delivery.isTogether
  }

  /// Frames of the file's rate that belong to each file, on frames of a disc where it is one.
  func pieces() -> [Range<Int64>] {
    guard let first = files.first else { return [] }
    let length = first.form.fileFrames(first.streams.programme.length)
    guard delivery.form == .each else { return [0..<length] }
    let starts = files.map { file in
      let start = file.form.fileFrames(file.item.range?.start ?? 0)
      return isDisc ? start / frame * frame : start
    }
    return starts.indices.map { index in
      let end = index + 1 < starts.count ? starts[index + 1] : length
      return starts[index]..<max(starts[index], end)
    }
  }

  /// The same of files that are made one by one, the last filled up to a whole frame of the disc.
  func discRanges() -> [FrameRange] {
    pieces().map { piece in
      let length = (Int64(piece.count) + frame - 1) / frame * frame
      return FrameRange(piece.lowerBound, piece.lowerBound + length)
    }
  }

  // MARK: What is known

  mutating func findKnown(_ store: Store?) {
    guard let store, let digest = groupDigest() else { return }
    func made(_ file: File, _ write: (inout DigestWriter) -> Void) -> Digest {
      var writer = DigestWriter()
      write(&writer)
      writer.field("group", digest.text)
      writer.field("number", Int64(file.item.number))
      return writer.digest
    }
    for index in files.indices {
      let file = files[index]
      let key = made(file) { file.form.write(to: &$0) }
      files[index].key = key
      files[index].sound = made(file) { file.form.writeSound(to: &$0) }
      files[index].fields =
        file.form.fields
        + [FileField(Self.audioField, String(digest.text.prefix(16)))]
      files[index].facts = store.facts(ofFile: file.path, key: key)
    }
  }

  /// Name of the field that stands for what all files of the delivery are cut from.
  private static let audioField = "programme"

  /// Why its files are not what they would be, as far as that is in the delivery.
  ///
  /// - Parameter isGainKnown: false where it is that of a delivery which has to be made first.
  func explain(_ store: Store?, isGainKnown: Bool) -> [Explanation] {
    files.filter { $0.facts == nil }.flatMap { file in
      DeliveryExplanation(
        delivery: file.lowered, item: file.item, path: file.path, declared: delivery.written,
        isGainKnown: isGainKnown
      ).explain(
        file.form, before: store?.fields(ofFile: file.path),
        audio: file.fields.last { $0.name == Self.audioField })
    }
  }

  var isKnown: Bool { files.allSatisfy { $0.facts != nil } }

  /// A key of all that the delivery's files have in common; nil without a store.
  private func groupDigest() -> Digest? {
    var writer = DigestWriter()
    writer.field("album", 2)
    writer.field("form", "\(delivery.form) \(delivery.isTogether) \(isCut) \(frame)")
    for file in files {
      guard let key = file.streams.key(file.lowered.from) else { return nil }
      writer.field("stream", key.text)
      for range in songRanges(file.streams.programme) {
        writer.field("range", "\(range)")
      }
      if let range = file.item.range { writer.field("item", "\(range)") }
      writer.field("gain", file.form.gain.map { "\($0)" } ?? "")
    }
    return writer.digest
  }

  func songRanges(_ programme: AlbumProgramme) -> [Range<Int64>] {
    programme.entries.indices.map { programme.range(of: $0) }
  }
}
