internal import AudioFiles

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
}
