/// The place of a value in a config document: keys and element numbers from the root down.
public struct ConfigPath: Hashable, Sendable, CustomStringConvertible {
  /// One step down.
  public enum Component: Hashable, Sendable {
    /// Into the member of a table.
    case key(String)
    /// Into the element of an array, counted from zero.
    case index(Int)
  }

  /// The steps from the root.
  public var components: [Component]

  /// Makes a path from its steps.
  public init(_ components: [Component] = []) {
    self.components = components
  }

  /// The path of the whole document.
  public static let root = ConfigPath()

  /// The path of a member of the table at this path.
  public func appending(_ key: String) -> ConfigPath { appending(.key(key)) }

  /// The path of an element of the array at this path.
  public func appending(_ index: Int) -> ConfigPath { appending(.index(index)) }

  private func appending(_ component: Component) -> ConfigPath {
    var longer: [Component] = []
    longer.reserveCapacity(components.count + 1)
    longer.append(contentsOf: components)
    longer.append(component)
    return ConfigPath(longer)
  }

  /// The path without its last step; the root stays the root.
  public var parent: ConfigPath { ConfigPath(Array(components.dropLast())) }

  /// The last step, absent at the root.
  public var last: Component? { components.last }

  /// The path as a person writes it: `services[0].ports.rest`; keys that are not bare are quoted.
  public var description: String {
    var text = ""
    for component in components {
      switch component {
      case .index(let index): text += "[\(index)]"
      case .key(let key):
        if !text.isEmpty { text += "." }
        text += Self.isBare(key) ? key : Self.quoted(key)
      }
    }
    return text
  }

  private static func isBare(_ key: String) -> Bool {
    !key.isEmpty
      && key.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x5F
      }
  }

  private static func quoted(_ key: String) -> String {
    var text = "\""
    for scalar in key.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
