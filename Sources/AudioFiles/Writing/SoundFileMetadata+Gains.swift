internal import Signal

/// Playback gains as tags.
extension SoundFileMetadata {
  /// ReplayGain 2.0: the gain to −18 LUFS and the true peak, full scale 1. Empty when the loudness
  /// is not known or that of silence.
  ///
  /// - Source: *ReplayGain 2.0 specification*, "Metadata format".
  var replayGain: [Tag] {
    guard let loudness, let integrated = loudness.integrated, integrated.isFinite else { return [] }
    var gains = [
      Tag("REPLAYGAIN_TRACK_GAIN", ProductionNotes.hundredths(-18 - integrated) + " dB")
    ]
    if let peak = loudness.truePeak, peak.isFinite {
      gains.append(Tag("REPLAYGAIN_TRACK_PEAK", SoundFileMetadata.millionths(peak)))
    }
    return gains
  }

  /// The gain to −23 LUFS in 1/256 dB.
  ///
  /// - Source: RFC 7845, section 5.2.1.
  var opusGain: [Tag] {
    guard let integrated = loudness?.integrated, integrated.isFinite else { return [] }
    let steps = Int(((-23 - integrated) * 256).rounded())
    return [Tag("R128_TRACK_GAIN", "\(max(-32_768, min(32_767, steps)))")]
  }

  /// A level in dBTP as a factor, `0.891251`.
  private static func millionths(_ decibels: Double) -> String {
    let scaled = Int((decibelsToGain(min(decibels, 100)) * 1e6).rounded())
    let digits = String(scaled).leftPadded(to: 7)
    return "\(digits.dropLast(6)).\(digits.suffix(6))"
  }
}
