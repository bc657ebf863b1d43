import Foundation
import IgniteSyntax
import IgniteTestSupport

/// The cases of the yaml-test-suite.
enum YAMLSuite {
  struct Case {
    var name: String
    var source: Source
    var isInvalid: Bool
    var json: [UInt8]?
  }

  static func cases() throws -> [Case] {
    let folder = URL(fileURLWithPath: Fixtures.folder("../Data/yaml-test-suite"))
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    return try paths.filter { $0.hasSuffix("in.yaml") }.map { path in
      let file = folder.appendingPathComponent(path)
      let besides = file.deletingLastPathComponent()
      let json = try? Data(contentsOf: besides.appendingPathComponent("in.json"))
      let error = besides.appendingPathComponent("error").path
      return Case(
        name: path, source: Source(name: path, bytes: [UInt8](try Data(contentsOf: file))),
        isInvalid: FileManager.default.fileExists(atPath: error), json: json.map { [UInt8]($0) })
    }
  }

  /// Whether a value is the decoded JSON; members that are null in JSON are absent in a config.
  static func isSame(_ value: ConfigValue, _ json: Any) -> Bool {
    switch value {
    case .string(let text): return json as? String == text
    case .boolean(let flag): return json as? Bool == flag
    case .integer(let number): return (json as? NSNumber)?.int64Value == number
    case .float(let number): return (json as? NSNumber)?.doubleValue == number
    case .dateTime: return false
    case .array(let elements):
      guard let array = json as? [Any], array.count == elements.count else { return false }
      return zip(elements, array).allSatisfy { isSame($0, $1) }
    case .table(let members):
      if json is NSNull { return members.isEmpty }
      guard let object = json as? [String: Any] else { return false }
      let given = object.filter { !($0.value is NSNull) }
      return given.count == members.count
        && members.allSatisfy { member in
          given[member.key].map { isSame(member.value, $0) } ?? false
        }
    }
  }

  static func spans(of node: DocumentNode) -> [Span] {
    switch node.content {
    case .array(let elements): [node.span] + elements.flatMap(spans(of:))
    case .table(let members): [node.span] + members.flatMap { [$0.keySpan] + spans(of: $0.node) }
    default: [node.span]
    }
  }
}
