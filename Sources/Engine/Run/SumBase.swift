internal import MixGraph
internal import Signal

/// What a sum was made of when a session was last built, so that the next build can take out the
/// terms that are no more and add the new ones.
struct SumRecipe: Equatable {
  /// The programme that pieces were cut from.
  var timeline: Digest
  /// All that the sum's row was, over all time.
  var sum: Digest
  var terms: [Term]

  struct Term: Equatable {
    /// All that the term is, its input included.
    var whole: Digest
    /// All that its input's row is.
    var input: Digest
    /// nil: it moves.
    var gain: SteadyGain?
    /// What its input's audio is kept as.
    var isFloat: Bool
  }

  static func key(session: String, label: String) -> Digest {
    var writer = DigestWriter()
    writer.field("sum-recipe-of", session)
    writer.field("label", label)
    return writer.digest
  }

  var encoded: [UInt8] {
    var bytes = timeline.bytes + sum.bytes
    for term in terms {
      bytes += term.whole.bytes + term.input.bytes
      var writer = StateWriter()
      writer.write((term.gain?.channelCount ?? 0) + (term.isFloat ? Self.floatMark : 0))
      writer.write(term.gain?.left ?? 0)
      writer.write(term.gain?.right ?? 0)
      bytes += writer.bytes
    }
    return bytes
  }

  private static let floatMark = 4
  private static let headSize = 64
  private static let termSize = 88

  init(timeline: Digest, sum: Digest, terms: [Term]) {
    self.timeline = timeline
    self.sum = sum
    self.terms = terms
  }

  /// nil: these bytes are no recipe.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.headSize, (bytes.count - Self.headSize) % Self.termSize == 0 else {
      return nil
    }
    timeline = Digest(Array(bytes[0..<32]))
    sum = Digest(Array(bytes[32..<64]))
    terms = []
    for start in stride(from: Self.headSize, to: bytes.count, by: Self.termSize) {
      var reader = StateReader(Array(bytes[(start + 64)..<(start + Self.termSize)]))
      guard let mark = try? reader.readInt(), let left = try? reader.readDouble(),
        let right = try? reader.readDouble(), (0..<8).contains(mark)
      else { return nil }
      let channels = mark % Self.floatMark
      terms.append(
        Term(
          whole: Digest(Array(bytes[start..<(start + 32)])),
          input: Digest(Array(bytes[(start + 32)..<(start + 64)])),
          gain: channels == 0
            ? nil : SteadyGain(left: left, right: right, channelCount: channels),
          isFloat: mark >= Self.floatMark))
    }
  }
}
