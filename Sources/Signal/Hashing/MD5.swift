/// MD5, for the checksum files that pressing plants ask for; nothing is secured or keyed by it.
///
/// - Source: RFC 1321.
public struct MD5: Sendable {
  private var a: UInt32 = 0x6745_2301
  private var b: UInt32 = 0xEFCD_AB89
  private var c: UInt32 = 0x98BA_DCFE
  private var d: UInt32 = 0x1032_5476
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0

  public init() {}

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    byteCount &+= UInt64(bytes.count)
    var at = 0
    if !pending.isEmpty {
      at = min(64 - pending.count, bytes.count)
      pending.append(contentsOf: bytes[..<at])
      guard pending.count == 64 else { return }
      let block = pending
      block.withUnsafeBytes { compress($0, at: 0) }
      pending.removeAll(keepingCapacity: true)
    }
    while bytes.count - at >= 64 {
      compress(bytes, at: at)
      at += 64
    }
    pending.append(contentsOf: bytes[at...])
  }

  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// 32 hexadecimal digits of everything that was taken in.
  public func hexadecimal() -> String {
    var last = self
    let bits = byteCount &* 8
    last.update([0x80])
    while last.pending.count != 56 { last.update([0]) }
    last.update((0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) })
    let digits = Array("0123456789abcdef")
    var text = ""
    for word in [last.a, last.b, last.c, last.d] {
      for shift in [0, 8, 16, 24] as [UInt32] {
        let byte = Int(word >> shift & 0xFF)
        text.append(digits[byte >> 4])
        text.append(digits[byte & 15])
      }
    }
    return text
  }

  private mutating func compress(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    func block(_ word: Int) -> UInt32 {
      bytes.loadUnaligned(fromByteOffset: offset + 4 * word, as: UInt32.self)
    }
    var (w, x, y, z) = (a, b, c, d)
    for i in 0..<64 {
      let mixed: UInt32
      let word: Int
      switch i >> 4 {
      case 0:
        mixed = (x & y) | (~x & z)
        word = i
      case 1:
        mixed = (z & x) | (~z & y)
        word = (5 * i + 1) & 15
      case 2:
        mixed = x ^ y ^ z
        word = (3 * i + 5) & 15
      default:
        mixed = y ^ (x | ~z)
        word = (7 * i) & 15
      }
      let sum = w &+ mixed &+ MD5.constants[i] &+ UInt32(littleEndian: block(word))
      let shift = MD5.shifts[(i >> 4) * 4 + (i & 3)]
      w = z
      z = y
      y = x
      x = x &+ (sum << shift | sum >> (32 - shift))
    }
    a = a &+ w
    b = b &+ x
    c = c &+ y
    d = d &+ z
  }

  private static let shifts: [UInt32] = [
    7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21,
  ]

  /// ⌊2³² · |sin(i + 1)|⌋
  private static let constants: [UInt32] = [
    0xD76A_A478, 0xE8C7_B756, 0x2420_70DB, 0xC1BD_CEEE, 0xF57C_0FAF, 0x4787_C62A,
    0xA830_4613, 0xFD46_9501, 0x6980_98D8, 0x8B44_F7AF, 0xFFFF_5BB1, 0x895C_D7BE,
    0x6B90_1122, 0xFD98_7193, 0xA679_438E, 0x49B4_0821, 0xF61E_2562, 0xC040_B340,
    0x265E_5A51, 0xE9B6_C7AA, 0xD62F_105D, 0x0244_1453, 0xD8A1_E681, 0xE7D3_FBC8,
    0x21E1_CDE6, 0xC337_07D6, 0xF4D5_0D87, 0x455A_14ED, 0xA9E3_E905, 0xFCEF_A3F8,
    0x676F_02D9, 0x8D2A_4C8A, 0xFFFA_3942, 0x8771_F681, 0x6D9D_6122, 0xFDE5_380C,
    0xA4BE_EA44, 0x4BDE_CFA9, 0xF6BB_4B60, 0xBEBF_BC70, 0x289B_7EC6, 0xEAA1_27FA,
    0xD4EF_3085, 0x0488_1D05, 0xD9D4_D039, 0xE6DB_99E5, 0x1FA2_7CF8, 0xC4AC_5665,
    0xF429_2244, 0x432A_FF97, 0xAB94_23A7, 0xFC93_A039, 0x655B_59C3, 0x8F0C_CC92,
    0xFFEF_F47D, 0x8584_5DD1, 0x6FA8_7E4F, 0xFE2C_E6E0, 0xA301_4314, 0x4E08_11A1,
    0xF753_7E82, 0xBD3A_F235, 0x2AD7_D2BB, 0xEB86_D391,
  ]
}
