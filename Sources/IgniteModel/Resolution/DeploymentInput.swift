public import IgniteSyntax

/// A variable of the config that is not replaced when generating but given to each deployment.
public struct DeploymentInput: Sendable {
  /// The variable's name.
  public var name: String
  /// The value without one, if the config gives a default.
  public var defaultValue: String?
  /// What the config says to somebody who gives none.
  public var message: String?
  /// The keys whose values it stands in, in the order of their paths.
  public var uses: [ConfigPath]

  /// The variables of an architecture by name; the first use that gives a default or a message counts.
  static func inputs(of architecture: Architecture) -> [DeploymentInput] {
    var inputs: [String: DeploymentInput] = [:]
    for settings in [architecture.settings] + architecture.services.map(\.settings) {
      for (_, entry) in settings.carried { add(entry.node, at: entry.path, to: &inputs) }
    }
    return inputs.values.sorted { $0.name < $1.name }
  }

  private static func add(
    _ node: DocumentNode, at path: ConfigPath, to inputs: inout [String: DeploymentInput]
  ) {
    switch node.content {
    case .string(let text):
      for variable in (try? Interpolation(text))?.variables ?? [] {
        add(variable, at: path, to: &inputs)
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        add(element, at: path.appending(index), to: &inputs)
      }
    default: break
    }
  }

  private static func add(
    _ variable: Interpolation.Variable, at path: ConfigPath,
    to inputs: inout [String: DeploymentInput]
  ) {
    var input = inputs[variable.name] ?? DeploymentInput(name: variable.name, uses: [])
    input.defaultValue = input.defaultValue ?? variable.fallback
    input.message = input.message ?? variable.message
    input.uses.append(path)
    inputs[variable.name] = input
  }
}
