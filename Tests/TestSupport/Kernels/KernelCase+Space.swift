import DSP
public import Signal

extension KernelCase {
  /// Delays and reverbs.
  public static var space: [KernelCase] { delays }

  private static var delays: [KernelCase] {
    var echo = Delay.Parameters(time: 4_001)
    echo.feedback = 40
    echo.lowPass = 5_000
    echo.highPass = 200
    echo.mix = 50
    var bounce = Delay.Parameters(time: 700)
    bounce.timeRight = 1_100
    bounce.pingPong = true
    bounce.feedback = 60
    var short = Delay.Parameters(time: 3)
    short.feedback = 95
    return [
      KernelCase("echo", Delay.self, echo, onset: .notBefore),
      KernelCase("ping-pong", Delay.self, bounce, onset: .notBefore),
      KernelCase("comb", Delay.self, short, onset: .notBefore),
      KernelCase(
        "mixed by a curve", Delay.self, Delay.Parameters(time: 100),
        curves: [Curves.line(0, 100)], onset: .notBefore),
    ]
  }
}
