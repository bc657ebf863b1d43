public import IgniteModel

/// What templates can say about a platform, and the values for one.
public enum PlatformContext {
  /// Everything that templates may name.
  public static let vocabulary = Vocabulary(
    records: [
      record.shape, ServiceContext.record.shape, EntityContext.record.shape,
      EntityContext.step.shape,
      FieldContext.record.shape, FieldContext.variant.shape, EventContext.record.shape,
      EventContext.trigger.shape,
    ],
    scopes: [
      .init("platform", pathMember: "name"),
      .init("service", pathMember: "name", in: [("platform", "services")]),
      .init("entity", pathMember: "module", in: [("service", "entities")]),
      .init("event", pathMember: "module", in: [("platform", "events"), ("service", "consumes")]),
    ])

  /// The values for an architecture: the record of the first scope.
  public static func value(of architecture: ResolvedArchitecture) -> TemplateValue {
    record.value(of: PlatformFacts(architecture))
  }

  static let record = RecordDeclaration<PlatformFacts>("platform", names + parts + servers)

  private typealias Member = RecordDeclaration<PlatformFacts>.Member

  private static let names: [Member] = [
    .text("name") { $0.resolved.architecture.name.value },
    .text("version") { $0.settings.string("architecture.version")?.value ?? "0.1.0" },
    .text("description") { $0.settings.string("architecture.description")?.value },
    .text("example_url") { $0.exampleURL },
  ]

  private static let parts: [Member] = [
    .list("services", of: ServiceContext.record) { $0.services },
    .list("events", of: EventContext.record) { $0.events },
    .flag("is_heard") { platform in
      platform.services.flatMap(\.entities).contains { !$0.heard.isEmpty }
    },
    .flag("has_events") { !$0.events.isEmpty },
    .flag("events_use_chrono") { !$0.eventKinds.isDisjoint(with: ["date", "timestamp"]) },
    .flag("events_use_decimal") { $0.eventKinds.contains("decimal") },
    .flag("events_use_json") { $0.eventKinds.contains("json") },
  ]

  private static let servers: [Member] = [
    .text("bus") { $0.bus },
    .texts("buses") { $0.bus.map { [$0] } ?? [] },
    .texts("clouds") { $0.settings.string("cloud.primary").map { [$0.value] } ?? [] },
    .flag("has_bus") { $0.bus != nil },
    .flag("has_postgres") { $0.hasPostgres },
    .flag("has_redis") { $0.hasRedis },
    .flag("has_servers") { $0.hasPostgres || $0.hasRedis },
    .flag("has_volumes") { platform in
      platform.hasPostgres || platform.hasRedis
        || platform.services.contains { $0.hasStore && !$0.isOnPostgres }
    },
  ]
}
