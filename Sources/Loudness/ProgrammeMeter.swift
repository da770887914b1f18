public import Signal

/// Measures a programme from end to end, keeping no more of it than its report needs.
public final class ProgrammeMeter {
  private let meter: LoudnessMeter
  private var total: MeterTotal
  private var pending: Int64 = 0

  public init(
    rate: Int, channelCount: Int, options: LoudnessMeter.Options = .init()
  ) {
    meter = LoudnessMeter(rate: rate, channelCount: channelCount, options: options)
    total = MeterTotal(
      rate: meter.rate, channelCount: meter.channelCount,
      measuresTruePeak: options.measuresTruePeak)
  }

  /// Takes the frames that follow.
  public func process(_ block: Block) {
    meter.process(block)
    pending += Int64(block.frameCount)
    if pending >= 10 * Int64(meter.rate) {
      total.append(meter.takePartial())
      pending = 0
    }
  }

  /// Ends the programme.
  public func finish() -> MeterReport {
    total.append(meter.finish())
    return MeterReport(total)
  }
}
