import Foundation

/// Checks decoded JSON against the part of JSON Schema draft-07 that our shape files use.
public struct SchemaValidator {
  private let root: [String: Any]

  /// Takes a decoded schema.
  public init(root: [String: Any]) { self.root = root }

  /// What does not fit, each with its place; empty when everything fits.
  public func problems(of value: Any) -> [String] { problems(of: value, root, at: "$") }

  private func problems(of value: Any, _ schema: [String: Any], at path: String) -> [String] {
    if let reference = schema["$ref"] as? String {
      return problems(of: value, definition(reference), at: path)
    }
    var found: [String] = []
    if let type = schema["type"] as? String, !isOf(type, value) {
      return ["\(path): not of type \(type)"]
    }
    if let allowed = schema["enum"] as? [String], !allowed.contains(value as? String ?? "") {
      found.append("\(path): not one of \(allowed)")
    }
    if let minimum = schema["minimum"] as? Int, let number = value as? Int, number < minimum {
      found.append("\(path): below \(minimum)")
    }
    if let pattern = schema["pattern"] as? String, let text = value as? String,
      text.range(of: pattern, options: .regularExpression) == nil
    {
      found.append("\(path): does not match")
    }
    if let object = value as? [String: Any] { found += members(of: object, schema, path) }
    if let array = value as? [Any] { found += elements(of: array, schema, path) }
    return found
  }

  private func members(
    of object: [String: Any], _ schema: [String: Any], _ path: String
  ) -> [String] {
    let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
    let required = schema["required"] as? [String] ?? []
    var found = required.filter { object[$0] == nil }.map { "\(path): lacks \($0)" }
    for (name, member) in object {
      if let schema = properties[name] {
        found += problems(of: member, schema, at: "\(path).\(name)")
      } else if schema["additionalProperties"] as? Bool == false {
        found.append("\(path): has \(name)")
      }
    }
    return found
  }

  private func elements(of array: [Any], _ schema: [String: Any], _ path: String) -> [String] {
    var found: [String] = []
    if array.count < schema["minItems"] as? Int ?? 0 { found.append("\(path): too few elements") }
    if schema["uniqueItems"] as? Bool == true, NSSet(array: array).count != array.count {
      found.append("\(path): repeats an element")
    }
    guard let items = schema["items"] as? [String: Any] else { return found }
    for (index, element) in array.enumerated() {
      found += problems(of: element, items, at: "\(path)[\(index)]")
    }
    return found
  }

  private func isOf(_ type: String, _ value: Any) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "integer": value is Int
    case "boolean": value is Bool
    default: false
    }
  }

  private func definition(_ reference: String) -> [String: Any] {
    let name = reference.split(separator: "/").last.map(String.init) ?? ""
    return (root["definitions"] as? [String: [String: Any]])?[name] ?? [:]
  }
}
