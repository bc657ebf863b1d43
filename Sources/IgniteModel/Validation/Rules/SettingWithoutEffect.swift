public import IgniteSyntax

/// What is asked for is made.
public struct SettingWithoutEffect: ValidationRule {
  /// `setting-without-effect`.
  public static let code: Diagnostic.Code = "setting-without-effect"

  /// The rule in one sentence.
  public static let summary = "What is asked for is made."

  /// Why some settings are only checked.
  public static let explanation = """
    Some keys say what the platform must keep to, and the rules hold them against the rest of the \
    architecture, but no file is generated from them. Whoever sets one gets its checks and must \
    see to the thing itself.

    Wrong: to rely on `[security] mtls = true` for certificates between services. It only refuses \
    runtimes that could not show one.

    Right: the key with its own certificates beside the generated files, or without the key.
    """

  /// Makes the rule.
  public init() {}

  /// One warning for each value in a file, other than the default, that is only checked.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    Self.checkedOnly.flatMap { declaration -> [Diagnostic] in
      let path = declaration.path.description
      guard declaration.path.isBelowService else {
        return told(index.architecture.settings[path], declaration)
      }
      let own = String(path.dropFirst("services[].".count))
      return index.services.flatMap { told($0.settings[own], declaration) }
    }
  }

  private static let checkedOnly = Schema.core.declarations.filter { $0.effect == .checkedOnly }

  private func told(
    _ value: Sourced<ConfigValue>?, _ declaration: KeyDeclaration
  ) -> [Diagnostic] {
    guard let value, case .file = value.provenance, value.value != declaration.defaultValue else {
      return []
    }
    let key = declaration.path.description.replacing("[]", with: "")
    var diagnostic = warning(
      "`\(key)` is only checked: nothing is generated from it", at: value,
      label: "changes no file")
    diagnostic.notes.append("see to it beside the generated files, or leave the key out")
    return [diagnostic]
  }
}
