import IgniteSyntax

/// What keys are worth when nothing is written, worked out once for a schema.
struct SchemaDefaults: Sendable {
  /// The values of the root's keys.
  let root: InheritedSettings
  private let serviceKeys: [KeyDeclaration]

  init(_ declarations: [KeyDeclaration]) {
    var values: [String: SettingsEntry] = [:]
    for declaration in declarations where !declaration.path.isBelowService {
      guard let value = declaration.defaultValue else { continue }
      let path = declaration.path.description
      values[path] = SettingsEntry(default: value, at: path)
    }
    root = InheritedSettings(values)
    serviceKeys = declarations.filter(\.hasFixedPathBelowService)
  }

  /// The values of the keys of services of one archetype in a platform with these settings.
  func service(of archetype: String, in platform: Settings) -> InheritedSettings {
    var values: [String: SettingsEntry] = [:]
    for key in serviceKeys where key.archetypes.isEmpty || key.archetypes.contains(archetype) {
      values[key.pathBelowService] = entry(for: key, in: platform)
    }
    return InheritedSettings(values)
  }

  private func entry(for key: KeyDeclaration, in platform: Settings) -> SettingsEntry? {
    if let parent = key.inherits { return platform.entry(parent.description) }
    return key.defaultValue.map { SettingsEntry(default: $0, at: key.pathBelowService) }
  }
}

extension KeyDeclaration {
  /// Whether it stands for one key of every service, and not for members or elements by any name.
  fileprivate var hasFixedPathBelowService: Bool {
    path.isBelowService
      && path.components.dropFirst(2).allSatisfy { if case .key = $0 { true } else { false } }
  }

  /// The path below the service.
  fileprivate var pathBelowService: String {
    String(path.description.dropFirst("services[].".count))
  }
}
