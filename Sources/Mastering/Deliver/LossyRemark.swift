internal import SessionModel

extension DeliveryVerdict {
  /// The verdict with why a lossy file may miss what it was solved for, where that is all there is
  /// to say of it.
  public func remarking(on form: DeliveryForm) -> DeliveryVerdict {
    guard form.isLossy, rule == "loudness", outcome == .missed, note == nil, let measured,
      let target = form.loudness?.value
    else { return self }
    var result = self
    let name = DeliveryCheck.name(form.format)
    let moves = "\(name) moves \(quantity) when it is encoded"
    if (target - measured).magnitude <= form.tolerance + EncodingSearch.closeEnough {
      result.note =
        "\(moves), and the gain goes in steps of 0.1 dB: what a file comes to may lie between them; "
        + "FLAC and WAV hold it"
    } else if !form.usesLimiter {
      result.note = "\(moves), and without a limiter the gain does not follow; FLAC and WAV hold it"
    } else {
      let error = Self.text((target - measured).magnitude, .loudnessUnits)
      result.note =
        "\(moves), and peaks too: the search for a gain and a ceiling at which it holds both ended "
        + "\(error) beside it; FLAC and WAV hold it"
    }
    return result
  }
}
