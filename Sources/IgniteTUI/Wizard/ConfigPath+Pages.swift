import IgniteModel
import IgniteSyntax

extension ConfigPath {
  /// The keys joined by dots, as settings are called.
  var dotted: String {
    components.compactMap { if case .key(let key) = $0 { key } else { nil } }.joined(separator: ".")
  }

  /// The path without its first steps.
  func dropping(_ count: Int) -> ConfigPath { ConfigPath(Array(components.dropFirst(count))) }

  /// The place among the services, if the path leads to one or into one.
  var serviceIndex: Int? {
    guard components.count >= 2, components[0] == .key("services"),
      case .index(let index) = components[1]
    else { return nil }
    return index
  }

  /// The path of the service with a number.
  static func service(_ index: Int) -> ConfigPath {
    ConfigPath([.key("services"), .index(index)])
  }
}

extension Naming {
  /// What one element of a list or table is called: `entities` → `entity`.
  static func singular(of path: ConfigPath) -> String {
    guard case .key(let key)? = path.last else { return "element" }
    let words = key.split(separator: "_").joined(separator: " ")
    if words.hasSuffix("ies") { return words.dropLast(3) + "y" }
    return words.hasSuffix("s") ? String(words.dropLast()) : words
  }
}

extension DocumentNode {
  /// The text of the member `name`, or the text itself.
  var name: String? {
    if case .string(let text) = content { return text }
    guard case .string(let text)? = member("name")?.node.content else { return nil }
    return text
  }

  /// What a table holds, in a line.
  var summary: String {
    guard case .table(let members) = content else { return "" }
    if let fields = member("fields")?.node, case .table(let fields) = fields.content {
      return fields.map(\.key).joined(separator: ", ")
    }
    return members.filter { $0.key != "name" }.compactMap { member in
      switch member.node.content {
      case .table, .array: nil
      default: member.node.value.line
      }
    }.joined(separator: " · ")
  }
}

extension Analysis {
  /// The stretch of the text that belongs to the key or element at a path; for tables from the first to
  /// the last byte of what they hold.
  func area(of path: ConfigPath) -> Range<Int>? {
    guard let node = document.root.node(at: path) else { return nil }
    var area = node.area
    if case .key(let key)? = path.last,
      let member = document.root.node(at: path.parent)?.member(key)
    {
      area = min(area.lowerBound, member.keySpan.start)..<max(area.upperBound, member.keySpan.end)
    }
    return area
  }
}

extension DocumentNode {
  /// From the first to the last byte of the node and all below it.
  var area: Range<Int> {
    var (start, end) = (span.start, max(span.start, span.end))
    switch content {
    case .array(let elements):
      for element in elements { Self.widen(&start, &end, element.area) }
    case .table(let members):
      for member in members {
        Self.widen(
          &start, &end, member.keySpan.start..<max(member.keySpan.start, member.keySpan.end))
        Self.widen(&start, &end, member.node.area)
      }
    default: break
    }
    return start..<max(start + 1, end)
  }

  private static func widen(_ start: inout Int, _ end: inout Int, _ other: Range<Int>) {
    start = min(start, other.lowerBound)
    end = max(end, other.upperBound)
  }
}
