import Testing

@testable import Signal

@Suite struct PackedSumsTests {
  private func roundTrip(_ values: [Double]) -> [Double]? {
    let count = values.count
    var packed = [UInt8](repeating: 0xA5, count: 6 * count + 3)
    let isPacked = values.withUnsafeBytes { doubles in
      packed.withUnsafeMutableBytes {
        PackedSums.pack(doubles, into: UnsafeMutableRawBufferPointer(rebasing: $0[..<(6 * count)]))
      }
    }
    #expect(packed[(6 * count)...] == [0xA5, 0xA5, 0xA5], "nothing is written behind them")
    guard isPacked else { return nil }
    var back = [Double](repeating: 0, count: count)
    back.withUnsafeMutableBytes { bytes in
      for index in 0..<(6 * count) { bytes[index] = packed[index] }
      PackedSums.unpack(in: bytes)
    }
    return back
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 4095, 4096, 4097, 20_001])
  func sumsComeBackBitForBit(_ count: Int) throws {
    let noise = Noise(seed: 3, channel: 0)
    let values = (0..<count).map { index -> Double in
      let sample = (2 * noise.uniform(at: Int64(index)) - 1) * (index % 3 == 0 ? 7.99 : 0.01)
      return (sample + ExactSum.shift) - ExactSum.shift
    }
    let back = try #require(roundTrip(values))
    #expect(back.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test func edgesOfTheGridArePackedAndNothingBeyond() throws {
    let good = [0, 0x1p-44, -0x1p-44, 0x1p-44 - 8, 8 - 0x1p-44, 1, -1, 0.5]
    #expect(try #require(roundTrip(good)).map(\.bitPattern) == good.map(\.bitPattern))
    let bad = [
      -0.0, 8, -8, 0x1p-45, 1 + 0x1p-45, 1e300, .infinity, -.infinity, .nan,
      .leastNonzeroMagnitude,
    ]
    for value in bad {
      for place in [0, 5, 9, 10] {
        var values = [Double](repeating: 0.25, count: 11)
        values[place] = value
        #expect(roundTrip(values) == nil, "\(value) at \(place)")
      }
    }
  }
}
