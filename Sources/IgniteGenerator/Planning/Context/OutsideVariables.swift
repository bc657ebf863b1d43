import IgniteCatalog
import IgniteModel

extension ServiceFacts {
  /// What only a person knows: whose tokens are believed, where other systems are and what proves to
  /// them who calls. Clouds ask for all of it in their own ways; this is the one list.
  var given: [VariableFacts] { tokenVariables + tenantVariables + operations + declared + calls }

  /// What is given and must not stand in a file.
  var givenSecrets: [VariableFacts] { given.filter(\.isSecret) }

  /// What is given and may stand in a file.
  var givenSettings: [VariableFacts] { given.filter { !$0.isSecret } }

  /// What must be asked for where nothing makes servers: their addresses, and what is given.
  var asked: [VariableFacts] { environment.filter(\.isSecret) + given }

  /// Whether it talks to systems outside of the platform.
  var reachesOutside: Bool { takesTokens || makes("integrations") || !declared.isEmpty }

  /// Whether it has routes for the people who run it.
  var hasOperations: Bool {
    !consumes.isEmpty || !resolved.service.jobs.isEmpty || keepsTenants || hasFlags
      || makes("operations")
  }

  /// Whose tokens it believes, and what it calls others with where nobody called it.
  private var tokenVariables: [VariableFacts] {
    var variables: [VariableFacts] = []
    if needsIssuer {
      variables.append(
        VariableFacts(
          name: "JWT_ISSUER", source: .given, about: "whose tokens callers show", isShared: true))
    }
    if takesTokens, callees.contains(where: \.hasClient), actsByItself {
      variables += [
        VariableFacts(
          name: "SERVICE_TOKEN_URL", source: .given,
          about: "where services get tokens of their own",
          isShared: true),
        VariableFacts(
          name: "SERVICE_CLIENT_ID", source: .given, about: "what the issuer knows it as"),
        VariableFacts(
          name: "SERVICE_CLIENT_SECRET", source: .given, about: "what proves that to the issuer",
          isConfidential: true),
      ]
    }
    return variables
  }

  /// Whether it does something that nobody's request asked for.
  private var actsByItself: Bool {
    !consumes.isEmpty || !resolved.service.jobs.isEmpty
      || !archetypeNeeds.isDisjoint(with: ["background", "schedule"])
  }

  private var tenantVariables: [VariableFacts] {
    guard isTenanted else { return [] }
    let tenants = VariableFacts(
      name: "TENANTS", source: .given, about: "the tenants that are there from the start",
      isShared: true, isOptional: true)
    let domain = VariableFacts(
      name: "TENANT_DOMAIN", source: .given, about: "what follows the tenant in a host",
      isShared: true)
    return isFoundByHost ? [tenants, domain] : [tenants]
  }

  private var operations: [VariableFacts] {
    guard hasOperations else { return [] }
    return [
      VariableFacts(
        name: "OPERATIONS_TOKEN", source: .given, about: "what opens the routes for operators",
        isOptional: true, isConfidential: true, isChosen: true)
    ]
  }

  private var calls: [VariableFacts] { providers.flatMap(\.variables) }

  /// What entries ask for, as far as the config does not say it.
  func declared(
    in platform: Settings, with flags: [VariableDeclaration]
  ) -> [VariableFacts] {
    let own = resolved.service.settings
    return
      (traits.variables.filter { $0.isAsked(own) } + flags.filter { $0.isAsked(platform) })
      .map { variable in
        VariableFacts(
          name: variable.name, source: .given, about: variable.about, isShared: variable.isShared,
          isOptional: variable.isOptional, isConfidential: variable.isSecret)
      }
  }
}

extension PlatformFacts {
  /// What is given to all services alike and may stand in a file, each once.
  var sharedSettings: [VariableFacts] {
    var seen: Set<String> = []
    return services.flatMap(\.givenSettings).filter { $0.isShared && seen.insert($0.name).inserted }
  }
}

extension VariableDeclaration {
  /// Whether the deployment must tell it.
  fileprivate func isAsked(_ settings: Settings) -> Bool {
    condition.allSatisfy { key, words in
      settings.string(key).map { words.contains($0.value) } ?? false
    }
      && !(key.map(settings.isKnown) ?? false)
  }
}

extension ProviderFacts {
  /// What is asked for before it can be called.
  fileprivate var variables: [VariableFacts] {
    let address = baseURL == nil ? [variable("BASE_URL", "where it is")] : []
    let webhook =
      hasWebhook
      ? [variable("WEBHOOK_SECRET", "what its notices are signed with", isSecret: true)] : []
    return address + credentials + webhook
  }

  /// What its way to prove who calls takes from the environment.
  private var credentials: [VariableFacts] {
    switch scheme {
    case "api-key": [variable("API_KEY", "the key", isSecret: true)]
    case "bearer": [variable("TOKEN", "the token", isSecret: true)]
    case "hmac":
      [
        variable("KEY_ID", "which key signs", isOptional: true),
        variable("SIGNING_SECRET", "what requests are signed with", isSecret: true),
      ]
    case "oauth2":
      [
        variable("CLIENT_ID", "the client"),
        variable("CLIENT_SECRET", "its secret", isSecret: true),
        variable("TOKEN_URL", "where tokens come from", isOptional: true),
      ]
    default: []
    }
  }

  private func variable(
    _ part: String, _ about: String, isSecret: Bool = false, isOptional: Bool = false
  ) -> VariableFacts {
    VariableFacts(
      name: "\(Naming.screamingSnake(name))_\(part)", source: .given, about: "\(name): \(about)",
      isOptional: isOptional, isConfidential: isSecret)
  }
}

extension Settings {
  /// Whether the text at a path is there and no variable that only the deployment replaces is in it.
  func isKnown(_ path: String) -> Bool { string(path) != nil && carriedParts(path) == nil }
}
