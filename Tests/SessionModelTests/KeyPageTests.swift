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
