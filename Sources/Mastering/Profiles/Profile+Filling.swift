internal import AudioFiles
public import SessionModel

/// What a profile gives a delivery that does not say it itself.
extension Profile {
  /// What the gain is solved for; nil: the profile has no level, or one that cannot be measured.
  public var loudnessTarget: LoudnessTarget? {
    guard let level else { return nil }
    if case .dialogue = level.gate { return nil }
    return LoudnessTarget(metric: level.quantity, value: level.value)
  }

  /// Whether a file may be quieter than the level.
  var allowsLess: Bool {
    switch level?.gate {
    case .upper, .reference: true
    case .band, .dialogue, nil: false
    }
  }

  /// LU or dB either side of the level; nil: the profile gives none.
  var tolerance: Double? {
    switch level?.gate {
    case .band(let tolerance), .upper(let tolerance): tolerance
    case .reference, .dialogue, nil: nil
    }
  }

  /// Everything that a delivery takes over or is judged by, without blanks: for the lock.
  public var numbers: String {
    var parts: [String] = []
    if let level {
      var gate = ""
      switch level.gate {
      case .band(let tolerance): gate = "±\(tolerance)"
      case .upper(let tolerance): gate = "+\(tolerance)"
      case .reference: gate = "~"
      case .dialogue(let tolerance): gate = "±\(tolerance)dialogue"
      }
      parts.append("\(level.quantity)=\(level.value)\(gate)")
    }
    if let truePeak { parts.append("true-peak=\(truePeak)") }
    if let loudPeak { parts.append("true-peak-loud=\(loudPeak)") }
    for limit in limits {
      let (least, most) = (limit.least.map { "\($0)" } ?? "", limit.most.map { "\($0)" } ?? "")
      parts.append("\(limit.quantity)=\(least)..\(most)")
    }
    func list(_ name: String, _ values: [String]) {
      if !values.isEmpty { parts.append("\(name)=\(values.joined(separator: "|"))") }
    }
    list("format", form.formats)
    list("rate", form.rates.map { "\($0)" })
    list("bits", form.bits.map { "\($0)" })
    list("channels", form.channels.map { "\($0)" })
    if let rate = form.stereoBitRate { parts.append("bit-rate=\(rate)") }
    if let rate = form.monoBitRate { parts.append("bit-rate-mono=\(rate)") }
    return ([kind.rawValue] + parts).joined(separator: ",")
  }

  /// dBTP for a file of this loudness.
  func ceiling(for loudness: LoudnessTarget?) -> Double? {
    if let lower = loudPeak, let loudness, loudness.metric == "integrated",
      let level, loudness.value > level.value + 1e-9
    {
      return lower
    }
    return truePeak
  }
}

extension Profile.FileForm {
  /// The session's rate where it is one of the profile's, else the nearest of them; nil: any.
  func rate(near rate: Int) -> Int? {
    rates.contains(rate) ? rate : rates.min { abs($0 - rate) < abs($1 - rate) }
  }

  /// The usual bit rate of the form, or the least that the profile allows where that is more.
  func bitRate(for format: SoundFileFormat) -> Int? {
    guard let least = leastBitRate(channels: format.channelCount), least > format.usualBitRate
    else { return nil }
    return BitRates(format)?.nearest(to: least) ?? least
  }
}

extension Profiles {
  /// The first format that a profile asks for, by the profile's name.
  public static let formats: [String: String] = Dictionary(
    uniqueKeysWithValues: all.compactMap { profile in
      profile.form.formats.first.map { (profile.name, $0) }
    })
}
