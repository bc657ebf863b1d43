import IgniteModel

extension ServiceFacts {
  /// What must be asked for before it is deployed: secrets, and what only a person knows.
  var asked: [VariableFacts] { environment.filter(\.isSecret) + outsideVariables }

  /// What only a person knows: where external systems are and what proves to them who calls, and whose
  /// tokens are believed.
  var outsideVariables: [VariableFacts] {
    let issuer =
      needsIssuer
      ? [
        VariableFacts(
          name: "JWT_ISSUER", source: .given, about: "whose tokens callers show", isShared: true)
      ] : []
    return issuer + providers.flatMap(\.variables)
  }
}

extension ProviderFacts {
  /// What is asked for before it can be called.
  fileprivate var variables: [VariableFacts] {
    let prefix = Naming.screamingSnake(name)
    var asked: [(suffix: String, about: String)] = []
    if baseURL == nil { asked.append(("BASE_URL", "where it is")) }
    switch scheme {
    case "api-key": asked.append(("API_KEY", "the key"))
    case "bearer": asked.append(("TOKEN", "the token"))
    case "hmac":
      asked += [("KEY_ID", "which key signs"), ("SIGNING_SECRET", "what requests are signed with")]
    case "oauth2":
      asked += [
        ("CLIENT_ID", "the client"), ("CLIENT_SECRET", "its secret"),
        ("TOKEN_URL", "where tokens come from"),
      ]
    default: break
    }
    if hasWebhook { asked.append(("WEBHOOK_SECRET", "what its notices are signed with")) }
    return asked.map { asked in
      VariableFacts(
        name: "\(prefix)_\(asked.suffix)", source: .given, about: "\(name): \(asked.about)")
    }
  }
}

extension Settings {
  /// Whether the text at a path is there and no variable that only the deployment replaces is in it.
  func isKnown(_ path: String) -> Bool { string(path) != nil && carriedParts(path) == nil }
}
