import Signal

/// The filters inside a feedback loop: a Butterworth high-pass and low-pass of 12 dB/oct each.
/// Neither ever exceeds unity, so the loop's gain is bounded by its feedback.
struct LoopFilter {
  /// One second-order section, transposed direct form II.
  struct Section {
    let (b0, b1, b2, a1, a2): (Double, Double, Double, Double, Double)
    var s1 = 0.0
    var s2 = 0.0

    /// - Parameter k: tan(π·f/rate).
    init(lowPass k: Double) {
      let norm = 1 / (1 + k * 1.4142135623730951 + k * k)
      b0 = k * k * norm
      b1 = 2 * b0
      b2 = b0
      a1 = 2 * (k * k - 1) * norm
      a2 = (1 - k * 1.4142135623730951 + k * k) * norm
    }

    init(highPass k: Double) {
      let norm = 1 / (1 + k * 1.4142135623730951 + k * k)
      b0 = norm
      b1 = -2 * norm
      b2 = norm
      a1 = 2 * (k * k - 1) * norm
      a2 = (1 - k * 1.4142135623730951 + k * k) * norm
    }

    mutating func process(_ samples: Samples) {
      let (b0, b1, b2, a1, a2) = (b0, b1, b2, a1, a2)
      var (s1, s2) = (s1, s2)
      for i in samples.indices {
        let x = samples[i]
        let y = b0 * x + s1
        s1 = b1 * x - a1 * y + s2
        s2 = b2 * x - a2 * y
        samples[i] = y
      }
      (self.s1, self.s2) = (s1, s2)
    }
  }

  private(set) var sections: [Section] = []

  /// - Parameters: frequencies in Hz, nil for none; a low-pass at or above 0.49 of the rate is
  ///   none either.
  init(highPass: Double?, lowPass: Double?, rate: Double) {
    func warped(_ frequency: Double) -> Double {
      Maths.tan(turns: 0.5 * min(max(frequency, 1), 0.49 * rate) / rate)
    }
    if let highPass { sections.append(Section(highPass: warped(highPass))) }
    if let lowPass, lowPass < 0.49 * rate { sections.append(Section(lowPass: warped(lowPass))) }
  }

  mutating func process(_ samples: Samples) {
    for index in sections.indices { sections[index].process(samples) }
  }

  private mutating func update(_ change: (Double) -> Double) {
    for index in sections.indices {
      sections[index].s1 = change(sections[index].s1)
      sections[index].s2 = change(sections[index].s2)
    }
  }

  mutating func flush() { update(StateGrid.flushed) }
  mutating func round() { update(StateGrid.filter) }
  mutating func reset() { update { _ in 0 } }

  func encode(into writer: inout StateWriter) {
    for section in sections {
      writer.write(section.s1)
      writer.write(section.s2)
    }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    for index in sections.indices {
      sections[index].s1 = try reader.readDouble()
      sections[index].s2 = try reader.readDouble()
    }
  }
}
