public import AudioFiles
internal import Diagnostics
public import SessionModel
internal import Signal

extension DeliveryMeasures {
  /// What tags and `bext` say.
  var loudness: BroadcastExtension.Loudness {
    BroadcastExtension.Loudness(
      integrated: self["integrated"], range: self["loudness-range"],
      truePeak: self["true-peak"], momentaryMax: self["momentary-max"],
      shortTermMax: self["short-term-max"])
  }

  /// Takes over what `others` know.
  mutating func merge(_ others: [String: Double]) {
    for (name, value) in others where !value.isNaN { self[name] = value }
  }

  /// Whether `expectations` ask for what only `addPressing` finds.
  public func lacksPressing(for expectations: [Expectation]) -> Bool {
    !PressingMeter.quantities.isDisjoint(with: expectations.map(\.quantity.value))
  }

  /// Adds bass in the sides, energy at the top, and how long it is quiet at both ends.
  public mutating func addPressing(of path: String) throws(SoundFileError) {
    merge(try PressingMeter.measure(path))
  }

  /// dB that a limiter takes away of it at most to keep `ceiling`, in dBTP.
  public func reduction(ceiling: Double) -> Double {
    let peak = max(self["true-peak"] ?? -.infinity, self["sample-peak"] ?? -.infinity)
    return LimitedProgramme.reduction(
      of: peak.isFinite ? decibelsToGain(peak) : 0, gain: 0, ceiling: ceiling)
  }
}
