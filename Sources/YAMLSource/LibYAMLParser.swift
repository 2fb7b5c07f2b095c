internal import CLibYAML
internal import Glibc

/// A libyaml parser over one text, event by event: the only place that calls libyaml.
///
/// What libyaml decodes may be secret, and it frees memory as it is; so an event's value, the
/// values of tokens that did not become events, and the input buffers are overwritten here first.
@safe
struct LibYAMLParser: ~Copyable {
  /// An event with the marks that libyaml gives it, in Unicode scalars.
  struct Event {
    enum Kind {
      case streamStart, streamEnd, documentStart, documentEnd
      case scalar, alias, collectionStart, collectionEnd
    }
    let kind: Kind
    /// For scalars and the beginnings of collections.
    var nodeKind = NodeRecord.Kind.absent
    let start: Int
    let end: Int
    var hasAnchor = false
    var hasTag = false
  }

  /// What libyaml could not read, in its own words.
  struct Failure: Error {
    enum Kind { case character, grammar, memory }
    let kind: Kind
    let problem: String
    /// In Unicode scalars; in bytes when a character is not allowed.
    let mark: Int
    /// What it was doing, and since which mark.
    let context: String?
    let contextMark: Int
  }

  @safe
  private struct State {
    var parser = unsafe yaml_parser_t()
    var event = unsafe yaml_event_t()
  }
  private let state: UnsafeMutablePointer<State>
  /// The length of the text.
  private(set) var byteCount: Int

  /// Gives an idle parser, else a new one, bytes, at least one, that stay where they are as long as
  /// it lives or until it is reset; nil when there is no memory.
  static func make(
    _ bytes: UnsafeBufferPointer<UInt8>, reusing idle: consuming LibYAMLParser?
  ) -> LibYAMLParser? {
    guard let text = bytes.baseAddress, var parser = idle ?? make() else { return nil }
    unsafe parser.begin(text, bytes.count)
    return parser
  }

  private static func make() -> LibYAMLParser? {
    let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
    unsafe state.initialize(to: State())
    guard unsafe yaml_parser_initialize(&state.pointee.parser) == 1 else {
      unsafe state.deallocate()
      return nil
    }
    return unsafe LibYAMLParser(state: state)
  }

  private init(state: UnsafeMutablePointer<State>) {
    unsafe self.state = state
    byteCount = 0
  }

  deinit {
    wipe()
    unsafe yaml_parser_delete(&state.pointee.parser)
    unsafe state.deallocate()
  }

  /// Overwrites what the text has left.
  private func wipe() {
    deleteEvent()
    wipeTokens()
    unsafe wipe(state.pointee.parser.raw_buffer.start, state.pointee.parser.raw_buffer.end)
    unsafe wipe(state.pointee.parser.buffer.start, state.pointee.parser.buffer.end)
  }

  /// Ends with a text: overwrites what it has left, and makes the parser as a new one.
  ///
  /// libyaml has no call for that. Its buffers of 64 KiB would be allocated, and with them
  /// overwritten by the C library twice, for every text: more than it takes to read a small one.
  ///
  /// - Returns: Whether the parser can serve for another text: after the whole text, with no part
  ///   of it left, and with the one libyaml whose fields these are.
  mutating func reset() -> Bool {
    wipe()
    let old = unsafe state.pointee.parser
    guard Self.isKnownVersion, unsafe old.stream_end_produced != 0,
      unsafe old.tokens.head == old.tokens.tail,
      unsafe old.tag_directives.start == old.tag_directives.top
    else { return false }
    var new = unsafe yaml_parser_t()
    unsafe new.raw_buffer.start = old.raw_buffer.start
    unsafe new.raw_buffer.pointer = old.raw_buffer.start
    unsafe new.raw_buffer.last = old.raw_buffer.start
    unsafe new.raw_buffer.end = old.raw_buffer.end
    unsafe new.buffer.start = old.buffer.start
    unsafe new.buffer.pointer = old.buffer.start
    unsafe new.buffer.last = old.buffer.start
    unsafe new.buffer.end = old.buffer.end
    unsafe new.tokens.start = old.tokens.start
    unsafe new.tokens.head = old.tokens.start
    unsafe new.tokens.tail = old.tokens.start
    unsafe new.tokens.end = old.tokens.end
    unsafe new.indents.start = old.indents.start
    unsafe new.indents.top = old.indents.start
    unsafe new.indents.end = old.indents.end
    unsafe new.simple_keys.start = old.simple_keys.start
    unsafe new.simple_keys.top = old.simple_keys.start
    unsafe new.simple_keys.end = old.simple_keys.end
    unsafe new.states.start = old.states.start
    unsafe new.states.top = old.states.start
    unsafe new.states.end = old.states.end
    unsafe new.marks.start = old.marks.start
    unsafe new.marks.top = old.marks.start
    unsafe new.marks.end = old.marks.end
    unsafe new.tag_directives.start = old.tag_directives.start
    unsafe new.tag_directives.top = old.tag_directives.start
    unsafe new.tag_directives.end = old.tag_directives.end
    unsafe state.pointee.parser = new
    byteCount = 0
    return true
  }

  /// libyaml has been at 0.2.5 since 2020.
  private static let isKnownVersion: Bool = {
    var version: (CInt, CInt, CInt) = (0, 0, 0)
    unsafe yaml_get_version(&version.0, &version.1, &version.2)
    return version == (0, 2, 5)
  }()

  /// Begins with bytes, at least one, that stay where they are until the parser is reset or gone.
  private mutating func begin(_ text: UnsafePointer<UInt8>, _ count: Int) {
    unsafe yaml_parser_set_encoding(&state.pointee.parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(&state.pointee.parser, text, count)
    byteCount = count
  }

  /// Overwrites a buffer as far as a text of this length can have reached.
  private func wipe(
    _ start: UnsafeMutablePointer<UInt8>?, _ end: UnsafeMutablePointer<UInt8>?
  ) {
    guard let start = unsafe start, let end = unsafe end else { return }
    unsafe memset(start, 0, min(end - start, byteCount + 8))
  }

  private func wipeTokens() {
    guard var token = unsafe state.pointee.parser.tokens.head,
      let tail = unsafe state.pointee.parser.tokens.tail
    else { return }
    while unsafe token < tail {
      if unsafe token.pointee.type == YAML_SCALAR_TOKEN {
        unsafe memset(token.pointee.data.scalar.value, 0, token.pointee.data.scalar.length)
      }
      unsafe token += 1
    }
  }

  private func deleteEvent() {
    if unsafe state.pointee.event.type == YAML_SCALAR_EVENT,
      let value = unsafe state.pointee.event.data.scalar.value
    {
      unsafe memset(value, 0, state.pointee.event.data.scalar.length)
    }
    unsafe yaml_event_delete(&state.pointee.event)
  }

  /// Reads the next event; what the one before lent is gone then.
  mutating func next() throws(Failure) -> Event {
    deleteEvent()
    guard unsafe yaml_parser_parse(&state.pointee.parser, &state.pointee.event) == 1 else {
      throw failure()
    }
    let start = unsafe Int(state.pointee.event.start_mark.index)
    let end = unsafe Int(state.pointee.event.end_mark.index)
    switch unsafe state.pointee.event.type {
    case YAML_STREAM_START_EVENT: return Event(kind: .streamStart, start: start, end: end)
    case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, start: start, end: end)
    case YAML_DOCUMENT_END_EVENT: return Event(kind: .documentEnd, start: start, end: end)
    case YAML_ALIAS_EVENT:
      return Event(kind: .alias, start: start, end: end, hasAnchor: true)
    case YAML_SCALAR_EVENT:
      let scalar = unsafe state.pointee.event.data.scalar
      return unsafe Event(
        kind: .scalar, nodeKind: Self.kind(scalar.style, isEmpty: scalar.length == 0),
        start: start, end: end, hasAnchor: scalar.anchor != nil, hasTag: scalar.tag != nil)
    case YAML_MAPPING_START_EVENT:
      let mapping = unsafe state.pointee.event.data.mapping_start
      let isFlow = unsafe mapping.style == YAML_FLOW_MAPPING_STYLE
      return unsafe Event(
        kind: .collectionStart, nodeKind: isFlow ? .flowMapping : .blockMapping, start: start,
        end: end, hasAnchor: mapping.anchor != nil, hasTag: mapping.tag != nil)
    case YAML_SEQUENCE_START_EVENT:
      let sequence = unsafe state.pointee.event.data.sequence_start
      let isFlow = unsafe sequence.style == YAML_FLOW_SEQUENCE_STYLE
      return unsafe Event(
        kind: .collectionStart, nodeKind: isFlow ? .flowSequence : .blockSequence, start: start,
        end: end, hasAnchor: sequence.anchor != nil, hasTag: sequence.tag != nil)
    case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
      return Event(kind: .collectionEnd, start: start, end: end)
    default: return Event(kind: .streamEnd, start: start, end: end)
    }
  }

  private func failure() -> Failure {
    let parser = unsafe state.pointee.parser
    let kind: Failure.Kind =
      switch unsafe parser.error {
      case YAML_READER_ERROR: .character
      case YAML_MEMORY_ERROR: .memory
      default: .grammar
      }
    let problem = unsafe parser.problem.map { unsafe String(cString: $0) }
    return unsafe Failure(
      kind: kind, problem: problem ?? "this is not YAML",
      mark: Int(kind == .character ? parser.problem_offset : parser.problem_mark.index),
      context: parser.context.map { unsafe String(cString: $0) },
      contextMark: Int(parser.context_mark.index))
  }

  /// An empty plain scalar is one that is not there.
  private static func kind(_ style: yaml_scalar_style_t, isEmpty: Bool) -> NodeRecord.Kind {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: .literal
    case YAML_FOLDED_SCALAR_STYLE: .folded
    default: isEmpty ? .absent : .plain
    }
  }

  /// Lends the decoded value of the current event, a scalar.
  func withValue<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    guard unsafe state.pointee.event.type == YAML_SCALAR_EVENT,
      let value = unsafe state.pointee.event.data.scalar.value
    else { return body(Span()) }
    return unsafe body(Span(_unsafeStart: value, count: state.pointee.event.data.scalar.length))
  }

  /// Lends the current event's tag, its handle resolved.
  func withTag<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    let data = unsafe state.pointee.event.data
    let tag: UnsafeMutablePointer<UInt8>? =
      switch unsafe state.pointee.event.type {
      case YAML_SCALAR_EVENT: unsafe data.scalar.tag
      case YAML_MAPPING_START_EVENT: unsafe data.mapping_start.tag
      case YAML_SEQUENCE_START_EVENT: unsafe data.sequence_start.tag
      default: nil
      }
    guard let tag = unsafe tag else { return body(Span()) }
    let length = unsafe strlen(UnsafeRawPointer(tag).assumingMemoryBound(to: CChar.self))
    return unsafe body(Span(_unsafeStart: tag, count: length))
  }

  /// The anchor of the current event, or the name of an alias.
  var anchor: String? {
    let data = unsafe state.pointee.event.data
    let name: UnsafeMutablePointer<UInt8>? =
      switch unsafe state.pointee.event.type {
      case YAML_SCALAR_EVENT: unsafe data.scalar.anchor
      case YAML_MAPPING_START_EVENT: unsafe data.mapping_start.anchor
      case YAML_SEQUENCE_START_EVENT: unsafe data.sequence_start.anchor
      case YAML_ALIAS_EVENT: unsafe data.alias.anchor
      default: nil
      }
    return unsafe name.map { unsafe String(cString: $0) }
  }
}
