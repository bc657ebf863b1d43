/// What a written contract in Protocol Buffers offers, as far as others rely on it.
struct ProtoForm: Hashable, Sendable {
  /// A field of a message or a word of an enumeration.
  struct Field: Hashable, Sendable {
    var number: Int64
    /// Its type with `repeated` or `optional`; empty for a word.
    var type: String
  }

  /// A message or an enumeration.
  struct Block: Hashable, Sendable {
    var fields: [String: Field] = [:]
    /// The numbers that nothing may have any more.
    var reserved: Set<Int64> = []
    var isEnumeration = false
  }

  /// The package, which ends with the version.
  private(set) var package = ""
  /// Messages and enumerations by name, inner ones after the name of the outer one and a dot.
  private(set) var blocks: [String: Block] = [:]
  /// The methods with their services and types.
  private(set) var methods: Set<String> = []

  /// Reads a contract that was generated; absent when it is another text.
  init?(_ bytes: [UInt8]) {
    var names: [String] = []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let words = line.split(whereSeparator: { " ;".contains($0) }).map(String.init)
      guard let first = words.first, !first.hasPrefix("//") else { continue }
      if first == "}" {
        guard names.popLast() != nil else { return nil }
      } else if first == "package", words.count == 2 {
        package = words[1]
      } else if ["message", "enum", "service"].contains(first), words.count > 2 {
        names.append(words[1])
        if first != "service" {
          blocks[names.joined(separator: ".")] = Block(isEnumeration: first == "enum")
        }
        if line.hasSuffix("}") { names.removeLast() }
      } else if !names.isEmpty {
        read(words, in: names.joined(separator: "."))
      }
    }
    guard names.isEmpty, !package.isEmpty else { return nil }
  }

  private mutating func read(_ words: [String], in name: String) {
    if words[0] == "rpc" {
      methods.insert("\(name): \(words.dropFirst().joined(separator: " "))")
    } else if words[0] == "reserved" {
      let numbers = words.dropFirst().compactMap { Int64($0.filter { $0 != "," }) }
      blocks[name]?.reserved.formUnion(numbers)
    } else if let equals = words.firstIndex(of: "="), equals > 0, words.count > equals + 1,
      let number = Int64(words[equals + 1])
    {
      let type = words[..<(equals - 1)].joined(separator: " ")
      blocks[name]?.fields[words[equals - 1]] = Field(number: number, type: type)
    }
  }
}

/// The contracts in Protocol Buffers that the last run wrote, by the service that offers them.
public struct ProtoForms: Sendable {
  private let forms: [String: ProtoForm]

  init(_ forms: [String: ProtoForm] = [:]) { self.forms = forms }

  /// None, as for a platform that was never written.
  public static let none = ProtoForms()

  var isEmpty: Bool { forms.isEmpty }

  /// The contract of a service, whatever its version.
  func form(of service: String) -> ProtoForm? { forms[service] }

  /// The contract of a service; of another version than `version` nothing is to be kept.
  func form(of service: String, version: Int64) -> ProtoForm? {
    forms[service].flatMap { $0.package.hasSuffix(".v\(version)") ? $0 : nil }
  }

  /// The service that offers the contract at a path; absent where it is another file's.
  static func service(at path: String) -> String? {
    let parts = path.split(separator: "/")
    guard parts.count == 4, parts[0] == "services", parts[2] == "proto",
      parts[3] == "\(parts[1]).proto"
    else { return nil }
    return String(parts[1])
  }
}
