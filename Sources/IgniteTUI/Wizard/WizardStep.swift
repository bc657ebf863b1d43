/// One step of the walk, as data: which keys it asks.
struct WizardStep: Hashable, Sendable {
  /// The steps there are, in the order of the walk.
  enum ID: String, CaseIterable, Hashable, Sendable {
    case platform, services, messaging, data, resilience, security, observability, quality
    case flags, tenancy, cloud, review, generate
  }

  var id: ID
  var title: String
  /// What it is about, in a sentence.
  var question: String
  /// The tables and keys of the platform that it asks, with everything below.
  var keys: [String] = []
  /// The keys that it asks of each service.
  var serviceKeys: [String] = []

  /// The step with an id.
  static func step(_ id: ID) -> WizardStep {
    all.first { $0.id == id } ?? all[0]
  }

  /// Every step in the order of the walk.
  static let all: [WizardStep] = [
    WizardStep(
      id: .platform, title: "Platform",
      question: "What is the platform called, and what is it for?",
      keys: ["architecture"]),
    WizardStep(
      id: .services, title: "Services", question: "Which services does it consist of?"),
    WizardStep(
      id: .messaging, title: "Messaging",
      question: "How do events travel, and what happens to them when something fails?",
      keys: ["settings.event_bus", "settings.events"],
      serviceKeys: ["messaging", "idempotency"]),
    WizardStep(
      id: .data, title: "Data", question: "Where do the services keep their data?",
      keys: ["settings.default_database"], serviceKeys: ["database"]),
    WizardStep(
      id: .resilience, title: "Resilience", question: "What happens when a call fails or is slow?",
      keys: ["resilience"]),
    WizardStep(
      id: .security, title: "Security", question: "Who may do what, and where do secrets live?",
      keys: ["security", "compliance"]),
    WizardStep(
      id: .observability, title: "Observability",
      question: "How does one see what the platform is doing?",
      keys: ["settings.observability", "observability"]),
    WizardStep(
      id: .quality, title: "Quality",
      question: "Which tests come with it besides those of each service?",
      keys: ["testing"]),
    WizardStep(
      id: .flags, title: "Feature flags",
      question: "What switches features on and off at run time?",
      keys: ["feature_flags"]),
    WizardStep(
      id: .tenancy, title: "Tenancy", question: "How are customers kept apart?", keys: ["tenant"]),
    WizardStep(
      id: .cloud, title: "Cloud", question: "Where does it run, and how do new versions get there?",
      keys: ["cloud", "deployment"], serviceKeys: ["cloud"]),
    WizardStep(
      id: .review, title: "Review", question: "Is it what you mean?"),
    WizardStep(
      id: .generate, title: "Generate", question: "Write the platform to disk."),
  ]

  /// The step after this one, if there is one.
  var next: WizardStep? {
    guard let place = Self.all.firstIndex(of: self), place + 1 < Self.all.count else { return nil }
    return Self.all[place + 1]
  }

  /// The step before this one, if there is one.
  var previous: WizardStep? {
    guard let place = Self.all.firstIndex(of: self), place > 0 else { return nil }
    return Self.all[place - 1]
  }
}
