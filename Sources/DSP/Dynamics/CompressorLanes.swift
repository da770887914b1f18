internal import CLanes
public import Signal

extension Compressor: LaneKernel {
  /// Up to four mono compressors that read peaks of their own input, without look-ahead.
  public struct Lanes: KernelLanes {
    /// As `GainComputer.writeCurve` fills it.
    private let curve: AudioBuffer
    /// Attack, its rest, release, its rest.
    private let poles: AudioBuffer
    /// Makeup, range.
    private let setting: AudioBuffer
    /// Released, output.
    private let state: AudioBuffer

    public init?(_ kernels: [Compressor]) {
      guard !kernels.isEmpty, kernels.count <= Self.width, kernels.allSatisfy(\.runsInLanes) else {
        return nil
      }
      curve = AudioBuffer(channelCount: 1, frameCapacity: GainComputer.tableSize)
      poles = AudioBuffer(channelCount: 1, frameCapacity: 16)
      setting = AudioBuffer(channelCount: 1, frameCapacity: 8)
      state = AudioBuffer(channelCount: 1, frameCapacity: 8)
      for lane in 0..<Self.width {
        let kernel = kernels[min(lane, kernels.count - 1)]
        kernel.computer.writeCurve(power: false, to: curve.block[0], lane: lane)
        kernel.smoothers[0].writePoles(to: poles.block[0], lane: lane)
        setting.block[0][lane] = kernel.makeup
        setting.block[0][4 + lane] = kernel.parameters.range
      }
    }

    public mutating func load(_ kernel: Compressor, lane: Int) {
      state.block[0][lane] = kernel.smoothers[0].released
      state.block[0][4 + lane] = kernel.smoothers[0].output
    }

    public func store(into kernel: inout Compressor, lane: Int, at end: Int64) {
      kernel.smoothers[0].released = state.block[0][lane]
      kernel.smoothers[0].output = state.block[0][4 + lane]
    }

    public mutating func process(_ lanes: Samples) {
      lanes_compress(
        lanes.address, lanes.count / Self.width, curve.block[0].address, poles.block[0].address,
        setting.block[0].address, state.block[0].address)
    }

    public mutating func flushDenormals() {
      let table = state.block[0]
      for lane in 0..<Self.width {
        if table[lane] < ReductionSmoother.rest { table[lane] = 0 }
        if table[4 + lane] < ReductionSmoother.rest && table[lane] == 0 { table[4 + lane] = 0 }
      }
    }
  }

  /// Whether nothing but the peak of its own input and the plain smoother is at work.
  fileprivate var runsInLanes: Bool {
    channelCount == 1 && latency == 0 && mix == 1 && keyFilter == nil && !detectors[0].isPower
      && !smoothers[0].isAutomatic
  }
}
