import Foundation
import IgniteSyntax
import IgniteTestSupport
import Testing

/// The files of toml-test that hold for one version of the language.
struct TOMLSuite: CustomTestStringConvertible {
  let version: TOMLVersion
  let validPaths: [String]
  let invalidPaths: [String]

  var testDescription: String { "\(version)" }

  static let folder = Fixtures.folder("Data/toml-test/tests")

  static let v1_0 = TOMLSuite(.v1_0, list: "files-toml-1.0.0")
  static let v1_1 = TOMLSuite(.v1_1, list: "files-toml-1.1.0")

  private init(_ version: TOMLVersion, list: String) {
    self.version = version
    let lines = Self.text(list).split(separator: "\n").map(String.init)
    let paths = lines.filter { $0.hasSuffix(".toml") }
    validPaths = paths.filter { $0.hasPrefix("valid/") }
    invalidPaths = paths.filter { $0.hasPrefix("invalid/") }
  }

  static func bytes(_ path: String) -> [UInt8] {
    FileManager.default.contents(atPath: folder + "/" + path).map(Array.init) ?? []
  }

  static func text(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }

  static func source(_ path: String) -> Source { Source(name: path, bytes: bytes(path)) }

  /// Every file of both lists once.
  static let allPaths: [String] =
    Set([v1_0, v1_1].flatMap { $0.validPaths + $0.invalidPaths }).sorted()

  /// The tagged values that the file must decode to.
  static func expectation(_ path: String) -> TaggedValue? {
    let json = bytes(path.replacingOccurrences(of: ".toml", with: ".json"))
    return (try? JSONSerialization.jsonObject(with: Data(json))).flatMap(TaggedValue.init)
  }
}

/// A value as toml-test spells it: every scalar with the name of its type.
indirect enum TaggedValue: Equatable {
  case scalar(type: String, text: String)
  case array([TaggedValue])
  case table([String: TaggedValue])

  init?(_ json: Any) {
    if let list = json as? [Any] {
      self = .array(list.compactMap(TaggedValue.init))
    } else if let object = json as? [String: Any] {
      if object.count == 2, let type = object["type"] as? String,
        let value = object["value"] as? String
      {
        self = .scalar(type: type, text: Self.normalized(value, type: type))
      } else {
        self = .table(object.compactMapValues(TaggedValue.init))
      }
    } else {
      return nil
    }
  }

  init(_ value: ConfigValue) {
    switch value {
    case .string(let text): self = .scalar(type: "string", text: text)
    case .integer(let number): self = .scalar(type: "integer", text: String(number))
    case .float(let number):
      self = .scalar(type: "float", text: Self.normalized(String(number), type: "float"))
    case .boolean(let flag): self = .scalar(type: "bool", text: String(flag))
    case .dateTime(let literal): self = Self.dateTime(literal)
    case .array(let elements): self = .array(elements.map(TaggedValue.init))
    case .table(let members):
      self = .table(
        Dictionary(members.map { ($0.key, TaggedValue($0.value)) }, uniquingKeysWith: { $1 }))
    }
  }

  private static func dateTime(_ literal: DateTimeLiteral) -> TaggedValue {
    let type =
      switch literal.kind {
      case .offsetDateTime: "datetime"
      case .localDateTime: "datetime-local"
      case .localDate: "date-local"
      case .localTime: "time-local"
      }
    return .scalar(type: type, text: normalized(literal.text, type: type))
  }

  /// Floats by value and fractions of seconds without trailing zeros.
  private static func normalized(_ text: String, type: String) -> String {
    if type == "float" {
      let number = Double(text) ?? .nan
      return number.isNaN ? "nan" : String(number)
    }
    guard type.hasPrefix("datetime") || type.hasPrefix("time") else { return text }
    guard let point = text.firstIndex(of: ".") else { return text }
    let fraction = text[text.index(after: point)...].prefix { $0.isNumber }
    let kept = String(fraction.reversed().drop { $0 == "0" }.reversed())
    return text[..<point] + (kept.isEmpty ? "" : "." + kept) + text[fraction.endIndex...]
  }
}
