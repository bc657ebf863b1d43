public import IgniteCatalog
public import IgniteModel
public import IgniteSyntax

/// Finds what an architecture asks for and a catalog does not hold.
public struct CatalogCheck: Sendable {
  /// The name of this kind of diagnostic.
  public static let code: Diagnostic.Code = "not-in-catalog"

  /// What it means, for `allframe explain`.
  public static let explanation = """
    A config can name types of services, protocols, databases, buses, caches, ways of messaging, \
    clouds and providers of feature flags that no entry of the catalog builds, neither one of those inside the \
    program nor one of your own in `.allframe/catalog/`. Nothing can be generated for them. \
    `allframe list` shows what there is.
    """

  private let catalog: Catalog

  /// Makes a check against a catalog.
  public init(_ catalog: Catalog) {
    self.catalog = catalog
  }

  /// One error for each choice that the catalog does not hold, and what its clouds do not have.
  public func check(_ architecture: Architecture) -> [Diagnostic] {
    var diagnostics = choices(of: architecture).compactMap(problem)
    for service in architecture.services {
      diagnostics += choices(of: service).compactMap(problem)
      diagnostics += mixing(service, in: architecture)
    }
    return diagnostics + CloudCheck(catalog).check(architecture)
      + RuntimeCheck(catalog).check(architecture) + DeliveryCheck(catalog).check(architecture)
  }

  private struct Choice {
    var kind: Entry.Kind
    var noun: String
    var value: Sourced<String>
  }

  private func choices(of architecture: Architecture) -> [Choice] {
    let settings = architecture.settings
    var choices: [Choice] = []
    if let bus = settings.string("settings.event_bus") {
      choices.append(Choice(kind: .bus, noun: "bus", value: bus))
    }
    if let flags = settings.string("feature_flags.provider"), flags.value != "none" {
      choices.append(Choice(kind: .flags, noun: "provider of feature flags", value: flags))
    }
    if architecture.hasTenants, let isolation = settings.string("tenant.isolation") {
      choices.append(Choice(kind: .tenancy, noun: "isolation of tenants", value: isolation))
    }
    return choices
  }

  /// What would show one tenant what belongs to another: types of services and protocols.
  private func mixing(_ service: Service, in architecture: Architecture) -> [Diagnostic] {
    guard architecture.hasTenants else { return [] }
    let keeps = service.settings.boolean("multi_tenant")?.value ?? true
    let spoken = (keeps ? service.protocols : []).map { (kind: Entry.Kind.protocol, value: $0) }
    return ([(kind: .archetype, value: service.type)] + spoken).compactMap { kind, value in
      guard catalog.entry(kind, value.value)?.provides.contains("no-tenants") == true else {
        return nil
      }
      let place = kind == .archetype ? "in a `\(value.value)`" : "over `\(value.value)`"
      var diagnostic = Diagnostic.error(
        Self.code, "nothing in the catalog keeps tenants apart \(place)", at: value.span,
        label: "would mix tenants")
      diagnostic.notes = ["leave it out, or run it in a platform of its own, without `[tenant]`"]
      return diagnostic
    }
  }

  private func choices(of service: Service) -> [Choice] {
    var choices = [Choice(kind: .archetype, noun: "type of service", value: service.type)]
    choices += service.protocols.map { Choice(kind: .protocol, noun: "protocol", value: $0) }
    if let store = service.settings.string("database.type"), store.value != "none" {
      choices.append(Choice(kind: .store, noun: "database", value: store))
    }
    if let cache = service.settings.string("cache.backend") {
      choices.append(Choice(kind: .cache, noun: "cache", value: cache))
    }
    if let pattern = service.settings.string("messaging.pattern") {
      choices.append(Choice(kind: .messaging, noun: "way of messaging", value: pattern))
    }
    return choices
  }

  private func problem(_ choice: Choice) -> Diagnostic? {
    let known = catalog.entries(of: choice.kind).map(\.id)
    guard !known.contains(choice.value.value) else { return nil }
    var diagnostic = Diagnostic.error(
      Self.code, "nothing in the catalog builds the \(choice.noun) `\(choice.value.value)`",
      at: choice.value.span, label: "not in the catalog")
    if let nearest = choice.value.value.nearest(in: known) {
      diagnostic.fixes = [Fix("use `\(nearest)`", .set(choice.value.path, .string(nearest)))]
    }
    let names = known.map { "`\($0)`" }.joined(separator: ", ")
    diagnostic.notes = [known.isEmpty ? "it holds none yet" : "it holds \(names)"]
    return diagnostic
  }
}
