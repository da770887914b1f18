import DSP
import Foundation
import Signal
import Testing

@Suite struct DynamicsMultibandTests {
  private func idle(_ count: Int) -> [Compressor.Parameters] {
    Array(repeating: Compressor.Parameters(threshold: 0), count: count)
  }

  @Test(arguments: [[500.0], [200, 3000], [500, 2000], [800, 1600], [120, 900, 6000]])
  func idleSumIsFlat(crossovers: [Double]) {
    let parameters = Multiband.Parameters(
      crossovers: crossovers, bands: idle(crossovers.count + 1))
    var kernel = Multiband(parameters, format: mono48)
    var impulse = Array(repeating: 0.0, count: 48000)
    impulse[0] = 0.5
    let response = TestAudio.render(&kernel, [impulse])[0]
    for frequency in [20.0, 80, 200, 500, 800, 1100, 1600, 3000, 6000, 12000, 20000] {
      let level = TestAudio.component(response[...], frequency) * 24000 / 0.5
      #expect(abs(TestAudio.decibels(level)) < 1e-6, "\(frequency) Hz")
    }
  }

  @Test func onlyTheLoudBandIsReduced() {
    var parameters = Multiband.Parameters(crossovers: [300, 3000], bands: idle(3))
    parameters.bands[0].threshold = -40
    parameters.bands[0].ratio = 4
    var kernel = Multiband(parameters, format: mono48)
    let bass = TestAudio.sine(50, -10, frames: 96000)
    let treble = TestAudio.sine(10000, -10, frames: 96000)
    let output = TestAudio.render(&kernel, [zip(bass, treble).map { $0 + $1 }])[0][48000...]
    let low = TestAudio.component(output, 50) / TestAudio.component(bass[48000...], 50)
    let high = TestAudio.component(output, 10000) / TestAudio.component(treble[48000...], 10000)
    #expect(abs(TestAudio.decibels(low) + 22.5) < 1)
    #expect(abs(TestAudio.decibels(high)) < 0.01)
  }
}
