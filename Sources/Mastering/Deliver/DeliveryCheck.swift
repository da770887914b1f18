internal import AudioFiles
internal import DSP
public import Diagnostics
public import SessionModel

/// Says before anything is rendered what of the deliveries cannot be written.
public enum DeliveryCheck {
  public static func diagnostics(of session: ResolvedSession) -> DiagnosticList {
    var list = DiagnosticList()
    for delivery in session.ownDeliveries {
      check(delivery, sessionRate: session.rate, &list)
    }
    checkMix(session, &list)
    for delivery in session.ownDeliveries { checkCodes(delivery.metadata, &list) }
    checkCodes(session.metadata, &list)
    return list
  }

  private static func check(
    _ delivery: ResolvedDelivery, sessionRate: Int, _ list: inout DiagnosticList
  ) {
    var profile: Profile?
    if let name = delivery.profile {
      profile = Profiles[name.value]
      if profile == nil {
        list.add(.unknownProfile(name.value, among: Profiles.all.map(\.name), at: name.span))
        return
      }
    }
    guard let item = delivery.items.first else { return }
    guard
      let form = DeliveryForm(
        delivery, item: item, sessionRate: sessionRate, profile: profile)
    else {
      let word = delivery.format?.value ?? DeliveryForm.ending(of: item.file)
      list.add(
        .deliveryFormat(
          item.file,
          word.isEmpty
            ? "its name has no ending that says the format"
            : "'\(word)' is no format of this build, which has "
              + SoundFileFormat.Container.allCases.map(\.rawValue).joined(separator: ", "),
          at: delivery.format?.span ?? delivery.writtenFile?.span ?? delivery.span))
      return
    }
    checkRate(delivery, form, item, &list)
    checkBitRate(delivery, form, item, &list)
    checkEnding(delivery, form, item, &list)
    checkUnused(delivery, form, &list)
    checkCover(delivery, form, &list)
  }

  // MARK: Form

  /// What a build will miss of the forms that profiles require, as far as that is known before it.
  public static func misses(of session: ResolvedSession) -> DiagnosticList {
    var list = DiagnosticList()
    for delivery in session.ownDeliveries {
      guard let profile = delivery.profile.flatMap({ Profiles[$0.value] }),
        let item = delivery.items.first,
        let form = DeliveryForm(
          delivery, item: item, sessionRate: session.rate, profile: profile)
      else { continue }
      let verdicts = DeliveryVerdict.judging(
        profile, delivery, form, path: item.file, measures: DeliveryMeasures(kept: []))
      for verdict in verdicts where verdict.fact != nil && verdict.outcome == .missed {
        if let message = verdict.diagnostic { list.add(message) }
      }
    }
    return list
  }

  /// The mix's own file: any form that keeps it whole.
  private static func checkMix(_ session: ResolvedSession, _ list: inout DiagnosticList) {
    guard let file = session.mixFile else { return }
    let word = DeliveryForm.ending(of: file.value)
    let whole = SoundFileFormat.Container.allCases.filter { !$0.isLossy }.map(\.rawValue)
    guard let container = DeliveryForm.container(word) else {
      list.add(
        .deliveryFormat(
          file.value,
          word.isEmpty
            ? "its name has no ending that says the format"
            : "'\(word)' is no format of a mix, which has \(whole.joined(separator: ", "))",
          at: file.span))
      return
    }
    let isFloat = session.mixBits == 32
    let format = SoundFileFormat(
      container, isFloat ? .float32 : .integer(bits: session.mixBits), rate: session.rate,
      channelCount: 2)
    if container.isLossy {
      var message = Diagnostic.deliveryFormat(
        file.value, "the mix is kept whole, and \(name(format)) is not", at: file.span)
      message.notes = [
        Note("a delivery writes it: 'master: {deliver: {\(word): {from: mix, file: …}}}'")
      ]
      list.add(message)
    } else if container == .flac, isFloat {
      var message = Diagnostic.deliveryFormat(
        file.value, "FLAC has 16 and 24 bits, and the mix has 32", at: file.span)
      message.notes = [Note("'bits: 24' in mix gives it 24")]
      list.add(message)
    } else if let problem = format.problem {
      list.add(.deliveryFormat(file.value, problem, at: file.span))
    }
  }

  private static func checkRate(
    _ delivery: ResolvedDelivery, _ form: DeliveryForm, _ item: ResolvedDelivery.Item,
    _ list: inout DiagnosticList
  ) {
    let format = form.format
    let span = delivery.rate?.span ?? delivery.format?.span ?? delivery.span
    let rates = SoundFileFormat.rates(of: format.container)
    if !rates.isEmpty, !rates.contains(format.rate) {
      let nearest = rates.min { abs($0 - format.rate) < abs($1 - format.rate) } ?? rates[0]
      list.add(
        .deliveryFormat(
          item.file,
          "\(name(format)) has no rate of \(format.rate) Hz; the nearest is \(hertz(nearest))",
          at: span, fixes: delivery.rate.map { [FixIt($0.span, hertz(nearest))] } ?? []))
    } else if format.rate != form.sessionRate,
      Resampler(from: form.sessionRate, to: format.rate) == nil
    {
      list.add(
        .deliveryFormat(
          item.file, "\(form.sessionRate) Hz cannot be converted to \(format.rate) Hz", at: span))
    } else if format.container == .flac, case .float32 = format.encoding {
      list.add(
        .deliveryFormat(
          item.file, "FLAC has 16 and 24 bits", at: delivery.bits?.span ?? span,
          fixes: delivery.bits.map { [FixIt($0.span, "24")] } ?? []))
    } else if let problem = format.problem {
      list.add(.deliveryFormat(item.file, problem, at: span))
    }
  }

  private static func checkBitRate(
    _ delivery: ResolvedDelivery, _ form: DeliveryForm, _ item: ResolvedDelivery.Item,
    _ list: inout DiagnosticList
  ) {
    let format = form.format
    if let mode = delivery.bitRateMode, mode.value == "constant",
      format.container == .ogg || format.container == .opus
    {
      list.add(
        .deliveryFormat(
          item.file, "\(name(format)) is encoded at variable bit rates alone", at: mode.span,
          fixes: [FixIt(mode.span, "variable")]))
    }
    guard let written = delivery.bitRate, let rates = BitRates(format) else { return }
    let nearest = rates.nearest(to: written.value)
    guard nearest != written.value else { return }
    let kind = format.isVariableBitRate ? " at variable bit rate" : ""
    let channels = format.channelCount == 1 ? "one channel" : "two channels"
    let allowed =
      switch rates {
      case .choices(let choices):
        "the nearest is \(kilobits(nearest)) of "
          + choices.map { "\($0 / 1000)" }.joined(separator: ", ")
      case .range(let range):
        "it must lie in \(range.lowerBound / 1000)...\(kilobits(range.upperBound))"
      }
    list.add(
      .deliveryFormat(
        item.file,
        "\(name(format))\(kind) of \(channels) at \(hertz(format.rate)) has no bit rate of "
          + "\(kilobits(written.value)); \(allowed)", at: written.span,
        fixes: [FixIt(written.span, kilobits(nearest))]))
  }

  /// Whether the name of the file says another format than it has.
  private static func checkEnding(
    _ delivery: ResolvedDelivery, _ form: DeliveryForm, _ item: ResolvedDelivery.Item,
    _ list: inout DiagnosticList
  ) {
    let container = form.format.container
    guard let named = DeliveryForm.container(DeliveryForm.ending(of: item.file)),
      named != container
    else { return }
    switch (container, named) {
    // RF64 is WAV with room for more; Opus is in Ogg, as Vorbis is.
    case (.rf64, .wav), (.opus, .ogg): return
    default:
      list.add(
        .misleadingEnding(
          item.file, name(container), ending: name(named),
          at: delivery.writtenFile?.span ?? delivery.format?.span ?? delivery.span))
    }
  }

  /// Settings of this delivery that the format has no use for; those it has from others are theirs.
  private static func checkUnused(
    _ delivery: ResolvedDelivery, _ form: DeliveryForm, _ list: inout DiagnosticList
  ) {
    var unused: [(key: String, span: Span?)] =
      form.isLossy
      ? [("bits", delivery.bits?.span), ("dither", delivery.dither?.span)]
      : [("bit-rate", delivery.bitRate?.span), ("bit-rate-mode", delivery.bitRateMode?.span)]
    if !form.takesLoop { unused.append(("loop", delivery.loop?.span)) }
    for (key, span) in unused {
      guard let span, delivery.span.contains(span) else { continue }
      list.add(.unusedSetting(key, name(form.format), at: span))
    }
    checkDither(delivery, form, &list)
    if !form.usesLimiter, let span = delivery.maxLimiting?.span, delivery.span.contains(span) {
      list.add(.unusedSetting("max-limiting", because: "there is no limiter", at: span))
    }
  }

  /// Dither that does not come about as it is asked for.
  private static func checkDither(
    _ delivery: ResolvedDelivery, _ form: DeliveryForm, _ list: inout DiagnosticList
  ) {
    guard !form.isLossy, let dither = delivery.dither, dither.value != "none",
      delivery.span.contains(dither.span)
    else { return }
    if case .float32 = form.format.encoding {
      list.add(
        .unusedSetting("dither", because: "files of 32 bits are not rounded", at: dither.span))
    } else if !form.shaping.suits(rate: form.format.rate) {
      let rates = NoiseShaping.rates.map(hertz).joined(separator: " and ")
      list.add(
        .unusedSetting(
          "dither: \(dither.value)",
          because: "it is made for \(rates), and at \(hertz(form.format.rate)) the noise is flat",
          at: dither.span, fixes: [FixIt(dither.span, "flat")]))
    }
  }

  private static func checkCover(
    _ delivery: ResolvedDelivery, _ form: DeliveryForm, _ list: inout DiagnosticList
  ) {
    guard let cover = delivery.cover, form.takesCover,
      case .failure(let problem) = CoverPicture.read(cover.value)
    else { return }
    list.add(.cover(delivery.metadata["cover"]?.value ?? cover.value, problem, at: cover.span))
  }

  // MARK: Codes

  /// What is wrong with ISRC and UPC among tags.
  public static func codes(of metadata: Metadata) -> DiagnosticList {
    var list = DiagnosticList()
    checkCodes(metadata, &list)
    return list
  }

  /// ISRC and UPC, each where it is written.
  private static func checkCodes(_ metadata: Metadata, _ list: inout DiagnosticList) {
    if let code = metadata["isrc"], RecordingCode(code.value) == nil {
      list.add(.wrongCode(isrc: code.value, at: code.span))
    }
    if let code = metadata["upc"], ProductCode(code.value) == nil {
      list.add(
        .wrongCode(upc: code.value, corrected: ProductCode.corrected(code.value), at: code.span))
    }
  }

  // MARK: Words

  static func name(_ format: SoundFileFormat) -> String { name(format.container) }

  static func name(_ container: SoundFileFormat.Container) -> String {
    switch container {
    case .wav: "WAV"
    case .rf64: "RF64"
    case .aiff: "AIFF"
    case .caf: "CAF"
    case .flac: "FLAC"
    case .mp3: "MP3"
    case .ogg: "Ogg Vorbis"
    case .opus: "Opus"
    }
  }

  static func kilobits(_ rate: Int) -> String { "\(rate / 1000) kbps" }

  /// `44.1 kHz`, as it may be written.
  static func hertz(_ rate: Int) -> String {
    guard rate >= 1000 else { return "\(rate) Hz" }
    var thousandths = String(rate % 1000)
    thousandths = String(repeating: "0", count: 3 - thousandths.count) + thousandths
    while thousandths.hasSuffix("0") { thousandths.removeLast() }
    return thousandths.isEmpty ? "\(rate / 1000) kHz" : "\(rate / 1000).\(thousandths) kHz"
  }
}

extension Diagnostic {
  static func cover(_ path: String, _ problem: CoverProblem, at span: Span) -> Diagnostic {
    switch problem {
    case .missing: .missingCover(path, at: span)
    case .unreadable(let reason): .wrongCover(path, reason, at: span)
    case .otherFormat: .wrongCover(path, "it is neither JPEG nor PNG", at: span)
    case .tooLarge(let limit):
      .wrongCover(path, "it has more than \(limit / 1_000_000) MB", at: span)
    }
  }
}
