import Foundation
import Testing

@testable import SessionModel

@Test func everyKeyAndParameterHasAPage() {
  for mapping in FieldTable.all where mapping.name != "preset" {
    for field in mapping.fields {
      let page = Reference.page(for: field.name)
      #expect(page?.contains(field.name) == true, "\(mapping.name): \(field.name)")
    }
  }
  for processor in ProcessorTable.all {
    for parameter in processor.parameters {
      #expect(Reference.page(for: parameter.name) != nil, "\(processor.name): \(parameter.name)")
    }
  }
}

@Test func aKeyThatSeveralHaveAlikeIsDescribedOnceWithAllOfThem() throws {
  let page = try #require(Reference.page(for: "fader"))
  #expect(page.contains("strip") && page.contains("fader: -6 dB"))
  #expect(page.components(separatedBy: "fader: -6 dB").count == 2)
  let thresholds = try #require(Reference.page(for: "threshold"))
  #expect(thresholds.contains("compressor") && thresholds.contains("gate"))
}

@Test(arguments: [
  ("position", "bar 17 beat 3"), ("range", "bar 45..53"), ("how", "over 1 bar"),
  ("over", "over 1 bar"), ("smooth", "slow at both ends"), ("line", "evenly"),
  ("relation", "at least"), ("address", "vocal/fader/level"), ("lock", "--frozen"),
  ("<stem>", "each: stem"),
]) func whatValuesAreWrittenLikeHasAPage(_ name: String, _ words: String) {
  #expect(Reference.page(for: name)?.contains(words) == true)
  #expect(Reference.names.contains(name))
  #expect(Reference.markdown().contains(words))
}

@Test func aPageHoldsAllThatHasItsName() throws {
  let loudness = try #require(Reference.page(for: "loudness"))
  #expect(loudness.contains("of delivery") && loudness.contains("momentary-max"))
  let gain = try #require(Reference.page(for: "gain"))
  #expect(gain.hasPrefix("gain: Changes the level.") && gain.contains("as streaming"))
}
