import DSP
import Foundation
import Signal
import Testing

@Suite struct DelayTests {
  private func impulse(_ frames: Int) -> [Double] {
    [1] + Array(repeating: 0, count: frames - 1)
  }

  @Test(arguments: [1, 5, 64, 1000, 18000])
  func repeatsComeAtTheirFramesAndFallByTheFeedback(time: Int) {
    var parameters = Delay.Parameters(time: time)
    parameters.feedback = 50
    var kernel = Delay(parameters, format: mono48)
    let output = TestAudio.render(&kernel, [impulse(4 * time + 1)])[0]
    for n in output.indices {
      let expected = n > 0 && n % time == 0 ? pow(0.5, Double(n / time - 1)) : 0
      #expect(output[n] == expected)
    }
  }

  @Test func pingPongChangesSides() {
    var parameters = Delay.Parameters(time: 100)
    parameters.pingPong = true
    parameters.feedback = 50
    #expect(Delay.outputChannels(for: 1, parameters: parameters) == 2)
    var kernel = Delay(parameters, format: stereo48)
    let output = TestAudio.render(&kernel, [impulse(401), impulse(401)])
    #expect((1...4).map { output[0][100 * $0] } == [1, 0, 0.25, 0])
    #expect((1...4).map { output[1][100 * $0] } == [0, 0.5, 0, 0.125])
  }

  @Test func channelsMayHaveTimesOfTheirOwn() {
    var parameters = Delay.Parameters(time: 100)
    #expect(Delay.outputChannels(for: 1, parameters: parameters) == 1)
    parameters.timeRight = 130
    #expect(Delay.outputChannels(for: 1, parameters: parameters) == 2)
    var kernel = Delay(parameters, format: stereo48)
    let output = TestAudio.render(&kernel, [impulse(200), impulse(200)])
    #expect(output[0].firstIndex(of: 1) == 100 && output[1].firstIndex(of: 1) == 130)
  }

  @Test func eachRepeatIsDarkerAndThinner() {
    var parameters = Delay.Parameters(time: 4800)
    parameters.feedback = 90
    parameters.lowPass = 5000
    parameters.highPass = 200
    func level(_ frequency: Double, _ pass: Int) -> Double {
      var kernel = Delay(parameters, format: mono48)
      let burst = TestAudio.sine(frequency, 0, frames: 4800)
      let input = burst + Array(repeating: 0, count: 4800 * 4)
      let output = TestAudio.render(&kernel, [input])[0]
      let start = 4800 * pass
      return TestAudio.decibels(
        TestAudio.rms(output[(start + 1200)..<(start + 3600)]) / TestAudio.rms(burst[1200..<3600]))
    }
    let loss = TestAudio.decibels(0.9)
    #expect(abs(level(1000, 3) - (2 * loss)) < 0.1)
    // −3.01 dB at the corner, once for each pass.
    #expect(abs(level(5000, 1) + 3.01) < 0.1 && abs(level(5000, 3) + 9.03 - 2 * loss) < 0.1)
    #expect(abs(level(200, 1) + 3.01) < 0.2 && abs(level(200, 3) + 9.03 - 2 * loss) < 0.4)
  }

  @Test func mixBlendsWithTheDrySignal() {
    var parameters = Delay.Parameters(time: 10)
    parameters.mix = 25
    var kernel = Delay(parameters, format: mono48)
    let output = TestAudio.render(&kernel, [impulse(20)])[0]
    #expect(output[0] == 0.75 && output[10] == 0.25)
    kernel = Delay(Delay.Parameters(time: 10), format: mono48)
    let moved = TestAudio.render(
      &kernel, [impulse(20)], curves: [Array(repeating: 25, count: 20)])[0]
    #expect(TestAudio.same(moved, output))
  }

  @Test func tailEndsSixtyDecibelsDown() {
    var parameters = Delay.Parameters(time: 2400)
    parameters.feedback = 80
    var kernel = Delay(parameters, format: mono48)
    let tail = kernel.tail.frames
    let output = TestAudio.render(&kernel, [impulse(tail + 9600)])[0]
    #expect(output[(tail + 1)...].map(abs).max()! < 1e-3)
    #expect(output[..<(tail - 2400)].suffix(4800).map(abs).max()! > 1e-3)
  }
}
