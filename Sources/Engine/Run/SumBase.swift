internal import MixGraph
internal import Signal

/// What a piece of a sum was made of when its audio was kept, so that later builds can take out
/// the terms that are no more and add the new ones.
///
/// What it says holds by content alone: `sum` is what `terms` add up to, wherever they stood.
struct SumBase: Equatable {
  var sum: ContentHash
  /// Terms that could be heard; silent ones add nothing.
  var terms: [Term]

  struct Term: Equatable {
    /// All that can be heard of the term in the piece, the audio of its input included.
    var identity: ContentHash
    /// The audio of its input.
    var audio: ContentHash
    /// nil: it moves.
    var gain: SteadyGain?
    /// What its input's audio is kept as.
    var isFloat: Bool
  }

  /// Where the piece of a sum is looked up: pieces stay where they are in session time.
  static func key(session: String, label: String, _ piece: Piece) -> Digest {
    var writer = DigestWriter()
    writer.field("sum-base-of", session)
    writer.field("label", label)
    writer.field("start", piece.axis.start)
    writer.field("length", piece.axis.length)
    writer.field("gap", piece.isGap)
    return writer.digest
  }

  init(sum: ContentHash, terms: [Term]) {
    self.sum = sum
    self.terms = terms
  }

  private static let floatMark = 4
  private static let headSize = 16
  private static let termSize = 56

  var encoded: [UInt8] {
    var bytes = sum.bytes
    bytes.reserveCapacity(Self.headSize + Self.termSize * terms.count)
    for term in terms {
      bytes += term.identity.bytes
      bytes += term.audio.bytes
      var writer = StateWriter()
      writer.write((term.gain?.channelCount ?? 0) + (term.isFloat ? Self.floatMark : 0))
      writer.write(term.gain?.left ?? 0)
      writer.write(term.gain?.right ?? 0)
      bytes += writer.bytes
    }
    return bytes
  }

  /// nil: these bytes are none.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.headSize, (bytes.count - Self.headSize) % Self.termSize == 0 else {
      return nil
    }
    var reader = StateReader(bytes)
    func hash() throws(StateError) -> ContentHash {
      let low = try reader.readUInt64()
      return ContentHash(low: low, high: try reader.readUInt64())
    }
    do throws(StateError) {
      sum = try hash()
      terms = []
      for _ in 0..<(bytes.count - Self.headSize) / Self.termSize {
        let identity = try hash()
        let audio = try hash()
        let mark = try reader.readInt()
        let left = try reader.readDouble()
        let right = try reader.readDouble()
        guard (0..<8).contains(mark) else { return nil }
        let channels = mark % Self.floatMark
        terms.append(
          Term(
            identity: identity, audio: audio,
            gain: channels == 0
              ? nil : SteadyGain(left: left, right: right, channelCount: channels),
            isFloat: mark >= Self.floatMark))
      }
    } catch { return nil }
  }
}
