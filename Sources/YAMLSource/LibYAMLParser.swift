internal import CLibYAML

/// A libyaml parser over one text, event by event: the only place that calls libyaml.
@safe
struct LibYAMLParser: ~Copyable {
  /// An event with the marks that libyaml gives it, in Unicode scalars.
  struct Event {
    enum Kind {
      case streamStart, streamEnd, documentStart, documentEnd
      case scalar(ScalarStyle), alias, mappingStart(isFlow: Bool), mappingEnd
      case sequenceStart(isFlow: Bool), sequenceEnd
    }
    let kind: Kind
    let start: Int
    let end: Int
    let hasAnchor: Bool
    let hasTag: Bool
    /// The anchor of a node or the name of an alias.
    let anchor: String?
  }

  private let parser: UnsafeMutablePointer<yaml_parser_t>

  /// Makes a parser over bytes that stay where they are as long as it lives.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: yaml_parser_t())
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.deallocate()
      return nil
    }
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
  }

  /// What libyaml could not read: its own words and the mark.
  struct Failure: Error {
    let isEncoding: Bool
    let problem: String
    /// In Unicode scalars; for an encoding error in bytes.
    let mark: Int
  }

  /// The next event; `keep` gets a scalar's decoded value, which is overwritten afterwards.
  mutating func next(_ keep: (Span<UInt8>) -> Void) throws(Failure) -> Event {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else {
      let isEncoding = unsafe parser.pointee.error == YAML_READER_ERROR
      let mark =
        unsafe isEncoding
        ? Int(parser.pointee.problem_offset) : Int(parser.pointee.problem_mark.index)
      let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) }
      throw Failure(isEncoding: isEncoding, problem: problem ?? "not YAML", mark: mark)
    }
    defer { unsafe yaml_event_delete(&event) }
    let start = unsafe Int(event.start_mark.index)
    let end = unsafe Int(event.end_mark.index)
    var anchor: UnsafeMutablePointer<yaml_char_t>?
    var tag: UnsafeMutablePointer<yaml_char_t>?
    let kind: Event.Kind
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: kind = .streamStart
    case YAML_STREAM_END_EVENT: kind = .streamEnd
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_ALIAS_EVENT:
      unsafe anchor = event.data.alias.anchor
      kind = .alias
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      unsafe anchor = scalar.anchor
      unsafe tag = scalar.tag
      kind = unsafe .scalar(Self.style(scalar.style))
      if let value = unsafe scalar.value {
        let length = unsafe scalar.length
        unsafe keep(Span(_unsafeStart: value, count: length))
        // libyaml frees the value as it is.
        for index in 0..<length { unsafe value[index] = 0 }
      }
    case YAML_MAPPING_START_EVENT:
      let mapping = unsafe event.data.mapping_start
      unsafe anchor = mapping.anchor
      unsafe tag = mapping.tag
      kind = unsafe .mappingStart(isFlow: mapping.style == YAML_FLOW_MAPPING_STYLE)
    case YAML_SEQUENCE_START_EVENT:
      let sequence = unsafe event.data.sequence_start
      unsafe anchor = sequence.anchor
      unsafe tag = sequence.tag
      kind = unsafe .sequenceStart(isFlow: sequence.style == YAML_FLOW_SEQUENCE_STYLE)
    case YAML_MAPPING_END_EVENT: kind = .mappingEnd
    case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
    default: throw Failure(isEncoding: false, problem: "not YAML", mark: start)
    }
    let name = unsafe anchor.map { unsafe String(cString: $0) }
    return unsafe Event(
      kind: kind, start: start, end: end, hasAnchor: anchor != nil, hasTag: tag != nil,
      anchor: name)
  }

  private static func style(_ style: yaml_scalar_style_t) -> ScalarStyle {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: .literal
    case YAML_FOLDED_SCALAR_STYLE: .folded
    default: .plain
    }
  }
}

extension Span where Element == UInt8 {
  /// Lends the bytes to an initialiser of text.
  func withUnsafeBufferPointerForText<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    unsafe withUnsafeBufferPointer { unsafe body($0) }
  }
}
