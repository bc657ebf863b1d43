import CYAML

/// Reads the events of a UTF-8 text with libyaml and turns its character counts into byte offsets.
struct YAMLEventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let base: Int
  private var cursor: CharacterCursor

  /// Starts after a byte order mark of length `base`; the bytes must outlive the reader.
  init(_ bytes: UnsafeBufferPointer<UInt8>, from base: Int) {
    parser = .allocate(capacity: 1)
    self.base = base
    cursor = CharacterCursor(bytes: bytes, offset: base)
    let isReady = yaml_parser_initialize(parser) == 1
    precondition(isReady, "libyaml is out of memory")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    let start = bytes.baseAddress.map { $0 + base }
    yaml_parser_set_input_string(parser, start, bytes.count - base)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// The next event, or why there is none.
  mutating func next() -> Result<YAMLEvent, YAMLFailure> {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { return .failure(failure()) }
    defer { yaml_event_delete(&event) }
    let start = cursor.offset(of: event.start_mark.index)
    let end = cursor.offset(of: event.end_mark.index)
    var (anchor, tag): (String?, String?)
    let kind = kind(of: event, &anchor, &tag)
    return .success(
      YAMLEvent(kind: kind, anchor: anchor, tag: tag, span: Span(start, max(start, end))))
  }

  private func kind(
    of event: yaml_event_t, _ anchor: inout String?, _ tag: inout String?
  ) -> YAMLEvent.Kind {
    switch event.type {
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_STREAM_END_EVENT: return .streamEnd
    case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      (anchor, tag) = (text(scalar.anchor), text(scalar.tag))
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return .scalar(String(decoding: bytes, as: UTF8.self), style(scalar.style))
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      (anchor, tag) = (text(start.anchor), text(start.tag))
      return .sequenceStart(isFlow: start.style == YAML_FLOW_SEQUENCE_STYLE)
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      (anchor, tag) = (text(start.anchor), text(start.tag))
      return .mappingStart(isFlow: start.style == YAML_FLOW_MAPPING_STYLE)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .collectionEnd
    default: return .streamStart
    }
  }

  private func style(_ style: yaml_scalar_style_t) -> YAMLScalarStyle {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: .literal
    case YAML_FOLDED_SCALAR_STYLE: .folded
    default: .plain
    }
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private mutating func failure() -> YAMLFailure {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "the parser is out of memory"
    if state.error == YAML_READER_ERROR {
      let offset = base + state.problem_offset
      return YAMLFailure(problem: problem, offset: offset, context: "", contextOffset: nil)
    }
    let context = state.context.map { String(cString: $0) } ?? ""
    let start = context.isEmpty ? nil : cursor.offset(of: state.context_mark.index)
    return YAMLFailure(
      problem: problem, offset: cursor.offset(of: state.problem_mark.index), context: context,
      contextOffset: start)
  }
}

/// Turns character counts into byte offsets; marks lie close together, so it walks.
private struct CharacterCursor {
  let bytes: UnsafeBufferPointer<UInt8>
  var index = 0
  var offset: Int

  init(bytes: UnsafeBufferPointer<UInt8>, offset: Int) {
    self.bytes = bytes
    self.offset = offset
  }

  mutating func offset(of target: Int) -> Int {
    while index < target, offset < bytes.count {
      index += 1
      repeat { offset += 1 } while offset < bytes.count && bytes[offset] & 0xC0 == 0x80
    }
    while index > target, offset > 0 {
      index -= 1
      repeat { offset -= 1 } while offset > 0 && bytes[offset] & 0xC0 == 0x80
    }
    return offset
  }
}
