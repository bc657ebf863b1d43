import IgniteModel

/// What templates can say about a service that another one calls.
enum CalleeContext {
  static let record = RecordDeclaration<ServiceFacts>(
    "callee",
    [
      .text("name") { $0.name },
      .text("module") { WordContext.module($0.name) },
      .text("type") { WordContext.type($0.name) },
      .text("client_type") { Naming.pascal($0.name) + "Client" },
      .text("package") { $0.package },
      .text("crate_ident") { $0.crate },
      .text("service_type") { $0.resolved.service.type.value },
      .text("summary") { $0.summary },
      .text("url_env") { $0.urlVariable },
      .text("deploy_name") { $0.deployName },
      .text("ingress") { $0.ingress },
      .number("port") { Int64($0.resolved.httpPort) },
      .texts("protocols") { $0.resolved.protocols },
      .flag("has_contract") { $0.hasContract },
      .flag("has_client") { $0.hasClient },
      .flag("is_personal") { $0.entities.contains { $0.fields.contains(where: \.isPersonal) } },
      .flag("is_over_grpc") { $0.isCalledOverGRPC },
      .text("client_impl") {
        ($0.hasContract ? "Http" : "Grpc") + Naming.pascal($0.name) + "Client"
      },
      .text("proto_package") { $0.protoPackage },
      .flag("is_idempotent") { $0.isIdempotent },
      .text("idempotency_header") { $0.resolved.idempotency.keyHeader },
      .flag("has_told_entities") { $0.entities.contains { !$0.events.isEmpty } },
      .flag("has_links") { $0.entities.contains { !$0.links.isEmpty } },
      .flag("has_linked") { $0.entities.contains(where: \.isLinked) },
      .flag("uses_decimal") { $0.kinds.contains("decimal") },
      .flag("uses_json") { $0.kinds.contains("json") },
      .list("entities", of: EntityContext.record) { $0.entities },
      .list("publishes", of: EventContext.record) { $0.publishes },
    ])
}

/// What templates can say about a job of a scheduled service.
enum JobContext {
  static let record = RecordDeclaration<Job>(
    "job",
    [
      .text("name") { $0.name },
      .text("module") { WordContext.module($0.name) },
      .text("type") { WordContext.type($0.name) },
      .text("cron") { $0.cron.value },
      .text("time_zone") { $0.timeZone.value },
      .number("timeout_minutes") { $0.timeoutMinutes.value },
      .text("overlap_policy") { $0.overlapPolicy.value },
    ])
}

/// An external system behind a gateway.
struct ProviderFacts: Sendable {
  let name: String
  /// Where it is, absent where only the deployment knows.
  let baseURL: String?
  /// How the service proves to it who it is.
  let scheme: String
  /// Whether it tells something by itself.
  let hasWebhook: Bool
}

/// What templates can say about an external system.
enum ProviderContext {
  static let record = RecordDeclaration<ProviderFacts>(
    "provider",
    [
      .text("name") { $0.name },
      .text("module") { WordContext.module($0.name) },
      .text("type") { WordContext.type($0.name) },
      .text("client_type") { Naming.pascal($0.name) + "Client" },
      .text("env") { Naming.screamingSnake($0.name) },
      .text("url_env") { Naming.screamingSnake($0.name) + "_BASE_URL" },
      .text("base_url") { $0.baseURL },
      .text("auth") { $0.scheme },
      .flag("has_webhook") { $0.hasWebhook },
      .flag("is_complete") { $0.baseURL != nil && $0.scheme == "none" },
    ])
}

/// What templates can say about a projection of an event-sourced service.
enum ProjectionContext {
  static let record = WordContext.record("projection")
}
