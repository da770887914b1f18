/// The settings of one of W1's strips.
struct W1Strip {
  let index: Int
  init(_ index: Int) { self.index = index }

  /// dB.
  var fader: Double { -9 - Double(index % 6) }
  /// −1 left … +1 right.
  var pan: Double { -1 + 2 * Double(index % 24) / 23 }

  /// Five filters as the cookbook has them.
  var bands: [String] {
    let (i, q) = (index % 24, "0.70710678118654752")
    let low = [-3, -1.5, 1.5, 3][i % 4]
    let first = [-4, -2, 2, 4][(i + 1) % 4]
    let second = [3, -3, 2, -2][(i + 2) % 4]
    let high = [2, -2, 3, -1][(i + 3) % 4]
    return [
      "{high-pass: 80 Hz, design: cookbook}",
      "{low-shelf: \(120 + 10 * (i % 5)) Hz, gain: \(low) dB, q: \(q), design: cookbook}",
      "{bell: \(300 + 50 * i) Hz, gain: \(first) dB, q: 1, design: cookbook}",
      "{bell: \(2000 + 150 * i) Hz, gain: \(second) dB, q: 1.4, design: cookbook}",
      "{high-shelf: \(8000 + 100 * i) Hz, gain: \(high) dB, q: \(q), design: cookbook}",
    ]
  }

  var panText: String {
    let percent = (100 * pan * 1e6).rounded() / 1e6
    return percent < 0 ? "\(-percent) L" : "\(percent) R"
  }
}

/// The text of W1's sessions.
struct W1Session {
  enum Extent {
    /// Filters, faders and pans (W1a); and compressors (W1b); and sends, buses, a master (W1).
    case filters, compressors, complete
  }

  var extent = Extent.complete
  var audio: String
  var seconds = 240
  var trackCount = 24
  /// What is changed for a rebuild.
  var firstFader: Double?
  var firstGain: Double?
  /// Seconds: a cut of the session.
  var cut: ClosedRange<Int>?
  var loudness = -14.0

  var text: String {
    var lines = ["mixdown: 1", "metadata: {title: W1}", "rate: 48 kHz", "length: \(seconds) s", ""]
    if let cut { lines += ["edits: [cut: \(cut.lowerBound) s..\(cut.upperBound) s]", ""] }
    lines.append("tracks:")
    for index in 0..<trackCount { lines += track(index) }
    if extent == .complete {
      lines += [
        "", "buses:",
        "  reverb: {inserts: [reverb: {kind: hall, decay: 1.8 s, pre-delay: 20 ms}]}",
        "  delay: {inserts: [delay: {time: 375 ms, time-right: 500 ms, feedback: 35 %}]}",
      ]
    }
    lines += ["", "mix:", "  tail: none"]
    if extent == .complete {
      lines += [
        "  inserts:",
        "    - eq: [{low-shelf: 90 Hz, gain: 1.5 dB, design: cookbook}, {high-shelf: 10 kHz, gain: 1 dB, design: cookbook}]",
        "    - compressor: {threshold: -18 dB, ratio: 2, knee: 6 dB, attack: 30 ms, release: 250 ms}",
        "", "master:", "  deliver:",
        "    w1: {loudness: \(loudness) LUFS, true-peak: -1 dBTP, max-limiting: 40 dB, bits: 24, file: out/w1.wav}",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func track(_ index: Int) -> [String] {
    let strip = W1Strip(index)
    var bands = strip.bands
    if index == 0, let firstGain {
      bands[2] = "{bell: 300 Hz, gain: \(firstGain) dB, q: 1, design: cookbook}"
    }
    var lines = [
      "  t\(index + 1):",
      "    source: \(audio)/\(Recordings.trackName(index % 24))",
      "    strip:", "      inserts:", "        - eq:",
    ]
    lines += bands.map { "            - \($0)" }
    if extent != .filters {
      lines.append(
        "        - compressor: {threshold: -24 dB, ratio: 3, knee: 6 dB, attack: 10 ms, release: 120 ms}"
      )
    }
    lines.append("      fader: \(index == 0 ? firstFader ?? strip.fader : strip.fader) dB")
    lines.append("      pan: \(strip.panText)")
    if extent == .complete { lines.append("      sends: {reverb: -14 dB, delay: -18 dB}") }
    return lines
  }
}
