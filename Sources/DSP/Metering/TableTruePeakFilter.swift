internal import CLanes
public import Signal

/// The true-peak estimate of the standard's own table: four points a frame, 12 taps each.
///
/// It ripples by 0.2 dB and reads up to 2 dB low near half the rate; other tools use it or
/// something like it, so it is given beside `TruePeakFilter` for comparison.
///
/// - Source: ITU-R BS.1770-5, Annex 2, table 1 (order 48, 4 phases); phases 2 and 3 are phases 1
///   and 0 reversed.
public final class TableTruePeakFilter {
  /// Frames before a position that its points depend on; none after it.
  public static let reach = 12

  static let phase0: [Double] = [
    0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875,
    0.1373291015625, 0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250,
    0.0148925781250, -0.0083007812500,
  ]
  static let phase1: [Double] = [
    -0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500,
    0.4650878906250, 0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625,
    0.0330810546875, -0.0189208984375,
  ]

  /// For each tap the four phases, for samples from oldest to newest.
  private let taps: AudioBuffer
  /// No point can exceed the first times the largest sample around it, nor all taps but the middle
  /// four make more than the second times that.
  private let bounds: [Double]

  public init() {
    taps = AudioBuffer(channelCount: 1, frameCapacity: 48)
    let (a, b) = (TableTruePeakFilter.phase0, TableTruePeakFilter.phase1)
    var sums = (0.0, 0.0)
    for k in 0..<12 {
      let row = taps.block[0].slice((4 * k)..<(4 * k + 4))
      row[0] = a[11 - k]
      row[1] = b[11 - k]
      row[2] = b[k]
      row[3] = a[k]
      sums.0 += a[k].magnitude
      sums.1 += b[k].magnitude
    }
    func rest(_ row: [Double]) -> Double {
      row.indices.reduce(0) { (4..<8).contains($1) ? $0 : $0 + row[$1].magnitude }
    }
    bounds = [max(sums.0, sums.1) * (1 + 1e-9), max(rest(a), rest(b)) * (1 + 1e-9)]
  }

  /// Raises `peak` to the highest point of the frames `positions`. What cannot exceed it is not
  /// computed.
  ///
  /// - Precondition: `samples` reaches 16 frames beyond `positions` on either side; those behind do
  ///   not matter.
  public func update(_ peak: inout Double, _ samples: Samples, _ positions: Range<Int>) {
    precondition(positions.lowerBound >= 16 && positions.upperBound + 16 <= samples.count)
    peak = lanes_table_peak(
      samples.address + positions.lowerBound, positions.count, taps.block[0].address, bounds, peak)
  }
}
