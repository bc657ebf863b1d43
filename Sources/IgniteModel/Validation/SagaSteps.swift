import IgniteSyntax

/// One step of a service's saga as the config gives it.
struct SagaStep {
  /// Its place in the list.
  var path: ConfigPath
  /// Where it stands.
  var provenance: Provenance
  /// Its name.
  var name: String
  /// The service that does it.
  var service: String?
  /// What undoes it, named by the step itself.
  var compensation: String?
  /// How long it may take, in seconds.
  var timeout: Sourced<Int64>?
  /// Whether it is a name only.
  var isBare: Bool
}

extension Service {
  /// The steps of its saga in order.
  var sagaSteps: [SagaStep] {
    settings.elements("saga.steps").enumerated().compactMap { number, element in
      switch element.value {
      case .string(let name):
        SagaStep(
          path: element.path, provenance: element.provenance, name: name, isBare: true)
      case .table(let members): step(number, element, members)
      default: nil
      }
    }
  }

  private func step(
    _ number: Int, _ element: Sourced<ConfigValue>, _ members: [ConfigMember]
  ) -> SagaStep {
    func text(_ key: String) -> String? {
      if case .string(let text) = members.first(where: { $0.key == key })?.value { return text }
      return nil
    }
    return SagaStep(
      path: element.path, provenance: element.provenance,
      name: text("name") ?? "step \(number + 1)",
      service: text("service"), compensation: text("compensation"),
      timeout: timeout(number, element, members), isBare: false)
  }

  private func timeout(
    _ number: Int, _ element: Sourced<ConfigValue>, _ members: [ConfigMember]
  ) -> Sourced<Int64>? {
    if let known = settings.integer("saga.steps[\(number)].timeout_seconds") { return known }
    guard case .integer(let seconds) = members.first(where: { $0.key == "timeout_seconds" })?.value
    else { return nil }
    return Sourced(
      seconds, path: element.path.appending("timeout_seconds"), provenance: element.provenance)
  }
}
