import IgniteModel

/// The names that templates have for a platform.
enum PlatformRecord {
  static func record(
    services: RecordDeclaration<ServiceFacts>, settings: RecordDeclaration<SettingsContext.Place>,
    clouds: CloudContext, environments: RecordDeclaration<EnvironmentFacts>
  ) -> RecordDeclaration<PlatformFacts> {
    let records: [Member] = [
      .list("services", of: services) { $0.services },
      .list("services_after_callees", of: services) { platform in
        platform.resolved.dependencyOrder.map { platform.services[$0] }
      },
      .list("environments", of: environments) { $0.environments.value },
      .record("settings", of: settings) { .init(settings: $0.settings) },
      .record("regions", of: clouds.regions) { $0 },
      .record("placements", of: clouds.placements) { $0 },
      .record("names", of: clouds.platformNames) { $0 },
    ]
    return RecordDeclaration<PlatformFacts>(
      "platform", names + records + parts + servers + deployment)
  }

  private typealias Member = RecordDeclaration<PlatformFacts>.Member

  private static let names: [Member] = [
    .text("name") { $0.resolved.architecture.name.value },
    .text("version") { $0.settings.string("architecture.version")?.value ?? "0.1.0" },
    .text("description") { $0.settings.string("architecture.description")?.value },
    .text("example_url") { $0.exampleURL },
    .list("examples", of: EntityContext.record) { $0.example.map { [$0.entity] } ?? [] },
  ]

  private static let parts: [Member] = [
    .texts("silent_services") { $0.silent },
    .flag("has_silent_services") { !$0.silent.isEmpty },
    .list("events", of: EventContext.record) { $0.events },
    .list("contracts", of: EventContext.contract) { $0.events },
    .flag("has_websockets") { $0.services.contains { $0.makes("websockets") } },
    .flag("has_protobuf") { $0.services.contains(where: \.hasProtobuf) },
    .flag("is_heard") { platform in
      platform.services.flatMap(\.entities).contains { !$0.heard.isEmpty }
    },
    .flag("has_authentication") { $0.hasAuthentication },
    .flag("is_tenanted") { $0.isTenanted },
    .text("isolation") { $0.isTenanted ? $0.settings.string("tenant.isolation")?.value : nil },
    .flag("has_personal_fields") { !$0.personalFields.isEmpty },
    .text("personal_field_list") { $0.personalFields.joined(separator: ",") },
    .flag("has_events") { !$0.events.isEmpty },
    .flag("events_use_chrono") { !$0.eventKinds.isDisjoint(with: ["date", "timestamp"]) },
    .flag("events_use_decimal") { $0.eventKinds.contains("decimal") },
    .flag("events_use_json") { platform in
      platform.eventKinds.contains("json") || platform.events.contains(where: \.isFilledUp)
    },
  ]

  private static let servers: [Member] = [
    .text("bus") { $0.bus },
    .texts("buses") { $0.bus.map { [$0] } ?? [] },
    .texts("caches") { $0.caches },
    .texts("clouds") { $0.clouds },
    .texts("traits") { Set($0.services.flatMap(\.traits.provides)).sorted() },
    .flag("is_balanced") { $0.isBalanced },
    .flag("reads_secrets") { $0.services.contains(where: \.readsSecrets) },
    .flag("has_asked") { $0.services.contains { !$0.asked.isEmpty } },
    .flag("has_bus") { $0.bus != nil },
    .flag("has_tested_server") { ["postgres", "redis"].contains($0.bus) },
    .flag("has_postgres") { $0.hasPostgres },
    .flag("has_redis") { $0.hasRedis },
    .flag("has_servers") { $0.hasPostgres || $0.hasRedis },
    .flag("has_volumes") { platform in
      platform.hasPostgres || platform.hasRedis
        || platform.services.contains { $0.hasStore && !$0.isOnPostgres }
    },
  ]

  private static let deployment: [Member] = [
    .text("deploy_prefix") { $0.deployPrefix },
    .list("shared_settings", of: VariableContext.record) { $0.sharedSettings },
    .flag("has_given_secrets") { $0.services.contains { !$0.givenSecrets.isEmpty } },
    .flag("has_given_settings") { $0.services.contains { !$0.givenSettings.isEmpty } },
    .number("service_count") { Int64($0.services.count) },
    .flag("is_multi_region") { $0.isMultiRegion },
    .flag("switches_traffic") { $0.switchesTraffic },
  ]
}
