internal import CLanes
internal import Signal

/// One Double, or several that go through the same arithmetic side by side. Lanes never meet, so
/// each has the bits that it would have alone.
protocol Lane: Sendable {
  /// Where the lanes' samples come from and go to.
  associatedtype Streams

  static var zero: Self { get }
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func load(_ streams: Streams, _ index: Int) -> Self
  func store(_ streams: Streams, _ index: Int)
}

extension Double: Lane {
  @inline(__always)
  static func load(_ streams: Samples, _ index: Int) -> Double { streams[index] }
  @inline(__always)
  func store(_ streams: Samples, _ index: Int) { streams[index] = self }
}

/// Two lanes.
struct Lanes2: Lane {
  var values: SIMD2<Double>

  @inline(__always)
  init(_ values: SIMD2<Double>) { self.values = values }
  @inline(__always)
  init(_ a: Double, _ b: Double) { values = SIMD2(a, b) }

  static var zero: Lanes2 { @inline(__always) get { Lanes2(.zero) } }
  @inline(__always)
  static func + (a: Lanes2, b: Lanes2) -> Lanes2 { Lanes2(lanes2_add(a.values, b.values)) }
  @inline(__always)
  static func - (a: Lanes2, b: Lanes2) -> Lanes2 { Lanes2(lanes2_subtract(a.values, b.values)) }
  @inline(__always)
  static func * (a: Lanes2, b: Lanes2) -> Lanes2 { Lanes2(lanes2_multiply(a.values, b.values)) }

  @inline(__always)
  static func load(_ streams: (Samples, Samples), _ index: Int) -> Lanes2 {
    Lanes2(streams.0[index], streams.1[index])
  }
  @inline(__always)
  func store(_ streams: (Samples, Samples), _ index: Int) {
    streams.0[index] = values.x
    streams.1[index] = values.y
  }
}
