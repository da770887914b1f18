/// What `mixdown help ID` prints about a rule.
public enum HelpPage {
  /// Id, weight and summary on the first line, then the page with its examples.
  public static func text(for rule: Rule) -> String {
    var text = "\(rule.id) (\(rule.severity.rawValue)): \(rule.summary)\n"
    if !rule.page.isEmpty { text += "\n" + rule.page + (rule.page.last == "\n" ? "" : "\n") }
    return text
  }

  /// All rules, one a line, in alphabetical order of their ids.
  public static func index(of rules: [Rule] = Catalogue.all) -> String {
    let width = rules.map(\.id.count).max() ?? 0
    return rules.sorted { $0.id < $1.id }.map { rule in
      rule.id + String(repeating: " ", count: width + 2 - rule.id.count) + rule.summary + "\n"
    }.joined()
  }
}
