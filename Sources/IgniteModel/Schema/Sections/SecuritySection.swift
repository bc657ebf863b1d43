import IgniteSyntax

extension Schema {
  /// `[security]`: who may do what, and where secrets live.
  static let security: [KeyDeclaration] = [
    KeyDeclaration("security", .table, help: "Who may do what, and where secrets live."),
    KeyDeclaration(
      "security.secrets_manager", .choice(["aws-secrets", "vault", "gcp-secrets", "env"]),
      default: "env", effect: .checkedOnly,
      help: "Where services read their secrets from.", example: "vault"),
    KeyDeclaration(
      "security.mtls", .boolean, default: false,
      effect: .checkedOnly,
      help: "Whether services prove who they are to each other by certificates.", example: true),
    KeyDeclaration(
      "security.api_key_rotation_days", .integer(1...3650), default: 90, unit: "days",
      effect: .checkedOnly,
      help: "How old an API key may become.", example: 30),
    KeyDeclaration(
      "security.authentication", .table, help: "How callers prove who they are."),
    KeyDeclaration(
      "security.authentication.provider",
      .choice(["cognito", "auth0", "keycloak", "custom", "none"]), default: "none",
      help: "Who issues the tokens.", example: "keycloak"),
    KeyDeclaration(
      "security.authentication.jwt_issuer", .shaped(.url), effect: .carried,
      help: "The issuer that tokens must name.", example: "https://id.example.com/realms/shop"),
    KeyDeclaration(
      "security.authentication.jwt_audience", .text(maxLength: 255), effect: .carried,
      help: "The audience that tokens must name.", example: "shop-api"),
    KeyDeclaration(
      "security.authentication.required_role", .text(maxLength: 100),
      help: "The role that every caller must have.", example: "employee"),
  ]
}
