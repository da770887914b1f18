import Diagnostics
import Testing

@Test func aSwapOrAMissingLetterIsNear() {
  #expect(Suggestions.nearest("drms", in: ["vocal", "drums", "plate"]) == ["drums"])
  #expect(Suggestions.nearest("treshold", in: ["hold", "threshold", "ratio"]) == ["threshold"])
  #expect(Suggestions.nearest("faedr", in: ["fader", "pan"]) == ["fader"])
}

@Test func letterCaseAndUnderscoresAreNearest() {
  #expect(Suggestions.nearest("high_pass", in: ["low-pass", "high-pass"]).first == "high-pass")
  #expect(Suggestions.nearest("Kick", in: ["kicks", "kick"]).first == "kick")
}

@Test func nothingNearGivesNothing() {
  #expect(Suggestions.nearest("reverb", in: ["kick", "snare", "oh"]).isEmpty)
  #expect(Suggestions.nearest("", in: ["kick"]).isEmpty)
  #expect(Suggestions.nearest("note", in: ["rate", "move"]).isEmpty)
}

@Test func orderIsByDistanceThenNameAndCountIsLimited() {
  let names = ["tom-5", "tom-3", "tom-1", "tom-2", "tom-4"]
  #expect(Suggestions.nearest("tom-9", in: names) == ["tom-1", "tom-2", "tom-3", "tom-4"])
  #expect(Suggestions.nearest("tom-9", in: names.reversed(), limit: 2) == ["tom-1", "tom-2"])
}

@Test func theBeginningOfANameIsNear() {
  #expect(Suggestions.nearest("comp", in: ["compressor", "gate"]) == ["compressor"])
}
