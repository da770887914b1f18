internal import CLanes
public import Signal

extension BiquadCascade: LaneKernel {
  /// Up to four mono cascades of equally many sections.
  public struct Lanes: KernelLanes {
    private let sectionCount: Int
    /// Passes of up to five sections: first section and count.
    private let passes: [(first: Int, count: Int)]
    /// For each section b0, b1, b2, a1, a2, each four lanes.
    private let coefficients: AudioBuffer
    /// For each section s1, s2, each four lanes.
    private let states: AudioBuffer

    public init?(_ kernels: [BiquadCascade]) {
      guard let count = kernels.first?.sections.count, count > 0,
        kernels.count <= Self.width,
        kernels.allSatisfy({ $0.channelCount == 1 && $0.sections.count == count })
      else { return nil }
      sectionCount = count
      coefficients = AudioBuffer(channelCount: 1, frameCapacity: 20 * count)
      states = AudioBuffer(channelCount: 1, frameCapacity: 8 * count)
      var passes: [(first: Int, count: Int)] = []
      var first = 0
      while first < count {
        let next = Chain.next(of: count - first)
        passes.append((first, next))
        first += next
      }
      self.passes = passes
      let table = coefficients.block[0]
      for (lane, kernel) in kernels.enumerated() {
        for (index, section) in kernel.sections.enumerated() {
          let values = [section.b0, section.b1, section.b2, section.a1, section.a2]
          for (k, value) in values.enumerated() { table[20 * index + 4 * k + lane] = value }
        }
      }
    }

    public mutating func load(_ kernel: BiquadCascade, lane: Int) {
      let table = states.block[0]
      for index in 0..<sectionCount {
        table[8 * index + lane] = kernel.states[index].s1
        table[8 * index + 4 + lane] = kernel.states[index].s2
      }
    }

    public func store(into kernel: inout BiquadCascade, lane: Int, at end: Int64) {
      let table = states.block[0]
      for index in 0..<sectionCount {
        kernel.states[index] = State(
          s1: table[8 * index + lane], s2: table[8 * index + 4 + lane])
      }
      kernel.end = end
    }

    public mutating func process(_ lanes: Samples) {
      for pass in passes {
        lanes_cascade(
          lanes.address, lanes.count / 4, pass.count,
          coefficients.block[0].address + 20 * pass.first, states.block[0].address + 8 * pass.first)
      }
    }

    public mutating func flushDenormals() {
      let table = states.block[0]
      for i in table.indices { table[i] = StateGrid.flushed(table[i]) }
    }
  }
}
