public import IgniteCatalog
public import IgniteModel
public import IgniteSyntax

/// Finds what an architecture asks for and a catalog does not hold.
public struct CatalogCheck: Sendable {
  /// The name of this kind of diagnostic.
  public static let code: Diagnostic.Code = "not-in-catalog"

  /// What it means, for `allframe explain`.
  public static let explanation = """
    A config can name types of services, protocols, databases, buses, ways of messaging and clouds \
    that no entry of the catalog builds, neither one of those inside the program nor one of your own \
    in `.allframe/catalog/`. Nothing can be generated for them. `allframe list` shows what there is.
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
    }
    return diagnostics + CloudCheck(catalog).check(architecture)
      + RuntimeCheck(catalog).check(architecture)
  }

  private struct Choice {
    var kind: Entry.Kind
    var noun: String
    var value: Sourced<String>
  }

  private func choices(of architecture: Architecture) -> [Choice] {
    [architecture.settings.string("settings.event_bus")].compactMap { $0 }
      .map { Choice(kind: .bus, noun: "bus", value: $0) }
  }

  private func choices(of service: Service) -> [Choice] {
    var choices = [Choice(kind: .archetype, noun: "type of service", value: service.type)]
    choices += service.protocols.map { Choice(kind: .protocol, noun: "protocol", value: $0) }
    if let store = service.settings.string("database.type"), store.value != "none" {
      choices.append(Choice(kind: .store, noun: "database", value: store))
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
