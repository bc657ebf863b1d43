import IgniteModel

/// What templates can say about a service.
enum ServiceContext {
  static func record(
    settings: RecordDeclaration<SettingsContext.Place>, clouds: CloudContext
  ) -> RecordDeclaration<ServiceFacts> {
    let declared = Member.record("settings", of: settings) { service in
      .init(
        settings: service.resolved.service.settings,
        archetype: service.resolved.service.type.value)
    }
    return RecordDeclaration<ServiceFacts>(
      "service",
      names + choices + parts + own + storage + messaging + deployment
        + [
          declared, .record("sizes", of: clouds.sizes) { $0 },
          .record("runtimes", of: clouds.runtimes) { $0 },
          .record("deliveries", of: clouds.deliveries) { $0 },
          .record("names", of: clouds.serviceNames) { $0 },
        ])
  }

  private typealias Member = RecordDeclaration<ServiceFacts>.Member

  private static let names: [Member] = [
    .text("name") { $0.name },
    .text("package") { $0.package },
    .text("crate_ident") { $0.crate },
    .text("env_prefix") { Naming.screamingSnake($0.name) + "_" },
    .text("database_name") { Naming.snake($0.name) },
    .text("summary") { $0.summary },
    .number("port") { Int64($0.resolved.httpPort) },
    .number("grpc_port") { $0.resolved.grpcPort.map(Int64.init) },
  ]

  private static let choices: [Member] = [
    .text("type") { $0.resolved.service.type.value },
    .texts("protocols") { $0.resolved.protocols },
    .text("messaging") { $0.publishes.isEmpty ? nil : $0.isDirect ? "direct" : "outbox" },
    .texts("traits") { $0.traits.provides },
    .texts("stores") { $0.hasStore ? ["postgres", "sqlite"] : [] },
  ]

  private static let parts: [Member] = [
    .list("entities", of: EntityContext.record) { $0.entities },
    .list("tables", of: EntityContext.record) { $0.tables },
    .text("proto_package") { $0.protoPackage },
    .flag("has_protobuf") { $0.hasProtobuf },
    .flag("has_entities") { !$0.entities.isEmpty },
    .flag("has_application") { $0.hasApplication },
    .flag("has_use_cases") { $0.hasUseCases },
    .flag("has_crud") { $0.hasCRUD },
    .flag("has_served_entities") { !$0.entities.isEmpty && !$0.resolved.protocols.isEmpty },
    .flag("has_infrastructure") { $0.hasUseCases || $0.makes("infrastructure") },
    .flag("has_presentation") {
      !$0.resolved.protocols.isEmpty || $0.makes("presentation") || $0.tellsInGraphQL
    },
    .flag("speaks_graphql") { $0.resolved.protocols.contains("graphql") || $0.tellsInGraphQL },
    .flag("shows_use_cases_in_graphql") {
      $0.resolved.protocols.contains("graphql") && !$0.showsViewsInGraphQL
    },
    .flag("shows_views_in_graphql") { $0.showsViewsInGraphQL },
    .flag("has_merged_text") { service in
      service.resolved.protocols.contains("rest")
        && service.entities.contains { !$0.merged.isEmpty }
    },
    .flag("uses_chrono") { !$0.kinds.isDisjoint(with: ["date", "timestamp"]) },
    .flag("uses_decimal") { $0.kinds.contains("decimal") },
    .flag("uses_enums") { $0.kinds.contains("enum") },
    .flag("uses_json") { $0.kinds.contains("json") },
  ]

  /// What single archetypes have.
  private static let own: [Member] = [
    .list("calls", of: CalleeContext.record) { $0.callees },
    .flag("has_clients") { $0.callees.contains(where: \.hasClient) },
    .flag("has_grpc_upstreams") { $0.hasGRPCUpstreams },
    .text("url_env") { $0.urlVariable },
    .list("jobs", of: JobContext.record) { $0.resolved.service.jobs },
    .flag("has_jobs") { !$0.resolved.service.jobs.isEmpty },
    .record("saga", of: SagaContext.record) { $0.resolved.service.saga == nil ? nil : $0 },
    .list("saga_steps", of: SagaContext.step) { $0.sagaSteps },
    .list("providers", of: ProviderContext.record) { $0.providers },
    .list("webhooks", of: ProviderContext.record) { $0.providers.filter(\.hasWebhook) },
    .list("projections", of: ProjectionContext.record) {
      $0.resolved.service.settings.strings("cqrs.projections").map(\.value)
    },
  ]

  private static let deployment: [Member] = [
    .text("deploy_name") { $0.deployName },
    .text("ingress") { $0.ingress },
    .flag("is_steady") { $0.isSteady },
    .flag("holds_connections") { $0.archetypeNeeds.contains("long-connections") },
    .flag("has_volume") { $0.hasVolume },
    .number("instances") { $0.instances },
    .number("least_instances") { $0.leastInstances },
    .number("most_instances") { $0.mostInstances },
    .list("given", of: VariableContext.record) { $0.given },
    .list("given_secrets", of: VariableContext.record) { $0.givenSecrets },
    .flag("has_given_secrets") { !$0.givenSecrets.isEmpty },
    .list("given_settings", of: VariableContext.record) { $0.givenSettings },
    .list("own_settings", of: VariableContext.record) { $0.givenSettings.filter { !$0.isShared } },
    .flag("needs_own_settings") { service in
      service.givenSettings.contains { !$0.isShared && !$0.isOptional }
    },
    .flag("has_own_settings") { $0.givenSettings.contains { !$0.isShared } },
    .flag("is_told_secrets") { $0.isToldSecrets },
    .flag("uses_redis") { $0.usesRedis },
    .flag("uses_servers") { $0.usesServers },
    .number("delivery_attempts") { $0.deliveryAttempts },
    .record("scale", of: ScaleContext.record) { $0.scale },
    .list("asked", of: VariableContext.record) { $0.asked },
    .texts("callers") { $0.callers },
    .flag("is_changed") { $0.isChanged },
    .texts("servers") { $0.servers },
    .flag("has_servers") { !$0.servers.isEmpty },
    .flag("waits") { $0.waits },
    .text("cache") { $0.cache },
    .text("cache_name") { $0.cacheName },
    .text("cache_url") { $0.cacheURL },
    .texts("reaches") { $0.reaches },
    .flag("reaches_outside") { $0.reachesOutside },
    .list("environment", of: VariableContext.record) { $0.environment },
    .list("secrets", of: VariableContext.record) { $0.environment.filter(\.isSecret) },
    .flag("has_secrets") { $0.environment.contains(where: \.isSecret) },
    .flag("has_operations") { $0.hasOperations },
    .flag("reads_secrets") { $0.readsSecrets },
  ]

  private static let storage: [Member] = [
    .flag("has_store") { $0.hasStore },
    .flag("is_on_postgres") { $0.isOnPostgres },
    .flag("is_tenanted") { $0.isTenanted },
    .flag("keeps_tenants") { $0.keepsTenants },
    .flag("shares_tables") { $0.sharesTables },
    .flag("is_tested_everywhere") { !$0.entities.isEmpty || $0.traits.requires.contains("sql") },
    .flag("is_idempotent") { $0.isIdempotent },
    .flag("remembers_in_redis") { $0.remembersInRedis },
    .flag("fans_out_over_redis") { $0.fansOutOverRedis },
    .flag("has_repeats") {
      $0.isIdempotent && !$0.entities.isEmpty && $0.resolved.protocols.contains("rest")
    },
    .text("idempotency_header") { $0.resolved.idempotency.keyHeader },
    .text("idempotency_header_name") { $0.resolved.idempotency.keyHeader.lowercased() },
    .number("idempotency_ttl_hours") { $0.resolved.idempotency.ttlHours },
  ]

  private static let messaging: [Member] = [
    .list("publishes", of: EventContext.record) { $0.publishes },
    .list("announced", of: EventContext.record) { $0.announced },
    .list("consumes", of: EventContext.record) { $0.consumes },
    .flag("has_events") { !$0.publishes.isEmpty || !$0.consumes.isEmpty },
    .flag("has_bus") { $0.hasBus },
    .flag("has_publisher") { !$0.publishes.isEmpty },
    .flag("has_changes") { $0.entities.contains { !$0.events.isEmpty } },
    .flag("has_creations") { $0.entities.contains(where: \.isCreationTold) },
    .flag("has_announcements") { !$0.announced.isEmpty },
    .flag("has_consumers") { !$0.consumes.isEmpty },
    .flag("has_handlers") { $0.hasHandlers },
    .flag("has_outbox") { $0.hasOutbox },
    .flag("is_direct") { !$0.publishes.isEmpty && $0.isDirect && !$0.entities.isEmpty },
    .flag("is_silent") { $0.publishes.isEmpty && !$0.entities.isEmpty },
    .number("outbox_poll_ms") { $0.resolved.messaging.outboxPollingMilliseconds },
  ]
}
