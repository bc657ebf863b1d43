public import IgniteCatalog
public import IgniteModel

/// What templates can say about platforms that a catalog builds, and the values for one.
public struct PlatformContext: Sendable {
  /// Everything that templates may name.
  public let vocabulary: Vocabulary
  private let record: RecordDeclaration<PlatformFacts>
  private let traits: CatalogTraits

  /// Takes the keys that the catalog declares and what its archetypes need.
  public init(catalog: Catalog) {
    let schema = catalog.schema
    let platform = SettingsContext(
      "platform.settings", below: schema.root, without: ["services", "environments"])
    let service = SettingsContext(
      "service.settings", below: schema.service, without: ["name", "type", "ports", "entities"])
    let clouds = CloudContext(catalog: catalog)
    let services = ServiceContext.record(settings: service.record, clouds: clouds)
    let environments = EnvironmentContext.record(settings: platform.record, services: services)
    record = PlatformRecord.record(
      services: services, settings: platform.record, clouds: clouds, environments: environments)
    traits = CatalogTraits(catalog)
    vocabulary = Vocabulary(
      records: [record.shape, services.shape, environments.shape] + clouds.shapes
        + platform.shapes + service.shapes + Self.shapes,
      scopes: Self.scopes)
  }

  /// The values for an architecture: the record of the first scope; what was offered before keeps its
  /// numbers.
  public func value(
    of architecture: ResolvedArchitecture, keeping offered: ProtoForms = .none
  ) -> TemplateValue {
    value(of: facts(of: architecture, keeping: offered))
  }

  /// What is known of an architecture.
  func facts(
    of architecture: ResolvedArchitecture, keeping offered: ProtoForms = .none
  ) -> PlatformFacts {
    PlatformFacts(withEnvironments: architecture, traits, keeping: offered)
  }

  /// The values for what is known of an architecture.
  func value(of facts: PlatformFacts) -> TemplateValue { record.value(of: facts) }

  private static let shapes: [RecordShape] = [
    EntityContext.record.shape, EntityContext.step.shape, FieldContext.record.shape,
    FieldContext.variant.shape, FieldContext.reserved.shape, EntityLink.record.shape,
    EventContext.record.shape,
    EventContext.trigger.shape, EventContext.contract.shape,
    CalleeContext.record.shape, JobContext.record.shape, SagaContext.record.shape,
    SagaContext.step.shape, ProviderContext.record.shape, ProjectionContext.record.shape,
    WordContext.record.shape, VariableContext.record.shape, ScaleContext.record.shape,
  ]

  private static let scopes: [Vocabulary.Scope] = [
    .init("platform", pathMember: "name"),
    .init("environment", pathMember: "name", in: [("platform", "environments")]),
    .init(
      "service", pathMember: "name",
      in: [("platform", "services"), ("environment", "services")]),
    .init("entity", pathMember: "module", in: [("service", "entities")]),
    .init("event", pathMember: "module", in: [("platform", "events"), ("service", "consumes")]),
    .init("contract", pathMember: "file", in: [("platform", "contracts")]),
    .init("callee", pathMember: "module", in: [("service", "calls")]),
    .init("job", pathMember: "module", in: [("service", "jobs")]),
    .init("saga_step", pathMember: "module", in: [("service", "saga_steps")]),
    .init("provider", pathMember: "module", in: [("service", "providers")]),
    .init("projection", pathMember: "module", in: [("service", "projections")]),
  ]
}
