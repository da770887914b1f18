import Signal

/// The reference of the language, written from the tables of processors and fields.
public enum Reference {
  /// Everything, as Markdown.
  public static func markdown() -> String {
    var text = "# Reference of the session language\n\n"
    text += "Required parameters have no default. `~` marks those that can be automated.\n"
    text += "\n## Processors\n"
    for family in ProcessorSpec.Family.allCases {
      let processors = ProcessorTable.all.filter { $0.family == family }
      guard !processors.isEmpty else { continue }
      text += "\n### \(family.rawValue)\n"
      for processor in processors { text += "\n" + section(processor) }
    }
    text += "\nEvery processor also takes `name`, `note`, `bypass: true` and `like: PRESET`.\n"
    text += "\n## Mappings\n"
    for mapping in FieldTable.all where mapping.name != "preset" { text += "\n" + section(mapping) }
    text += "\n## Values\n"
    for topic in Grammar.topics { text += "\n" + Grammar.section(topic) }
    return text
  }

  /// The pages of everything that has the name: a processor, a form of values, a mapping, a quantity
  /// of `expect`, keys and parameters; nil when nothing has.
  public static func page(for name: String) -> String? {
    let pages = [
      ProcessorTable[name].map { page($0) }, Grammar.topic(name).map { Grammar.page($0) },
      FieldTable[name].map { page($0) }, QuantityTable[name].map { page($0) }, page(ofKey: name),
    ].compactMap(\.self)
    return pages.isEmpty ? nil : pages.joined(separator: "\n")
  }

  private static func page(_ quantity: QuantitySpec) -> String {
    "\(quantity.name): \(quantity.summary)\n\n  expect: {\(quantity.name): \(quantity.example)}\n"
  }

  /// Names that have a page.
  public static var names: [String] {
    ProcessorTable.all.map(\.name) + FieldTable.all.map(\.name) + QuantityTable.all.map(\.name)
      + keys.map(\.spec.name) + Grammar.topics.flatMap { [$0.name] + $0.others }
  }

  /// Every key and parameter, with the mapping or processor that it belongs to.
  private static var keys: [(spec: ParameterSpec, owner: String)] {
    FieldTable.all.filter { $0.name != "preset" }.flatMap { mapping in
      mapping.fields.map { ($0, mapping.name) }
    }
      + ProcessorTable.all.flatMap { processor in processor.parameters.map { ($0, processor.name) }
      }
  }

  /// One processor as it may be written: with its required parameters, or as a bare word.
  public static func example(_ spec: ProcessorSpec) -> String {
    if spec.name == "eq", let bands = spec["bands"] { return "- eq: \(bands.example)" }
    let required = spec.parameters.filter(\.isRequired)
    let shown = required.isEmpty ? Array(spec.parameters.prefix(1)) : required
    let others = spec.parameters.filter { !$0.isRequired }.prefix(required.isEmpty ? 0 : 1)
    return "- \(spec.name): {"
      + (shown + others).map { "\($0.name): \($0.example)" }.joined(separator: ", ") + "}"
  }

  // MARK: Markdown

  private static func section(_ spec: ProcessorSpec) -> String {
    var text = "#### \(spec.name)\n\n\(spec.summary)\n\n```yaml\n\(example(spec))\n```\n\n"
    text += "| parameter | values | default | meaning | example |\n|---|---|---|---|---|\n"
    for parameter in spec.parameters { text += row(parameter) }
    return text
  }

  private static func section(_ spec: MappingSpec) -> String {
    var text = "### \(spec.name)\n\n\(spec.summary)\n\n"
    text += "| key | values | default | meaning | example |\n|---|---|---|---|---|\n"
    for field in spec.fields { text += row(field) }
    return text
  }

  private static func row(_ spec: ParameterSpec) -> String {
    let mark = spec.isAutomatable ? " ~" : ""
    let cells = [
      "`\(spec.name)`\(mark)", ValueText.domain(spec.kind), ValueText.fallback(spec), spec.summary,
      "`\(spec.name): \(spec.example)`",
    ]
    return "| "
      + cells.map { escaped($0) }.joined(separator: " | ") + " |\n"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if character == "|" { result += "\\" }
      result.append(character)
    }
    return result
  }

  // MARK: Pages for a terminal

  private static func page(_ spec: ProcessorSpec) -> String {
    var text = "\(spec.name): \(spec.summary)\n\n  \(example(spec))\n\n"
    text += rows(spec.parameters)
    text += "\nAlso: name, note, bypass: true, like: PRESET."
    if spec.parameters.contains(where: \.isAutomatable) {
      text += " ~ can be automated:\n  {automation: [[bar 1, VALUE], [bar 9, VALUE, over 1 bar]]}"
    }
    return text + "\n"
  }

  private static func page(_ spec: MappingSpec) -> String {
    "\(spec.name): \(spec.summary)\n\n" + rows(spec.fields)
  }

  /// A key that several have alike is described once.
  private static func page(ofKey name: String) -> String? {
    var kinds: [(spec: ParameterSpec, owners: [String])] = []
    // The page of what bears the name itself has them already.
    for (spec, owner) in keys where spec.name == name && owner != name {
      if let known = kinds.firstIndex(where: { $0.spec == spec }) {
        kinds[known].owners.append(owner)
      } else {
        kinds.append((spec, [owner]))
      }
    }
    if kinds.isEmpty { return nil }
    return kinds.map { "\(name), of \($0.owners.joined(separator: ", ")):\n\n" + rows([$0.spec]) }
      .joined(separator: "\n")
  }

  private static func rows(_ specs: [ParameterSpec]) -> String {
    let width = specs.map { $0.name.count }.max() ?? 0
    var text = ""
    for spec in specs {
      let padding = String(repeating: " ", count: width - spec.name.count)
      text += "  \(spec.name)\(padding) \(spec.isAutomatable ? "~" : " ") \(spec.summary)\n"
      let indent = String(repeating: " ", count: width + 5)
      text += "\(indent)\(ValueText.domain(spec.kind)); default: \(ValueText.fallback(spec))\n"
      text += "\(indent)\(spec.name): \(spec.example)\n"
    }
    return text
  }
}
