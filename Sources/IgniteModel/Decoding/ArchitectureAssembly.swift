import IgniteSyntax

/// Puts the layers of settings over each other and makes typed values of them.
struct ArchitectureAssembly {
  let schema: Schema
  var report: DecodingReport
  private var platform: Settings
  private var services: [Draft] = []
  private var indices: [String: Int] = [:]

  /// A service while its layers are put together.
  private struct Draft {
    var path: ConfigPath
    var span: Span
    var name: String?
    /// What the layers say, the strongest last.
    var assignments: [SettingsLayer.Assignment]
  }

  init(schema: Schema, layers: [SettingsLayer], report: DecodingReport) {
    self.schema = schema
    self.report = report
    platform = Settings(owner: .root, inherited: schema.defaults.root)
    for (number, layer) in layers.enumerated() {
      for assignment in layer.platform {
        platform.override(assignment.settingsPath, with: assignment.entry)
      }
      if number == 0 { add(layer.services) } else { layer.services.forEach { override($0) } }
    }
  }

  private mutating func add(_ layers: [SettingsLayer.ServiceLayer]) {
    services.reserveCapacity(layers.count)
    for layer in layers {
      if let name = layer.name, indices[name] == nil { indices[name] = services.count }
      services.append(
        Draft(
          path: layer.path, span: layer.span, name: layer.name, assignments: layer.assignments))
    }
  }

  private mutating func override(_ layer: SettingsLayer.ServiceLayer) {
    // A rule tells of overlays that speak of other services.
    guard let name = layer.name, let index = indices[name] else { return }
    services[index].assignments += layer.assignments.filter { $0.settingsPath != "name" }
  }

  // MARK: Flags

  /// Puts the values of `--set` over everything else.
  mutating func apply(flags: [String], environment: [String: String]) {
    for text in flags {
      do {
        let flag = try SettingFlag(
          text, schema: schema, serviceNames: indices, count: services.count)
        var checker = ValueChecker(environment: environment)
        guard let assignment = flag.assignment(checker: &checker) else {
          checker.report.diagnostics.forEach { report.add($0.unplaced(by: text)) }
          continue
        }
        if let service = flag.service {
          services[service].assignments.append(assignment)
        } else {
          platform.override(assignment.settingsPath, with: assignment.entry)
        }
      } catch {
        report.add(error.diagnostic)
      }
    }
  }

  // MARK: Typed values

  /// What the layers describe together.
  mutating func architecture() -> Architecture {
    // Like decoding, the work is shared over threads where there is much of it.
    let parts = Workers.map(services.count, atLeast: 64) { [self] range in typedServices(range) }
    for part in parts { report.add(contentsOf: part.report) }
    let name =
      platform.string("architecture.name")
      ?? Sourced(
        "platform", path: ConfigPath([.key("architecture"), .key("name")]),
        provenance: .derived("the file gives no name"))
    return Architecture(name: name, settings: platform, services: parts.flatMap(\.services))
  }

  /// The services of a range, those without a name left out, and what is to be said of them.
  private func typedServices(
    _ range: Range<Int>
  ) -> (services: [Service], report: DecodingReport) {
    var inherited: [String: InheritedSettings] = [:]
    var report = DecodingReport()
    var typed: [Service] = []
    for draft in services[range] {
      guard let name = draft.name else { continue }
      let assembly = ServiceAssembly(path: draft.path, span: draft.span, name: name)
      let type = assembly.type(in: draft.assignments)
      let defaults =
        inherited[type.value] ?? schema.defaults.service(of: type.value, in: platform)
      inherited[type.value] = defaults
      let settings = assembly.settings(
        of: draft.assignments, over: defaults, serviceNames: indices, report: &report)
      typed.append(assembly.service(type: type, settings: settings))
    }
    return (typed, report)
  }
}

extension Diagnostic {
  /// The same fact about a value that a flag gave, which has no place in the file.
  fileprivate func unplaced(by flag: String) -> Diagnostic {
    var diagnostic = self
    diagnostic.primary = nil
    diagnostic.fixes = []
    diagnostic.notes.append("the value comes from `--set \(flag)`")
    return diagnostic
  }
}
