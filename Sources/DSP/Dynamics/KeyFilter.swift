import Signal

/// The high-pass before a detector: Butterworth, 12 or 24 dB/oct, bilinear.
///
/// Nobody hears it, so its bend towards Nyquist does not matter; its state is carried and
/// rounded like any filter's.
public struct KeyFilter: Hashable, Sendable {
  public struct Parameters: Hashable, Sendable {
    /// Hz, 20...2000.
    public var frequency: Double
    /// dB per octave: 12, or 24 for anything above 12.
    public var slope: Int

    public init(frequency: Double, slope: Int = 12) {
      self.frequency = frequency
      self.slope = slope
    }

    /// Seconds until two filters that differed agree on the 2^-40 grid.
    var convergence: Double { 40 / (Maths.tau * max(1, frequency)) * 2.7 }
  }

  struct Section: Hashable, Sendable {
    var (b0, b1, b2, a1, a2) = (1.0, 0.0, 0.0, 0.0, 0.0)
    /// Two memories a channel.
    var memory = (SIMD2<Double>.zero, SIMD2<Double>.zero)

    static func == (a: Section, b: Section) -> Bool {
      a.b0 == b.b0 && a.b1 == b.b1 && a.b2 == b.b2 && a.a1 == b.a1 && a.a2 == b.a2
        && a.memory == b.memory
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(b0)
      hasher.combine(a1)
      hasher.combine(a2)
    }
  }

  var sections: [Section]

  public init(_ parameters: Parameters, rate: Double) {
    let frequency = min(max(parameters.frequency, 1), 0.45 * rate)
    let k = Maths.tan(turns: 0.5 * frequency / rate)
    let qualities =
      parameters.slope > 12
      ? [0.541196100146197, 1.3065629648763766] : [0.7071067811865476]
    sections = qualities.map { q in
      let norm = 1 / (1 + k / q + k * k)
      var section = Section()
      section.b0 = norm
      section.b1 = -2 * norm
      section.b2 = norm
      section.a1 = 2 * (k * k - 1) * norm
      section.a2 = (1 - k / q + k * k) * norm
      return section
    }
  }

  /// Filters one or two channels in place.
  mutating func process(_ block: Block) {
    for index in sections.indices {
      for channel in 0..<min(2, block.channelCount) {
        let section = sections[index]
        let samples = block[channel]
        var (s1, s2) = (section.memory.0[channel], section.memory.1[channel])
        for i in samples.indices {
          let x = samples[i]
          let y = section.b0 * x + s1
          s1 = section.b1 * x - section.a1 * y + s2
          s2 = section.b2 * x - section.a2 * y
          samples[i] = y
        }
        sections[index].memory.0[channel] = s1
        sections[index].memory.1[channel] = s2
      }
    }
  }

  private mutating func update(_ change: (Double) -> Double) {
    for index in sections.indices {
      for channel in 0..<2 {
        sections[index].memory.0[channel] = change(sections[index].memory.0[channel])
        sections[index].memory.1[channel] = change(sections[index].memory.1[channel])
      }
    }
  }

  mutating func flush() { update(StateGrid.flushed) }
  mutating func round() { update(StateGrid.filter) }
  mutating func reset() { update { _ in 0 } }

  func encode(into writer: inout StateWriter) {
    for section in sections {
      for channel in 0..<2 {
        writer.write(section.memory.0[channel])
        writer.write(section.memory.1[channel])
      }
    }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    for index in sections.indices {
      for channel in 0..<2 {
        sections[index].memory.0[channel] = try reader.readDouble()
        sections[index].memory.1[channel] = try reader.readDouble()
      }
    }
  }
}
