public import IgniteSyntax

/// With mTLS every service runs where it can show a certificate.
public struct MtlsWithoutRuntime: ValidationRule {
  /// `mtls-without-runtime`.
  public static let code: Diagnostic.Code = "mtls-without-runtime"

  /// The rule in one sentence.
  public static let summary = "With mTLS every service runs where it can show a certificate."

  /// Why mTLS depends on the runtime.
  public static let explanation = """
    With mutual TLS caller and called service show each other certificates, so the service itself \
    must end the TLS connection. In front of Lambda and Cloud Run stands a front end of the cloud \
    that ends it; the service sees plain HTTP and no certificate.

    Wrong: `[security] mtls = true` with `[cloud.aws] runtime = "lambda"`.

    Right: `runtime = "fargate"`, or `mtls = false` and tokens of the platform's identity \
    provider.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each runtime that cannot do it, with a service that runs on it.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    guard let mtls = index.architecture.settings.boolean("security.mtls"), mtls.value else {
      return []
    }
    var seen: Set<String> = []
    return index.services.compactMap { service in
      guard let runtime = index.runtime(of: service), let given = runtime.offering?.provides,
        !given.contains("mutual-tls"), index.primaryCloud?.offering?.retirement == nil,
        seen.insert("\(runtime.id.value) \(runtime.id.path)").inserted
      else { return nil }
      var diagnostic = error(
        "`\(service.name.value)` runs on `\(runtime.id.value)`, which cannot do mutual TLS",
        at: mtls)
      diagnostic.secondary = runtime.id.label("ends TLS before the service")
      diagnostic.fixes = mtls.fix("do without mutual TLS", to: .boolean(false))
      return diagnostic
    }
  }
}
