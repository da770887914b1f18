extension DeliveryVerdict {
  /// The verdict with why a lossy file may miss what it was solved for, where that is all there is
  /// to say of it.
  public func remarking(on form: DeliveryForm) -> DeliveryVerdict {
    guard form.isLossy, rule == "loudness", outcome == .missed, note == nil else { return self }
    var result = self
    result.note =
      "\(DeliveryCheck.name(form.format)) moves \(quantity) when it is encoded, and the gain goes in "
      + "steps of 0.1 dB: what a file comes to may lie between them; FLAC and WAV hold it"
    return result
  }
}
