public import DSP
public import SessionModel
internal import Signal

/// What the compiler needs to know of a kernel.
public struct KernelDescription: Sendable {
  public var identity: KernelIdentity
  public var latency: Int
  /// Frames to −60 dB.
  public var tail: Int
  public var memory: Memory
  public var outputChannels: Int
}

/// Makes kernels from resolved inserts.
public enum KernelFactory {
  /// Processors whose effect on a signal follows another: they take part in shared dynamics.
  public static func listens(_ processor: String) -> Bool {
    ["compressor", "expander", "gate", "duck", "de-esser", "limiter", "multiband"]
      .contains(processor)
  }

  /// Processors of which a sum of results is not the result of the sum, whoever listens.
  public static func isNonlinear(_ processor: String) -> Bool { processor == "saturation" }

  /// nil: the processor has no kernel.
  public static func describe(
    _ insert: ResolvedInsert, rate: Int, inputChannels: Int
  ) -> KernelDescription? {
    guard let made = build(insert, rate: rate, inputChannels: inputChannels) else { return nil }
    return KernelDescription(
      identity: made.identity, latency: made.box.latency, tail: made.box.tail,
      memory: made.box.memory, outputChannels: made.outputChannels)
  }

  /// A fresh kernel. The compiler has made sure that there is one.
  ///
  /// - Parameter responses: the samples of the insert's impulse responses, by their settings' names;
  ///   without them a convolution only delays.
  public static func make(
    _ insert: ResolvedInsert, rate: Int, inputChannels: Int, responses: [String: [[Double]]] = [:]
  ) -> AnyKernelBox {
    let made = build(insert, rate: rate, inputChannels: inputChannels, responses: responses)
    return made?.box ?? AnyKernelBox()
  }

  /// What has to be read before an insert's kernel can be made, by the settings' names.
  public static func responses(of insert: ResolvedInsert) -> [String: ResolvedResponse] {
    insert.settings.compactMapValues { setting in
      if case .response(let response) = setting { response } else { nil }
    }
  }

  private struct Built {
    var box: AnyKernelBox
    var identity: KernelIdentity
    var outputChannels: Int
  }

  private static func box<K: Kernel>(
    _ type: K.Type, _ parameters: K.Parameters, rate: Int, inputChannels: Int
  ) -> Built {
    let output = K.outputChannels(for: inputChannels, parameters: parameters)
    let format = StreamFormat(rate: rate, channelCount: max(inputChannels, output))
    return Built(
      box: KernelBox(K(parameters, format: format)), identity: K.identity, outputChannels: output)
  }

  private static func box<K: LaneKernel>(
    _ type: K.Type, _ parameters: K.Parameters, rate: Int, inputChannels: Int
  ) -> Built {
    let output = K.outputChannels(for: inputChannels, parameters: parameters)
    let format = StreamFormat(rate: rate, channelCount: max(inputChannels, output))
    return Built(
      box: LaneKernelBox(K(parameters, format: format)), identity: K.identity,
      outputChannels: output)
  }

  private static func build(
    _ insert: ResolvedInsert, rate: Int, inputChannels: Int,
    responses: [String: [[Double]]] = [:]
  ) -> Built? {
    let settings = Settings(insert.settings, rate: rate)
    switch insert.processor {
    case "compressor":
      let parameters = compressor(settings)
      return box(Compressor.self, parameters, rate: rate, inputChannels: inputChannels)
    case "multiband":
      let parameters = multiband(settings)
      return box(Multiband.self, parameters, rate: rate, inputChannels: inputChannels)
    case "limiter":
      var parameters = Limiter.Parameters()
      parameters.ceiling = settings.number("ceiling", -1)
      parameters.detector = PeakDetection(rawValue: settings.word("detector") ?? "") ?? .truePeak
      parameters.lookAhead = settings.seconds("look-ahead", 0.005)
      parameters.release = settings.release("release", .automatic)
      return box(Limiter.self, parameters, rate: rate, inputChannels: inputChannels)
    case "convolution":
      var parameters = Convolution.Parameters()
      if case .response(let response) = insert.settings["ir"] {
        parameters.channelCount = response.channelCount
        parameters.frameCount = Int(response.early + response.frames)
        parameters.early = Int(response.early)
      }
      parameters.response = responses["ir"] ?? []
      if settings.values["decay"] != nil { parameters.decay = settings.seconds("decay", 1) }
      parameters.preDelay = settings.frames("pre-delay", 0)
      parameters.isNormalised = settings.flag("normalise", true)
      parameters.mix = settings.number("mix", 100)
      parameters.isMixAutomated = settings.curve("mix") != nil
      return box(Convolution.self, parameters, rate: rate, inputChannels: inputChannels)
    case "gain":
      let parameters = Gain.Parameters(
        gain: settings.number("gain", 0), isPolarityInverted: settings.flag("polarity", false))
      return box(Gain.self, parameters, rate: rate, inputChannels: inputChannels)
    case "delay":
      var parameters = Delay.Parameters(time: max(1, settings.frames("time", 1)))
      if settings.values["time-right"] != nil {
        parameters.timeRight = max(1, settings.frames("time-right", 1))
      }
      parameters.feedback = settings.number("feedback", 0)
      parameters.lowPass = settings.optionalNumber("low-pass")
      parameters.highPass = settings.optionalNumber("high-pass")
      parameters.pingPong = settings.flag("ping-pong", false)
      parameters.mix = settings.number("mix", 100)
      return box(Delay.self, parameters, rate: rate, inputChannels: inputChannels)
    case "fade-out":
      let parameters = FadeOut.Parameters(
        start: Int64(settings.frames("start", 0)), end: Int64(settings.frames("end", 0)),
        curve: FadeCurve(rawValue: settings.word("curve") ?? "") ?? .linear)
      return box(FadeOut.self, parameters, rate: rate, inputChannels: inputChannels)
    case "dc-removal":
      let parameters = DCBlocker.Parameters(frequency: settings.number("frequency", 5))
      return box(DCBlocker.self, parameters, rate: rate, inputChannels: inputChannels)
    case "gate":
      var parameters = Gate.Parameters(threshold: settings.number("threshold", -40))
      parameters.range = settings.number("range", 80)
      parameters.hysteresis = settings.number("hysteresis", 4)
      parameters.attack = settings.seconds("attack", 0.001)
      parameters.hold = settings.seconds("hold", 0.05)
      parameters.release = settings.seconds("release", 0.15)
      parameters.lookAhead = settings.seconds("look-ahead", 0)
      parameters.keyFilter = settings.keyFilter
      return box(Gate.self, parameters, rate: rate, inputChannels: inputChannels)
    case "expander":
      var parameters = Expander.Parameters(threshold: settings.number("threshold", -40))
      parameters.ratio = settings.number("ratio", 2)
      parameters.range = settings.number("range", 40)
      parameters.hysteresis = settings.number("hysteresis", 3)
      parameters.attack = settings.seconds("attack", 0.001)
      parameters.hold = settings.seconds("hold", 0.02)
      parameters.release = settings.seconds("release", 0.1)
      parameters.lookAhead = settings.seconds("look-ahead", 0)
      parameters.keyFilter = settings.keyFilter
      return box(Expander.self, parameters, rate: rate, inputChannels: inputChannels)
    case "duck":
      var parameters = Duck.Parameters()
      parameters.amount = settings.number("amount", 12)
      parameters.threshold = settings.number("threshold", -40)
      parameters.attack = settings.seconds("attack", 0.1)
      parameters.hold = settings.seconds("hold", 0.3)
      parameters.release = settings.seconds("release", 0.6)
      parameters.lookAhead = settings.seconds("look-ahead", 0)
      return box(Duck.self, parameters, rate: rate, inputChannels: inputChannels)
    case "de-esser":
      var parameters = DeEsser.Parameters(threshold: settings.number("threshold", 0))
      parameters.frequency = settings.number("frequency", 6500)
      parameters.range = settings.number("range", 6)
      parameters.attack = settings.seconds("attack", 0.001)
      parameters.release = settings.seconds("release", 0.06)
      return box(DeEsser.self, parameters, rate: rate, inputChannels: inputChannels)
    case "mono-below":
      let parameters = MonoBelow.Parameters(frequency: settings.number("frequency", 150))
      return box(MonoBelow.self, parameters, rate: rate, inputChannels: inputChannels)
    case "reverb":
      var parameters = Reverb.Parameters()
      parameters.kind = Reverb.Kind(rawValue: settings.word("kind") ?? "") ?? .hall
      parameters.decay = settings.seconds("decay", 2)
      parameters.preDelay = settings.frames("pre-delay", 0)
      parameters.size = settings.number("size", 100)
      parameters.highDecay = settings.number("high-decay", 0.5)
      parameters.lowCut = settings.optionalNumber("low-cut")
      parameters.highCut = settings.optionalNumber("high-cut")
      parameters.width = settings.number("width", 100)
      parameters.mix = settings.number("mix", 100)
      return box(Reverb.self, parameters, rate: rate, inputChannels: inputChannels)
    case "saturation":
      var parameters = Saturation.Parameters()
      parameters.drive = settings.number("drive", 6)
      parameters.mix = settings.number("mix", 100)
      parameters.output = settings.number("output", 0)
      return box(Saturation.self, parameters, rate: rate, inputChannels: inputChannels)
    case "width":
      let parameters = StereoWidth.Parameters(width: settings.number("width", 100))
      return box(StereoWidth.self, parameters, rate: rate, inputChannels: inputChannels)
    default:
      guard let spec = filterSpec(of: insert) else { return nil }
      let (frequency, gain, q) = (
        settings.curve("frequency"), settings.curve("gain"), settings.curve("q")
      )
      if frequency != nil || gain != nil || q != nil {
        let parameters = AutomatedFilter.Parameters(spec, frequency: frequency, gain: gain, q: q)
        return box(AutomatedFilter.self, parameters, rate: rate, inputChannels: inputChannels)
      }
      let parameters = BiquadCascade.Parameters(sections: spec.sections(rate: Double(rate)))
      return box(BiquadCascade.self, parameters, rate: rate, inputChannels: inputChannels)
    }
  }

  /// The sections of a filter that does not move, when the insert is one.
  public static func staticSections(
    of insert: ResolvedInsert, rate: Int
  ) -> [BiquadCoefficients]? {
    guard let spec = filterSpec(of: insert) else { return nil }
    let settings = Settings(insert.settings, rate: rate)
    for name in ["frequency", "gain", "q"] where settings.curve(name) != nil { return nil }
    return spec.sections(rate: Double(rate))
  }

  /// Filters in a row as one cascade: the same bits as one after the other, in one loop.
  public static func makeCascade(
    _ sections: [BiquadCoefficients], rate: Int, channelCount: Int
  ) -> AnyKernelBox {
    LaneKernelBox(
      BiquadCascade(
        BiquadCascade.Parameters(sections: sections),
        format: StreamFormat(rate: rate, channelCount: channelCount)))
  }

  private static func compressor(_ settings: Settings) -> Compressor.Parameters {
    var parameters = Compressor.Parameters(threshold: settings.number("threshold", -20))
    parameters.ratio = settings.number("ratio", 2)
    parameters.knee = settings.number("knee", 6)
    parameters.attack = settings.seconds("attack", 0.01)
    parameters.release = settings.release("release", .seconds(0.1))
    parameters.makeup =
      settings.word("makeup") == "auto" ? .automatic : .decibels(settings.number("makeup", 0))
    parameters.detector =
      settings.word("detector") == "rms"
      ? .rms(window: settings.seconds("rms-window", 0.01)) : .peak
    parameters.link = settings.number("link", 100)
    parameters.lookAhead = settings.seconds("look-ahead", 0)
    parameters.mix = settings.number("mix", 100)
    parameters.range = settings.number("range", 100)
    parameters.keyFilter = settings.keyFilter
    return parameters
  }

  /// Bands are settings under `band-1/`, `band-2/` … from low to high.
  private static func multiband(_ settings: Settings) -> Multiband.Parameters {
    let crossovers = (1...3).compactMap { settings.optionalNumber("crossover-\($0)") }
    let bands = (1...(crossovers.count + 1)).map { index in
      let prefix = "band-\(index)/"
      var own: [String: ResolvedSetting] = [:]
      for (name, value) in settings.values where name.hasPrefix(prefix) {
        own[String(name.dropFirst(prefix.count))] = value
      }
      return compressor(Settings(own, rate: settings.rate))
    }
    return Multiband.Parameters(crossovers: crossovers, bands: bands)
  }

  /// The filter that an insert is, if it is one: several in a row may share a cascade.
  public static func filterSpec(of insert: ResolvedInsert) -> FilterSpec? {
    guard let kind = FilterSpec.Kind(rawValue: insert.processor) else { return nil }
    let settings = Settings(insert.settings, rate: 1)
    let isShelf = kind == .lowShelf || kind == .highShelf
    return FilterSpec(
      kind, frequency: settings.number("frequency", 1000), gain: settings.number("gain", 0),
      q: settings.number("q", isShelf ? 0.7071 : 1), slope: settings.slope("slope", 12),
      design: FilterSpec.Design(rawValue: settings.word("design") ?? "") ?? .matched)
  }
}

/// Reads an insert's settings in the units kernels take.
struct Settings {
  let values: [String: ResolvedSetting]
  let rate: Int

  init(_ values: [String: ResolvedSetting], rate: Int) {
    self.values = values
    self.rate = rate
  }

  /// A number; of an automated parameter the value it starts with.
  func number(_ name: String, _ fallback: Double) -> Double {
    switch values[name] {
    case .number(let value): value
    case .curve(let curve): curve.points.first?.value ?? curve.before
    case .frames(let frames): Double(frames)
    default: fallback
    }
  }

  func curve(_ name: String) -> AutomationCurve? {
    if case .curve(let curve) = values[name] { curve } else { nil }
  }

  func optionalNumber(_ name: String) -> Double? {
    if case .number(let value) = values[name] { value } else { nil }
  }

  func seconds(_ name: String, _ fallback: Double) -> Double {
    switch values[name] {
    case .frames(let frames): Double(frames) / Double(rate)
    default: number(name, fallback)
    }
  }

  /// Whole frames of a length.
  func frames(_ name: String, _ fallback: Int) -> Int {
    switch values[name] {
    case .frames(let frames): Int(frames)
    case .number(let seconds): Int((seconds * Double(rate)).rounded())
    default: fallback
    }
  }

  func word(_ name: String) -> String? {
    if case .word(let word) = values[name] { word } else { nil }
  }

  func flag(_ name: String, _ fallback: Bool) -> Bool {
    if case .flag(let flag) = values[name] { flag } else { fallback }
  }

  func release(_ name: String, _ fallback: Release) -> Release {
    if word(name) == "auto" { return .automatic }
    if values[name] == nil { return fallback }
    return .seconds(seconds(name, 0.1))
  }

  /// dB per octave of a slope like `24 dB/oct`.
  func slope(_ name: String, _ fallback: Int) -> Int {
    if let word = word(name), let first = word.split(separator: " ").first, let slope = Int(first) {
      return slope
    }
    if case .number(let value) = values[name] { return Int(value) }
    return fallback
  }

  var keyFilter: KeyFilter.Parameters? {
    optionalNumber("key-high-pass").map {
      KeyFilter.Parameters(frequency: $0, slope: slope("key-slope", 12))
    }
  }
}
