/// Writes values so that they are data in one language, whatever they hold.
struct Encoder: Sendable {
  /// Appends the value's text to the bytes, or says why it cannot be written and appends nothing that
  /// counts.
  typealias Write = @Sendable (TemplateValue, inout [UInt8]) -> Refusal?

  /// The name templates use: `rust.str`.
  let name: String
  /// Where its output belongs.
  let dialect: Dialect
  /// The shapes it takes.
  let accepts: Set<Shape>
  /// What has to stand around the hole.
  let placement: HolePlacement
  /// The encoding.
  let write: Write

  /// An encoder of texts.
  static func text(
    _ name: String, _ dialect: Dialect, _ placement: HolePlacement = .anywhere,
    write: @escaping @Sendable (String, inout [UInt8]) -> Refusal?
  ) -> Encoder {
    Encoder(name: name, dialect: dialect, accepts: [.text], placement: placement) { value, out in
      guard case .text(let text) = value else { return Refusal("there is no text") }
      return write(text, &out)
    }
  }

  /// Whole and fractional numbers, written alike in all languages.
  static func number(_ name: String, _ dialect: Dialect) -> Encoder {
    Encoder(name: name, dialect: dialect, accepts: [.number, .decimal], placement: .anywhere) {
      value, out in
      switch value {
      case .number(let number): out += String(number).utf8
      case .decimal(let number) where number.isFinite: out += number.description.utf8
      case .decimal: return Refusal("it is not finite")
      default: return Refusal("there is no number")
      }
      return nil
    }
  }

  /// `true` and `false`, or the words of a language that has others.
  static func flag(
    _ name: String, _ dialect: Dialect, _ words: (yes: String, no: String) = ("true", "false")
  ) -> Encoder {
    Encoder(name: name, dialect: dialect, accepts: [.flag], placement: .anywhere) { value, out in
      guard case .flag(let flag) = value else { return Refusal("there is no truth value") }
      out += (flag ? words.yes : words.no).utf8
      return nil
    }
  }
}

/// Why an encoder does not write a value.
struct Refusal: Error, Hashable, Sendable {
  /// The reason in lower case, to follow a colon.
  var reason: String

  /// Takes the reason.
  init(_ reason: String) {
    self.reason = reason
  }
}
