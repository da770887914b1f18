internal import CYAML
import Diagnostics

/// One event of libyaml, with byte offsets of the source.
struct YAMLEvent {
  enum Kind {
    case streamStart, streamEnd
    case documentStart(isExplicit: Bool)
    case documentEnd
    case alias(String)
    case scalar(String, YAMLNode.ScalarStyle)
    case sequenceStart(isFlow: Bool)
    case sequenceEnd
    case mappingStart(isFlow: Bool)
    case mappingEnd
  }

  var kind: Kind
  var start: Int
  var end: Int
  /// An anchor or a tag stands before the value, inside `start..<end`.
  var hasProperties = false
}

/// Where and why libyaml gave up.
struct YAMLFailure: Error {
  var problem: String
  var context: String
  var problemOffset: Int
  var contextOffset: Int?
}

/// Reads the events of one text.
///
/// - Throws: `YAMLFailure` once; the reader must not be used after that.
struct YAMLEventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let event: UnsafeMutablePointer<yaml_event_t>
  private let text: YAMLText

  /// The buffer must outlive the reader and hold `text.bytes`.
  init(_ text: YAMLText, buffer: UnsafeBufferPointer<UInt8>) {
    self.text = text
    parser = .allocate(capacity: 1)
    event = .allocate(capacity: 1)
    yaml_parser_initialize(parser)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    event.deallocate()
  }

  mutating func next() throws(YAMLFailure) -> YAMLEvent {
    guard yaml_parser_parse(parser, event) == 1 else { throw failure() }
    defer { yaml_event_delete(event) }
    let start = text.offset(ofCharacter: event.pointee.start_mark.index)
    let end = text.offset(ofCharacter: event.pointee.end_mark.index)
    var hasProperties = false
    let kind: YAMLEvent.Kind
    switch event.pointee.type {
    case YAML_STREAM_START_EVENT: kind = .streamStart
    case YAML_DOCUMENT_START_EVENT:
      kind = .documentStart(isExplicit: event.pointee.data.document_start.implicit == 0)
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_ALIAS_EVENT: kind = .alias(string(event.pointee.data.alias.anchor))
    case YAML_SCALAR_EVENT:
      let scalar = event.pointee.data.scalar
      hasProperties = scalar.anchor != nil || scalar.tag != nil
      let value = YAMLText.decode(UnsafeBufferPointer(start: scalar.value, count: scalar.length))
      kind = .scalar(value, Self.style(scalar.style))
    case YAML_SEQUENCE_START_EVENT:
      let sequence = event.pointee.data.sequence_start
      hasProperties = sequence.anchor != nil || sequence.tag != nil
      kind = .sequenceStart(isFlow: sequence.style == YAML_FLOW_SEQUENCE_STYLE)
    case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      let mapping = event.pointee.data.mapping_start
      hasProperties = mapping.anchor != nil || mapping.tag != nil
      kind = .mappingStart(isFlow: mapping.style == YAML_FLOW_MAPPING_STYLE)
    case YAML_MAPPING_END_EVENT: kind = .mappingEnd
    default: kind = .streamEnd
    }
    return YAMLEvent(kind: kind, start: start, end: end, hasProperties: hasProperties)
  }

  private func failure() -> YAMLFailure {
    let state = parser.pointee
    let hasContext = state.context != nil
    return YAMLFailure(
      problem: state.problem.map { String(cString: $0) } ?? "",
      context: state.context.map { String(cString: $0) } ?? "",
      problemOffset: text.offset(ofCharacter: state.problem_mark.index),
      contextOffset: hasContext ? text.offset(ofCharacter: state.context_mark.index) : nil)
  }

  private func string(_ bytes: UnsafeMutablePointer<UInt8>?) -> String {
    guard let bytes else { return "" }
    var count = 0
    while bytes[count] != 0 { count += 1 }
    return YAMLText.decode(UnsafeBufferPointer(start: bytes, count: count))
  }

  private static func style(_ style: yaml_scalar_style_t) -> YAMLNode.ScalarStyle {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: .literal
    case YAML_FOLDED_SCALAR_STYLE: .folded
    default: .plain
    }
  }
}
