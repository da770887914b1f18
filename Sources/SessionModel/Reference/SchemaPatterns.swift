/// Regular expressions (ECMA 262) of the scalars that are text for YAML.
enum SchemaPatterns {
  static let number = #"[+−-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)"#
  private static let unsigned = #"([0-9]+(\.[0-9]+)?|\.[0-9]+)"#
  private static let clock = #"([0-9]+:)?[0-9]{1,6}:[0-5][0-9](\.[0-9]{1,6})?"#
  private static let absolute = #"(\#(unsigned) (ms|s)|[0-9]+ fr|\#(clock))"#
  private static let musical =
    #"(\#(unsigned) (beats?|bars?)|[0-9]+/[0-9]+[.t]?)"#
  private static let length = "(\(absolute)|\(musical))"
  private static let name = #"[A-Za-z\u0080-\uffff]([A-Za-z0-9_\u0080-\uffff-]|\.(?!\.))*"#
  private static let bar = #"bar [0-9]+( beat [0-9]+(\.[0-9]+)?)?"#
  private static let offsets = #"( [+−-] \#(length))*"#
  private static let positionText = "(\(bar)|\(absolute)|\(name))\(offsets)"

  static let position = "^\(positionText)$"
  static let range =
    #"^(\#(positionText) ?\.\. ?(\#(positionText)|[0-9]+)|\#(positionText) for \#(length)|\#(name))$"#
  static let pan = #"^(\#(unsigned) [LR]|C|centre)$"#
  static let meter = #"^[0-9]{1,2}/(1|2|4|8|16|32|64)$"#
  static let arrival = #"^(line|smooth|step|over \#(length))$"#
  static let trimTarget = "^to \(number) LUFS$"
  static let tailRule = "^until \(number) (dBFS|dB), at most \(length)$"
  static let gainOfDelivery = "^as .+$"
  static let stripName =
    #"^[A-Za-z0-9\u0080-\uffff]([A-Za-z0-9_\u0080-\uffff.-]| (?! ))*$"#
  static let placeName = #"^[A-Za-z\u0080-\uffff][A-Za-z0-9_\u0080-\uffff-]*$"#

  static func time(_ spec: TimeSpec) -> String {
    let sign = spec.allowsNegative ? "[+−-]?" : ""
    return "^\(sign)\(spec.allowsMusical ? length : absolute)$"
  }

  /// A number with its unit; nil for numbers that are plain.
  static func quantity(_ unit: Unit) -> String? {
    guard let units = units(unit) else { return nil }
    return "\(number) \(units)"
  }

  static func relation(_ unit: Unit) -> String {
    let value = quantity(unit) ?? number
    let difference = quantity(unit.difference) ?? number
    return
      "^(at (most|least) \(value)|between \(value) and \(value)|\(value) ?(±|\\+-) ?\(difference))$"
  }

  static func loudness(_ unit: Unit) -> String { "^(at most )?\(quantity(unit) ?? number)$" }

  private static func units(_ unit: Unit) -> String? {
    switch unit {
    case .decibels: "dB"
    case .fullScale: "(dBFS|dB)"
    case .truePeak: "dBTP"
    case .loudness: "LUFS"
    case .loudnessUnits: "LU"
    case .hertz: "k?Hz"
    case .percent: "%"
    case .bpm: "bpm"
    case .bitRate: "kbps"
    case .seconds: "s"
    case .plain, .ratio: nil
    }
  }
}
