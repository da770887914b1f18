import Diagnostics
import Testing

struct JSONParsingTests {
  @Test func whatIsWrittenIsReadBack() {
    let value: JSONValue = [
      "a": .null, "b": .bool(true), "c": .integer(-42), "d": .number(0.125),
      "e": .string("Größe \"x\" \\ \n \u{1} 🎧"), "f": .array([1, "two", .object([:])]), "": [],
    ]
    for text in [value.pretty, value.compact] {
      #expect(JSONValue(parsing: Array(text.utf8)) == value)
    }
  }

  @Test func escapesOfOtherWritersAreRead() {
    let text = #"{"a": "\u00e9\ud83c\udfa7\/\t", "n": [1e3, -0.5E-1]}"#
    let value = JSONValue(parsing: Array(text.utf8))
    #expect(value?["a"]?.text == "é🎧/\t")
    #expect(value?["n"]?.elements.map(\.real) == [1000, -0.05])
  }

  @Test(arguments: [
    "", "{", "[1,", "{\"a\" 1}", "nul", "\"\\q\"", "\"\\ud83c\"", "1 2", "[1,]", "{\"a\":1,}",
    "--1",
    "\"a\nb\"", "{1: 2}", String(repeating: "[", count: 100_000),
  ])
  func whatIsNoJSONIsNothing(_ text: String) {
    #expect(JSONValue(parsing: Array(text.utf8)) == nil)
  }

  @Test func decimalsAreFixed() {
    #expect(JSONValue.measured(-1).compact == "-1.000")
    #expect(JSONValue.measured(-0.0001).compact == "0.000")
    #expect(JSONValue.measured(.infinity).compact == "null")
    #expect(JSONValue.measured(nil).compact == "null")
  }
}
