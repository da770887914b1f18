import Foundation
import Testing

/// Convolution from the session file to the mix.
struct ConvolutionBuildTests {
  /// A click, and responses that can be told apart.
  func place() throws -> Workplace {
    let place = Workplace()
    var click = [Float](repeating: 0, count: 24_000)
    click[1_000] = 0.5
    try place.write(floatWav(rate: 48_000, [click]), to: "click.wav")
    try place.write(floatWav(rate: 48_000, response(left: 0, right: 300)), to: "ir.wav")
    return place
  }

  /// Echoes after so many frames, each side of energy 1.
  func response(left: Int, right: Int, frames: Int = 2_000) -> [[Float]] {
    [left, right].map { place in
      var row = [Float](repeating: 0, count: frames)
      row[place] = 1
      return row
    }
  }

  func session(_ insert: String, rate: String = "48 kHz") -> String {
    """
    mixdown: 1
    rate: \(rate)
    tracks:
      a: {source: click.wav, strip: {inserts: [\(insert)]}}
      b: {source: click.wav, strip: {fader: -20 dB}}
    mix: {tail: none}

    """
  }

  func build(_ place: Workplace, _ text: String) throws -> Run {
    try place.write(text, to: "session.yaml")
    return place.mixdown("build", "mix", "--json")
  }

  func mix(_ place: Workplace) throws -> [[Float]] {
    let wave = try #require(WaveBytes(try place.read("out/mix.wav")))
    let bytes = [UInt8](wave.data)
    return (0..<wave.channels).map { channel in
      (0..<wave.frames).map { frame in
        let at = frame * wave.frameBytes + 4 * channel
        let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << (8 * $1) }
        return Float(bitPattern: word)
      }
    }
  }

  func rendered(_ run: Run) -> Int {
    ((run.json as? [String: Any])?["chunks"] as? [String: Any])?["rendered"] as? Int ?? -1
  }

  @Test func theAnswerStandsWhereTheClickWasAndOtherTracksMeetIt() throws {
    let place = try place()
    let run = try build(place, session("convolution: {ir: ir.wav, pre-delay: 10 ms}"))
    #expect(run.status == 0, "\(run.account)")
    let mix = try mix(place)
    // Track b at once, the echoes 10 ms later, on the right another 300 frames.
    let centre = Float(0.5.squareRoot())
    let dry = 0.5 * Float(pow(10, -20.0 / 20)) * centre
    for (side, late) in [(0, 480), (1, 780)] {
      #expect(abs(mix[side][1_000] - dry) < 1e-4)
      #expect(abs(mix[side][1_000 + late] - 0.5 * centre) < 1e-6)
      let others = mix[side].indices.filter { $0 != 1_000 && $0 != 1_000 + late }
      #expect(others.allSatisfy { abs(mix[side][$0]) < 1e-9 })
    }
  }

  /// A filter's response is so much a second: what it adds up to does not hang on frames a second.
  @Test(arguments: [44_100, 96_000, 16_000], [44_100, 48_000, 96_000])
  func aResponsesOwnLevelIsTheSameAtEveryRate(_ file: Int, _ session: Int) throws {
    let place = Workplace()
    let tone = (0..<session).map {
      Float(0.5 * sin(2 * .pi * 1_000 * Double($0) / Double(session)))
    }
    try place.write(floatWav(rate: session, [tone]), to: "click.wav")
    var click = [Float](repeating: 0, count: 800)
    click[0] = 1
    try place.write(floatWav(rate: file, [click]), to: "ir.wav")
    let run = try build(
      place,
      """
      mixdown: 1
      rate: \(session) Hz
      tracks:
        a:
          source: click.wav
          strip:
            pan-law: 0 dB
            inserts: [convolution: {ir: ir.wav, normalise: false, mix: 50 %}]
      mix: {tail: none}

      """)
    #expect(run.status == 0, "\(run.account)")
    // As it came, beside what it was mixed with.
    let mix = try mix(place)[0]
    for frame in stride(from: session / 4, to: session / 2, by: 7) {
      #expect(abs(mix[frame] - tone[frame]) < 0.5 * 0.003, "\(frame)")
    }
  }

  @Test func anotherFileAtTheSamePathRendersAnewAndTheSameFileElsewhereDoesNot() throws {
    let place = try place()
    #expect(rendered(try build(place, session("convolution: ir.wav"))) > 0)
    let first = try place.read("out/mix.wav")
    #expect(rendered(try build(place, session("convolution: ir.wav"))) == 0)
    // No path decides in which order sums hold back what has to meet the convolution.
    for name in ["halls/church.wav", "a.wav", "k.wav", "z.wav"] {
      try place.write(try place.read("ir.wav"), to: name)
      #expect(rendered(try build(place, session("convolution: \(name)"))) == 0, "\(name)")
    }
    try place.write(floatWav(rate: 48_000, response(left: 5, right: 300)), to: "ir.wav")
    #expect(rendered(try build(place, session("convolution: ir.wav"))) > 0)
    #expect(try place.read("out/mix.wav") != first)
    #expect(try mix(place)[0][1_005] > 0.35)
    try FileManager.default.removeItem(at: place["ir.wav"])
    try place.write(try place.read("halls/church.wav"), to: "ir.wav")
    #expect(try build(place, session("convolution: ir.wav")).status == 0)
    #expect(try place.read("out/mix.wav") == first)
  }

  @Test func aResponseIsConvertedToTheSessionsRate() throws {
    let place = try place()
    try place.write(
      floatWav(rate: 96_000, response(left: 0, right: 600, frames: 4_000)), to: "ir.wav")
    let run = try build(place, session("convolution: ir.wav"))
    #expect(run.status == 0, "\(run.account)")
    let mix = try mix(place)
    let summit = mix[1].indices.filter { $0 > 1_100 }.max { abs(mix[1][$0]) < abs(mix[1][$1]) }
    #expect(summit == 1_300)
  }

  @Test func bitsDependNeitherOnWorkersNorOnTheCache() throws {
    let place = try place()
    try place.writeTone("click.wav", seconds: 14)
    var response = [[Float]](repeating: [], count: 4)
    for n in 0..<30_000 {
      for channel in 0..<4 {
        let level = Float(exp(-Double(n) / 6_000))
        response[channel].append(level * Float(((n &+ channel) &* 7919) % 2001 - 1000) / 1000)
      }
    }
    try place.write(floatWav(rate: 48_000, response), to: "ir.wav")
    let text = session("{gain: -3 dB}, convolution: {ir: ir.wav, decay: 900 ms, mix: 40 %}")
      .replacingOccurrences(
        of: "mix: {tail", with: "edits: [{cut: 3 s..4.1234 s}]\nmix: {tail")
    #expect(try build(place, text).status == 0)
    let first = try place.read("out/mix.wav")
    // Taken up in the middle, from states of the cache.
    #expect(try build(place, text.replacingOccurrences(of: "-20 dB", with: "-21 dB")).status == 0)
    #expect(try build(place, text).status == 0)
    #expect(try place.read("out/mix.wav") == first)
    for workers in ["1", "3"] {
      let run = place.mixdown("build", "mix", "--no-cache", "-j", workers)
      #expect(run.status == 0, "\(run.account)")
      #expect(try place.read("out/mix.wav") == first)
    }
    let verified = place.mixdown("verify", "mix")
    #expect(verified.status == 0, "\(verified.account)")
  }

  @Test func whatIsWrongWithAResponseIsSaidWhereItIsWritten() throws {
    let place = try place()
    try place.write(floatWav(rate: 48_000, [[], []]), to: "empty.wav")
    try place.write(
      floatWav(rate: 48_000, [[Float]](repeating: [1], count: 3)), to: "three.wav")
    try place.write(
      floatWav(rate: 8_000, [[Float](repeating: 0.1, count: 161_000)]), to: "long.wav")
    for (file, id, status) in [
      ("nowhere.wav", "missing-recording", 66), ("empty.wav", "empty-recording", 66),
      ("three.wav", "response-channels", 65), ("long.wav", "response-too-long", 65),
      ("session.yaml", "unreadable-recording", 66),
    ] {
      try place.write(session("convolution: {ir: \(file)}"), to: "session.yaml")
      let run = place.mixdown("check")
      #expect(run.status == Int32(status), "\(run.account)")
      #expect(run.standardError.contains("[\(id)]"), "\(run.account)")
      #expect(run.standardError.contains("session.yaml:4:"), "\(run.account)")
    }
    try place.write(session("convolution: {decay: 1 s}"), to: "session.yaml")
    #expect(place.mixdown("check").standardError.contains("[missing-field]"))
  }

  /// Real rooms; left out where the recordings are not beside the package.
  @Test func measuredRoomsKeepTheLevelOfWhatIsPlayed() throws {
    guard let data = Package.sharedData else {
      print("skipped: no shared/data beside the package")
      return
    }
    let place = Workplace()
    var noise: [Float] = []
    var state: UInt32 = 1
    for _ in 0..<192_000 {
      state = state &* 1_664_525 &+ 1_013_904_223
      noise.append(0.2 * (Float(state >> 8) / Float(1 << 23) - 1))
    }
    try place.write(floatWav(rate: 48_000, [noise]), to: "noise.wav")
    // A mono track goes to both sides at −3 dB, through rooms of one channel and of more.
    let expected = -3.0
    for name in ["echo-chamber", "kitchen-true-stereo", "living-room", "sports-centre-omni"] {
      try place.write(
        """
        mixdown: 1
        rate: 48 kHz
        tracks:
          a: {source: noise.wav, strip: {inserts: [convolution: \(data.path)/ir/\(name).wav]}}
        mix: {tail: none}

        """, to: "session.yaml")
      let run = place.mixdown("build", "mix", "--no-cache")
      #expect(run.status == 0, "\(run.account)")
      let mix = try mix(place)
      for side in mix {
        let late = side.suffix(48_000)
        let power = late.reduce(0.0) { $0 + Double($1 * $1) } / Double(late.count)
        let level = 10 * log10(power / (0.04 / 3))
        #expect(abs(level - expected) < 2.5, "\(name): \(level) dB")
      }
    }
  }
}
