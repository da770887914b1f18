import Diagnostics
import Testing

@Test func objectsKeepTheOrderOfTheirMembers() {
  let value: JSONValue = ["zeta": 1, "alpha": [true, nil], "mid": ["b": "x", "a": -14.5]]
  #expect(value.compact == #"{"zeta":1,"alpha":[true,null],"mid":{"b":"x","a":-14.5}}"#)
}

@Test func prettyTextIndentsByTwoAndKeepsRowsOfNumbersTogether() {
  let value: JSONValue = ["row": [1, 2.5, nil], "empty": [], "none": [:], "list": ["a"]]
  #expect(
    value.pretty == """
      {
        "row": [1, 2.5, null],
        "empty": [],
        "none": {},
        "list": [
          "a"
        ]
      }
      """)
}

@Test func textIsEscapedAndNumbersOutOfJsonAreNull() {
  #expect(
    JSONValue.string("a\"\\\n\t\u{01}\u{7F}é𝄞").compact == "\"a\\\"\\\\\\n\\t\\u0001\\u007fé𝄞\"")
  #expect(JSONValue.number(-.infinity).compact == "null")
  #expect(JSONValue.number(.nan).compact == "null")
  #expect(JSONValue.optional(nil as Double?).compact == "null")
}

@Test(arguments: [0.1, -14, 1e-7, 5e22, 123_456_789.123456, .leastNonzeroMagnitude, 1 / 3])
func doublesComeBackExactly(_ number: Double) {
  #expect(Double(JSONValue.number(number).compact) == number)
}
