/// A part of a compiled template: names are places in the frame, encoders are resolved.
indirect enum TemplateNode: Sendable {
  /// Bytes that go to the output as they are.
  case text([UInt8])
  /// A value in its encoding.
  case hole(TemplateAccess, Encoder, TemplateSite)
  /// The body once for each element, the element at `slot` and the loop's facts at `facts`.
  case loop(TemplateAccess, slot: Int, facts: Int, body: [TemplateNode])
  /// The body of the first branch whose condition holds.
  case choice([TemplateBranch])
  /// The lines of the body in their order, each once.
  case sorted([TemplateNode])
  /// The fragments that entries add here, each line after the given blanks.
  case slot(TemplateSlot)
}

/// One way a choice can go.
struct TemplateBranch: Sendable {
  var condition: TemplateCondition
  var body: [TemplateNode]
}

/// When a branch is taken.
enum TemplateCondition: Sendable {
  /// In every case: the branch of `else`.
  case always
  /// The value is there and neither false nor empty, or the opposite.
  case truth(TemplateAccess, isNegated: Bool)
  /// The value is the text, or is not.
  case equality(TemplateAccess, String, isNegated: Bool)
  /// The list holds the text.
  case membership(TemplateAccess, String)

  func holds(in frame: [TemplateValue]) -> Bool {
    switch self {
    case .always: return true
    case .truth(let access, let isNegated): return access.value(in: frame).isTruthy != isNegated
    case .equality(let access, let text, let isNegated):
      guard case .text(let value) = access.value(in: frame) else { return isNegated }
      return (value == text) != isNegated
    case .membership(let access, let text):
      guard case .list(let elements) = access.value(in: frame) else { return false }
      return elements.contains { if case .text(text) = $0 { true } else { false } }
    }
  }
}

/// A place where entries can add text.
public struct TemplateSlot: Hashable, Sendable {
  /// The name that fragments are filed under.
  public var name: String
  /// The language of the file.
  public var language: Language
  /// The scopes that are bound here, as positions in the vocabulary.
  public var boundScopes: Set<Int>
  /// The blanks before each line.
  var indent: [UInt8]
  /// Where it stands.
  var site: TemplateSite
}

/// A way to a value: a place in the frame and members below it.
struct TemplateAccess: Sendable {
  var slot: Int
  var members: [Int]
  var text: String

  func value(in frame: [TemplateValue]) -> TemplateValue {
    if members.isEmpty { return frame[slot] }
    guard case .record(var record) = frame[slot] else { return .absent }
    for member in members.dropLast() {
      guard case .record(let next) = record[member] else { return .absent }
      record = next
    }
    return record[members[members.count - 1]]
  }
}
