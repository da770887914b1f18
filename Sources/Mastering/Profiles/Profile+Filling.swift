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

  /// LU or dB either side of the level; nil: the profile gives none.
  var tolerance: Double? {
    switch level?.gate {
    case .band(let tolerance), .upper(let tolerance): tolerance
    case .reference, .dialogue, nil: nil
    }
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
