/// Every rule the program can report, for `mixdown help ID`. Each area has a file of its own that
/// declares its rules as static constants of `Rule` and lists them.
public enum Catalogue {
  public static let all: [Rule] =
    yaml + language + timeline + content + routing + graph + files
    + engine + mastering + albums

  public static func rule(_ id: String) -> Rule? { all.first { $0.id == id } }
}
