import SessionModel
import Signal
import Testing

@Suite struct ProcessorTableTests {
  @Test func namesAreUniqueAndEveryParameterToo() {
    #expect(Set(ProcessorTable.all.map(\.name)).count == ProcessorTable.all.count)
    for processor in ProcessorTable.all {
      #expect(Set(processor.parameters.map(\.name)).count == processor.parameters.count)
      for common in ProcessorTable.commonKeys { #expect(processor[common] == nil) }
      if let principal = processor.principal { #expect(processor[principal] != nil) }
    }
  }

  @Test func defaultsLieInTheirRanges() {
    for processor in ProcessorTable.all {
      for parameter in processor.parameters {
        switch (parameter.kind, parameter.defaultValue) {
        case (.number(let spec), .number(let value)?): #expect(spec.range.contains(value))
        case (.number(let spec), .word(let word)?): #expect(spec.words.contains(word))
        case (.time(let spec), .time(.seconds(let value))?):
          #expect(value >= spec.minimum)
          if let maximum = spec.maximum { #expect(value <= maximum) }
        case (.time(let spec), .word(let word)?): #expect(spec.words.contains(word))
        case (.word(let words), .word(let word)?): #expect(words.contains(word))
        case (.flag, .flag?), (_, nil): break
        default: Issue.record("\(processor.name)/\(parameter.name) has a default of another kind")
        }
      }
    }
  }

  @Test func automationMovesInTheUnitsOwnLaw() {
    #expect(ProcessorTable["compressor"]?["threshold"]?.domain == .decibels)
    #expect(ProcessorTable["high-pass"]?["frequency"]?.domain == .logarithmic)
    #expect(ProcessorTable["width"]?["width"]?.domain == .linear)
  }
}
