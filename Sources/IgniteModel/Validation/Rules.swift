public import IgniteSyntax

/// The rules that an architecture keeps.
public enum Rules {
  /// Every rule, in the order in which findings at the same place are told.
  public static let all: [any ValidationRule] = [
    DuplicateService(),
    ReservedName(),
    ReservedIdentifier(),
    ReservedField(),
    DuplicateEntity(),
    DuplicateField(),
    MarkWithoutUse(),
    UnknownDependency(),
    UnknownEntity(),
    SelfCall(),
    CallCycle(),
    CallWithoutProtocol(),
    BffWithoutAggregates(),
    FrontWithoutREST(),
    CacheWithoutOrigin(),
    FederationWithoutSubgraphs(),
    ProtocolWithoutEntities(),
    PortConflict(),
    EventWithoutProducer(),
    EventBridgeWithoutQueues(),
    EventWithoutConsumer(),
    EventWithTwoOwners(),
    VersionWithoutEvent(),
    AccessWithoutEvent(),
    OutboxWithoutSQL(),
    StateWithoutStore(),
    WriteBehindStore(),
    SagaWithoutSteps(),
    SagaPairing(),
    SagaTimeout(),
    StepWithoutClient(),
    RetiredCloud(),
    BusUnavailable(),
    DatabaseUnavailable(),
    CacheUnavailable(),
    RuntimeElsewhere(),
    RuntimeUnfit(),
    StrategyUnavailable(),
    StrategyWithVolumes(),
    PromotionUnavailable(),
    MultiRegionWithoutRegions(),
    InstanceRange(),
    TenantIsolation(),
    GdprWithoutPii(),
    UnknownPiiField(),
    UnknownProvider(),
    AdapterMismatch(),
    PiiLogged(),
    PiiPublished(),
    RetentionTooShort(),
    HipaaWithoutAudit(),
    MtlsWithoutRuntime(),
    AuthenticationWithoutIssuer(),
    SecretInFile(),
    RetryIntervals(),
    RetryOutlastsCaller(),
    LoadAboveRateLimit(),
    OverlayEqualsBase(),
    UnknownOverlayService(),
    OverrideEqualsInherited(),
    ShadowedSetting(),
    SettingWithoutEffect(),
  ]

  /// What is wrong with an architecture, rule by rule.
  ///
  /// - Parameters:
  ///   - document: The text it was read from; rules about the text itself need it.
  ///   - capabilities: What can be chosen and what it brings.
  public static func check(
    _ architecture: Architecture, document: Document? = nil, capabilities: Capabilities = .core
  ) -> [Diagnostic] {
    let index = ArchitectureIndex(architecture, document: document, capabilities: capabilities)
    // A thread costs more than it saves on what a person writes by hand.
    let smallest = architecture.services.count < 200 ? all.count : 8
    return Workers.map(all.count, atLeast: smallest) { rules in
      all[rules].flatMap { $0.check(index) }
    }.flatMap { $0 }
  }

  /// The rule that finds what a code names.
  public static func rule(for code: Diagnostic.Code) -> (any ValidationRule)? {
    all.first { type(of: $0).code == code }
  }
}
