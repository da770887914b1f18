internal import CSHA256

/// The chaining value of SHA-256 and its compression function.
///
/// - Source: FIPS 180-4, sections 4.1.2, 4.2.2, 5.3.3, 6.2.2.
struct SHA256State: Sendable {
  var h0: UInt32 = 0x6A09_E667
  var h1: UInt32 = 0xBB67_AE85
  var h2: UInt32 = 0x3C6E_F372
  var h3: UInt32 = 0xA54F_F53A
  var h4: UInt32 = 0x510E_527F
  var h5: UInt32 = 0x9B05_688C
  var h6: UInt32 = 0x1F83_D9AB
  var h7: UInt32 = 0x5BE0_CD19

  /// Takes in `blocks` blocks of 64 bytes. The sixteen words of the schedule stay in locals, a
  /// block of sixteen rounds at a time.
  mutating func compress(_ input: UnsafeRawBufferPointer, blocks: Int) {
    guard blocks > 0, let base = input.baseAddress else { return }
    precondition(input.count >= 64 * blocks)
    if !compressByProcessor(base, blocks) { compressInSwift(base, blocks) }
  }

  /// On processors that cannot do it themselves.
  mutating func compressInSwift(_ base: UnsafeRawPointer, _ blocks: Int) {
    SHA256State.roundConstants.withUnsafeBufferPointer { constants in
      guard let k = constants.baseAddress else { return }
      for block in 0..<blocks { compress(base + 64 * block, k) }
    }
  }

  /// By the processor's own instructions; false: it has none.
  private mutating func compressByProcessor(_ base: UnsafeRawPointer, _ blocks: Int) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 8) { state in
      state.initialize(repeating: 0)
      (state[0], state[1], state[2], state[3]) = (h0, h1, h2, h3)
      (state[4], state[5], state[6], state[7]) = (h4, h5, h6, h7)
      let bytes = base.assumingMemoryBound(to: UInt8.self)
      guard sha256_blocks(state.baseAddress, bytes, blocks) != 0 else { return false }
      (h0, h1, h2, h3) = (state[0], state[1], state[2], state[3])
      (h4, h5, h6, h7) = (state[4], state[5], state[6], state[7])
      return true
    }
  }

  @inline(__always)
  private mutating func compress(_ block: UnsafeRawPointer, _ k: UnsafePointer<UInt32>) {
    var a = h0
    var b = h1
    var c = h2
    var d = h3
    var e = h4
    var f = h5
    var g = h6
    var h = h7
    var w0 = word(block, 0)
    var w1 = word(block, 1)
    var w2 = word(block, 2)
    var w3 = word(block, 3)
    var w4 = word(block, 4)
    var w5 = word(block, 5)
    var w6 = word(block, 6)
    var w7 = word(block, 7)
    var w8 = word(block, 8)
    var w9 = word(block, 9)
    var w10 = word(block, 10)
    var w11 = word(block, 11)
    var w12 = word(block, 12)
    var w13 = word(block, 13)
    var w14 = word(block, 14)
    var w15 = word(block, 15)
    var i = 0
    while true {
      round(a, b, c, &d, e, f, g, &h, w0 &+ k[i + 0])
      round(h, a, b, &c, d, e, f, &g, w1 &+ k[i + 1])
      round(g, h, a, &b, c, d, e, &f, w2 &+ k[i + 2])
      round(f, g, h, &a, b, c, d, &e, w3 &+ k[i + 3])
      round(e, f, g, &h, a, b, c, &d, w4 &+ k[i + 4])
      round(d, e, f, &g, h, a, b, &c, w5 &+ k[i + 5])
      round(c, d, e, &f, g, h, a, &b, w6 &+ k[i + 6])
      round(b, c, d, &e, f, g, h, &a, w7 &+ k[i + 7])
      round(a, b, c, &d, e, f, g, &h, w8 &+ k[i + 8])
      round(h, a, b, &c, d, e, f, &g, w9 &+ k[i + 9])
      round(g, h, a, &b, c, d, e, &f, w10 &+ k[i + 10])
      round(f, g, h, &a, b, c, d, &e, w11 &+ k[i + 11])
      round(e, f, g, &h, a, b, c, &d, w12 &+ k[i + 12])
      round(d, e, f, &g, h, a, b, &c, w13 &+ k[i + 13])
      round(c, d, e, &f, g, h, a, &b, w14 &+ k[i + 14])
      round(b, c, d, &e, f, g, h, &a, w15 &+ k[i + 15])
      if i == 48 { break }
      i += 16
      extend(&w0, w1, w9, w14)
      extend(&w1, w2, w10, w15)
      extend(&w2, w3, w11, w0)
      extend(&w3, w4, w12, w1)
      extend(&w4, w5, w13, w2)
      extend(&w5, w6, w14, w3)
      extend(&w6, w7, w15, w4)
      extend(&w7, w8, w0, w5)
      extend(&w8, w9, w1, w6)
      extend(&w9, w10, w2, w7)
      extend(&w10, w11, w3, w8)
      extend(&w11, w12, w4, w9)
      extend(&w12, w13, w5, w10)
      extend(&w13, w14, w6, w11)
      extend(&w14, w15, w7, w12)
      extend(&w15, w0, w8, w13)
    }
    h0 = h0 &+ a
    h1 = h1 &+ b
    h2 = h2 &+ c
    h3 = h3 &+ d
    h4 = h4 &+ e
    h5 = h5 &+ f
    h6 = h6 &+ g
    h7 = h7 &+ h
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    for word in [h0, h1, h2, h3, h4, h5, h6, h7] {
      withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  private static let roundConstants: [UInt32] = [
    0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1,
    0x923F_82A4, 0xAB1C_5ED5, 0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3,
    0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174, 0xE49B_69C1, 0xEFBE_4786,
    0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
    0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147,
    0x06CA_6351, 0x1429_2967, 0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13,
    0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85, 0xA2BF_E8A1, 0xA81A_664B,
    0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
    0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A,
    0x5B9C_CA4F, 0x682E_6FF3, 0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208,
    0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
  ]
}

@inline(__always)
private func word(_ block: UnsafeRawPointer, _ index: Int) -> UInt32 {
  UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
}

@inline(__always)
private func rotate(_ x: UInt32, _ count: UInt32) -> UInt32 {
  (x &>> count) | (x &<< (32 &- count))
}

@inline(__always)
private func round(
  _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
  _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ input: UInt32
) {
  let t =
    h &+ (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ (g ^ (e & (f ^ g))) &+ input
  d = d &+ t
  h = t &+ (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ ((a & b) | (c & (a | b)))
}

@inline(__always)
private func extend(_ w: inout UInt32, _ w1: UInt32, _ w9: UInt32, _ w14: UInt32) {
  let s0 = rotate(w1, 7) ^ rotate(w1, 18) ^ (w1 &>> 3)
  let s1 = rotate(w14, 17) ^ rotate(w14, 19) ^ (w14 &>> 10)
  w = w &+ s0 &+ w9 &+ s1
}
