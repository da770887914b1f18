import Diagnostics

/// The text that libyaml reads in place of the source: every byte of the source is one character
/// of it, so that libyaml's character counts are byte offsets.
///
/// Bytes above 127 and bytes that a repair declares to be plain text are *masked*: each becomes one
/// character of a private plane, which libyaml passes through as ordinary text and `decode` turns
/// back. Repairs may also replace ranges; a table maps positions back.
struct YAMLText {
  struct Replacement {
    var range: Range<Int>
    var text: [UInt8]
  }

  private(set) var bytes: [UInt8]
  /// Runs of one-to-one characters and of replacements, ascending by character.
  private var segments: [Segment] = []

  private struct Segment {
    var character: Int
    var byte: Int
    var byteLimit: Int
  }

  init(_ source: [UInt8], start: Int, masks: [Range<Int>] = [], replacements: [Replacement] = []) {
    if masks.isEmpty && replacements.isEmpty && start == 0 && !source.contains(where: { $0 > 127 })
    {
      bytes = source
      segments = [Segment(character: 0, byte: 0, byteLimit: source.count)]
      return
    }
    let masked = source.reduce(0) { $0 + Int($1 >> 7) } + masks.reduce(0) { $0 + $1.count }
    let inserted = replacements.reduce(0) { $0 + $1.text.count }
    bytes = []
    bytes.reserveCapacity(source.count + 3 * masked + inserted)
    let masks = masks.sorted { $0.lowerBound < $1.lowerBound }
    let replacements = replacements.sorted { $0.range.lowerBound < $1.range.lowerBound }
    var nextMask = 0
    var nextReplacement = 0
    var i = start
    var character = 0
    segments.append(Segment(character: 0, byte: start, byteLimit: source.count))
    while i < source.count || nextReplacement < replacements.count {
      while nextReplacement < replacements.count
        && replacements[nextReplacement].range.lowerBound < i
      {
        nextReplacement += 1  // overlaps an earlier one, which wins
      }
      if nextReplacement < replacements.count
        && replacements[nextReplacement].range.lowerBound == i
      {
        let edit = replacements[nextReplacement]
        let end = min(edit.range.upperBound, source.count)
        segments.append(Segment(character: character, byte: i, byteLimit: end))
        bytes.append(contentsOf: edit.text)
        character += edit.text.count
        segments.append(Segment(character: character, byte: end, byteLimit: source.count))
        i = end
        nextReplacement += 1
        continue
      }
      guard i < source.count else { break }
      while nextMask < masks.count && masks[nextMask].upperBound <= i { nextMask += 1 }
      let byte = source[i]
      if byte > 127 || (nextMask < masks.count && masks[nextMask].lowerBound <= i) {
        bytes.append(0xF4)
        bytes.append(0x8F)
        bytes.append(0xBC + (byte >> 6))
        bytes.append(0x80 | (byte & 0x3F))
      } else {
        bytes.append(byte)
      }
      i += 1
      character += 1
    }
  }

  /// The byte of the source at a character of this text.
  func offset(ofCharacter character: Int) -> Int {
    var low = 0
    var high = segments.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if segments[middle].character <= character { low = middle } else { high = middle }
    }
    let segment = segments[low]
    return min(segment.byte + character - segment.character, segment.byteLimit)
  }

  /// The source's text of a value that libyaml gave.
  static func decode(_ buffer: UnsafeBufferPointer<UInt8>) -> String {
    guard buffer.contains(0xF4) else { return String(decoding: buffer, as: UTF8.self) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(buffer.count)
    var i = 0
    while i < buffer.count {
      if buffer[i] == 0xF4 && i + 3 < buffer.count && buffer[i + 1] == 0x8F && buffer[i + 2] >= 0xBC
      {
        bytes.append((buffer[i + 2] - 0xBC) << 6 | (buffer[i + 3] & 0x3F))
        i += 4
      } else {
        bytes.append(buffer[i])
        i += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
