/// The SHA-256 digest of a stream of bytes.
///
/// Source: FIPS 180-4, section 6.2.
struct SHA256 {
  private var state: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19
  )
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard var source = bytes.baseAddress else { return }
    length &+= UInt64(bytes.count)
    var left = bytes.count
    if !pending.isEmpty {
      let count = min(64 - pending.count, left)
      pending.append(contentsOf: UnsafeRawBufferPointer(start: source, count: count))
      source += count
      left -= count
      if pending.count == 64 {
        let full = pending
        full.withUnsafeBytes { if let base = $0.baseAddress { compress(base, blocks: 1) } }
        pending.removeAll(keepingCapacity: true)
      }
    }
    if left >= 64 {
      compress(source, blocks: left / 64)
      source += left / 64 * 64
      left %= 64
    }
    if left > 0 {
      pending.append(contentsOf: UnsafeRawBufferPointer(start: source, count: left))
    }
  }

  /// The digest; the value is used up.
  mutating func finish() -> [UInt8] {
    let bits = length &* 8
    var padding: [UInt8] = [0x80]
    while (pending.count + padding.count) % 64 != 56 { padding.append(0) }
    padding.appendBig32(UInt32(truncatingIfNeeded: bits >> 32))
    padding.appendBig32(UInt32(truncatingIfNeeded: bits))
    padding.withUnsafeBytes { update($0) }
    var digest: [UInt8] = []
    for word in [
      state.0, state.1, state.2, state.3, state.4, state.5, state.6, state.7,
    ] { digest.appendBig32(word) }
    return digest
  }

  @inline(__always)
  private static func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 { x &>> n | x &<< (32 &- n) }

  private mutating func compress(_ source: UnsafeRawPointer, blocks: Int) {
    var (h0, h1, h2, h3, h4, h5, h6, h7) = state
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
      SHA256.constants.withUnsafeBufferPointer { k in
        for block in 0..<blocks {
          let bytes = source + block &* 64
          for i in 0..<16 {
            let word = bytes.loadUnaligned(fromByteOffset: 4 &* i, as: UInt32.self)
            w[i] = UInt32(bigEndian: word)
          }
          for i in 16..<64 {
            let x = w[i &- 15]
            let y = w[i &- 2]
            let s0 = SHA256.rotated(x, 7) ^ SHA256.rotated(x, 18) ^ x &>> 3
            let s1 = SHA256.rotated(y, 17) ^ SHA256.rotated(y, 19) ^ y &>> 10
            w[i] = w[i &- 16] &+ s0 &+ w[i &- 7] &+ s1
          }
          var (a, b, c, d, e, f, g, h) = (h0, h1, h2, h3, h4, h5, h6, h7)
          for i in 0..<64 {
            let s1 = SHA256.rotated(e, 6) ^ SHA256.rotated(e, 11) ^ SHA256.rotated(e, 25)
            let t1 = h &+ s1 &+ ((e & f) ^ (~e & g)) &+ k[i] &+ w[i]
            let s0 = SHA256.rotated(a, 2) ^ SHA256.rotated(a, 13) ^ SHA256.rotated(a, 22)
            let t2 = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
          }
          h0 &+= a
          h1 &+= b
          h2 &+= c
          h3 &+= d
          h4 &+= e
          h5 &+= f
          h6 &+= g
          h7 &+= h
        }
      }
    }
    state = (h0, h1, h2, h3, h4, h5, h6, h7)
  }

  private static let constants: [UInt32] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ]
}

extension PosixFile {
  /// SHA-256 of the first `length` bytes.
  func sha256(length: Int64) throws(SoundFileError) -> [UInt8] {
    let piece = 1 << 18
    let memory = UnsafeMutableRawPointer.allocate(byteCount: piece, alignment: 16)
    defer { memory.deallocate() }
    var digest = SHA256()
    var position: Int64 = 0
    while position < length {
      let got = try read(
        into: memory, count: Int(min(Int64(piece), length - position)), at: position)
      guard got > 0 else { break }
      digest.update(UnsafeRawBufferPointer(start: memory, count: got))
      position += Int64(got)
    }
    return digest.finish()
  }
}
