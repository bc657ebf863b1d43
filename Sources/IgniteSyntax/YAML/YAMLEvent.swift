/// One event of a YAML stream, its place in bytes.
struct YAMLEvent {
  enum Kind {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias(String)
    case scalar(String, YAMLScalarStyle)
    case sequenceStart(isFlow: Bool)
    case mappingStart(isFlow: Bool)
    case collectionEnd
  }

  var kind: Kind
  var anchor: String?
  var tag: String?
  var span: Span
}

/// How a scalar is written.
enum YAMLScalarStyle: Hashable, Sendable {
  case plain
  case singleQuoted
  case doubleQuoted
  case literal
  case folded
}

/// Why a YAML stream cannot be read further.
struct YAMLFailure: Error {
  var problem: String
  var offset: Int
  var context: String
  var contextOffset: Int?
}
