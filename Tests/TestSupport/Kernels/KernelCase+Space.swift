import DSP
internal import Signal

extension KernelCase {
  /// Delays and reverbs.
  public static var space: [KernelCase] { delays + reverbs + convolutions }

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

  private static var reverbs: [KernelCase] {
    var hall = Reverb.Parameters()
    hall.decay = 1.2
    hall.preDelay = 960
    hall.lowCut = 200
    hall.highCut = 8_000
    hall.width = 70
    hall.mix = 40
    var plate = Reverb.Parameters()
    plate.kind = .plate
    plate.decay = 0.8
    plate.highDecay = 1
    var room = Reverb.Parameters()
    room.kind = .room
    room.size = 10
    room.decay = 0.2
    return [
      KernelCase("hall", Reverb.self, hall, rates: [44_100, 96_000], onset: .notBefore),
      KernelCase("plate", Reverb.self, plate, rates: [48_000], onset: .notBefore),
      KernelCase(
        "tiny room", Reverb.self, room, rates: [48_000, 192_000], curves: [Curves.line(0, 100)],
        onset: .notBefore),
    ]
  }

  private static var convolutions: [KernelCase] {
    func response(_ frames: Int, _ seed: UInt64) -> [Double] {
      let noise = Noise(seed: seed, channel: 0, purpose: .test)
      var samples = [1.0]
      for n in 1..<frames {
        let level = 0.1 * Maths.exp2(-8 * Double(n) / Double(frames))
        samples.append(level * (2 * noise.uniform(at: Int64(n)) - 1))
      }
      return samples
    }
    var cabinet = Convolution.Parameters(response: [response(200, 1)])
    cabinet.isNormalised = false
    var room = Convolution.Parameters(response: [response(9_000, 2), response(9_000, 3)])
    room.decay = 0.5
    var hall = Convolution.Parameters(response: (4..<8).map { response(5_000, $0) })
    hall.preDelay = 480
    hall.isMixAutomated = true
    let ringing = (0..<256).map { 0.001 * Double($0 % 5 - 2) }
    var converted = Convolution.Parameters(response: [ringing + response(3_000, 9)])
    converted.early = 256
    converted.decay = 0.3
    converted.mix = 50
    return [
      KernelCase(
        "cabinet", Convolution.self, cabinet, rates: [44_100, 192_000], onset: .summit),
      KernelCase("room", Convolution.self, room, rates: [48_000], onset: .summit),
      KernelCase(
        "hall", Convolution.self, hall, rates: [48_000], curves: [Curves.line(0, 100)],
        onset: .notBefore),
      KernelCase(
        "converted", Convolution.self, converted, rates: [48_000], onset: .summit),
    ]
  }
}
