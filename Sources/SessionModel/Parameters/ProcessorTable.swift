/// Every processor of the language with its parameters: names, units, ranges, defaults.
public enum ProcessorTable {
  /// In the order of the reference.
  public static let all: [ProcessorSpec] = level + filters + dynamics + spaces + stereo

  private static let byName: [String: ProcessorSpec] = Dictionary(
    uniqueKeysWithValues: all.map { ($0.name, $0) })

  public static subscript(name: String) -> ProcessorSpec? { byName[name] }

  /// Keys that every processor takes besides its parameters.
  public static let commonKeys = ["name", "note", "bypass", "like"]
}
