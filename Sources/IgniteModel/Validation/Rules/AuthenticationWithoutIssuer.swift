public import IgniteSyntax

/// A platform that checks tokens knows who issues them.
public struct AuthenticationWithoutIssuer: ValidationRule {
  /// `authentication-without-issuer`.
  public static let code: Diagnostic.Code = "authentication-without-issuer"

  /// The rule in one sentence.
  public static let summary = "A platform that checks tokens knows who issues them."

  /// Why tokens need an issuer.
  public static let explanation = """
    A service trusts a token because its issuer signed it, and finds the issuer's keys at the \
    issuer's address. With a provider but without `jwt_issuer` no token can be checked. The \
    address usually differs from environment to environment, so write a variable.

    Wrong: `[security.authentication] provider = "keycloak"` alone.

    Right: the same with `jwt_issuer = "${JWT_ISSUER}"`.
    """

  /// Makes the rule.
  public init() {}

  /// One error when there is a provider without an issuer.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    let settings = index.architecture.settings
    guard let provider = settings.string("security.authentication.provider"),
      provider.value != "none", settings["security.authentication.jwt_issuer"] == nil
    else { return [] }
    var diagnostic = error(
      "tokens of `\(provider.value)` cannot be checked without their issuer", at: provider,
      label: "`jwt_issuer` is missing")
    let path = ConfigPath().appending("security").appending("authentication")
      .appending("jwt_issuer")
    diagnostic.fixes = [Fix("take it from a variable", .set(path, .string("${JWT_ISSUER}")))]
    return [diagnostic]
  }
}
