/// What a streaming service would make of a file when it plays it.
public struct ServiceForecast: Hashable, Sendable {
  /// The profile's name.
  public var service: String
  public var title: String
  /// LUFS that the service plays at; nil: it plays files as they are.
  public var reference: Double?
  /// dB that the service applies.
  public var gain: Double
  /// LUFS and dBTP, as it is heard then.
  public var integrated: Double
  public var truePeak: Double
  /// The service turns whole albums by one gain, that of a single track being another.
  public var isByAlbum: Bool

  /// Every service that is known, for a file of this loudness (LUFS) and true peak (dBTP), alone;
  /// none for a file without a loudness.
  public static func all(integrated: Double, truePeak: Double) -> [ServiceForecast] {
    guard integrated.isFinite, truePeak.isFinite else { return [] }
    return Profiles.services.map { profile in
      let gain = profile.normalisation?.gain(integrated: integrated, truePeak: truePeak) ?? 0
      return ServiceForecast(
        service: profile.name, title: profile.title,
        reference: profile.normalisation?.reference, gain: gain, integrated: integrated + gain,
        truePeak: truePeak + gain, isByAlbum: profile.normalisation?.isByAlbum ?? false)
    }
  }
}
