import IgniteCatalog
import IgniteModel
import IgniteSyntax

/// Answers to a key that differ from the one it has.
struct Alternatives {
  let catalog: Catalog

  /// The answers to try; none where nothing can be tried.
  func values(for declaration: KeyDeclaration, besides current: ConfigValue?) -> [ConfigValue] {
    values(declaration.kind, declaration).filter { $0 != current }
  }

  private func values(_ kind: ValueKind, _ declaration: KeyDeclaration) -> [ConfigValue] {
    switch kind {
    case .boolean: [true, false]
    case .integer(let range): Self.integers(in: range).map { .integer($0) }
    case .number(let range): [.float(range.lowerBound), .float(range.upperBound)]
    case .port: [18_080, 18_081]
    case .text: ["A text to try", "Another text"]
    case .shaped(let shape): shape.samples.map { .string($0) }
    case .choice: words(of: declaration).map { .string($0) }
    case .list(.choice): words(of: declaration).map { .array([.string($0)]) } + [.array([])]
    case .list(let element): values(element, declaration).map { .array([$0]) }
    case .either(let one, _): values(one, declaration)
    case .table: []
    }
  }

  private static func integers(in range: ClosedRange<Int64>) -> [Int64] {
    let next = range.lowerBound < range.upperBound ? range.lowerBound + 1 : range.lowerBound
    return [next, range.lowerBound]
  }

  /// The words of a choice that can be built, `none` included.
  func words(of declaration: KeyDeclaration) -> [String] {
    guard let kind = Self.kind(of: declaration) else { return declaration.kind.words }
    let known = Set(catalog.entries(of: kind).map(\.id))
    return declaration.kind.words.filter { known.contains($0) || $0 == "none" || $0 == "local" }
  }

  /// The kind of catalog entries that a key chooses among.
  static func kind(of declaration: KeyDeclaration) -> Entry.Kind? {
    switch declaration.path.description {
    case "services[].type": .archetype
    case "services[].protocols": .protocol
    case "services[].messaging.pattern": .messaging
    case "services[].database.type", "settings.default_database": .store
    case "settings.event_bus": .bus
    case "services[].cache.backend": .cache
    case "cloud.primary", "cloud.targets": .cloud
    case "feature_flags.provider": .flags
    case "tenant.isolation": .tenancy
    default: nil
    }
  }
}

extension TextShape {
  /// Two texts of the shape.
  fileprivate var samples: [String] {
    switch self {
    case .kebabName: ["to-try", "another"]
    case .typeName: ["ToTry", "Another"]
    case .fieldName: ["to_try", "another"]
    case .identifier, .topic, .region: ["totry", "another"]
    case .version: ["9.8.7", "9.8.6"]
    case .headerName: ["X-To-Try", "X-Another"]
    case .urlPath: ["/to-try", "/another"]
    case .url: ["https://try.example.com", "https://another.example.com"]
    case .accountNumber: ["123456789012", "210987654321"]
    case .duration: ["17s", "18s"]
    case .cron: ["17 4 * * *", "18 4 * * *"]
    case .timeZone: ["Europe/Berlin", "UTC"]
    case .domain: ["try.example.com", "another.example.com"]
    case .imagePrefix: ["try.example.com/team", "another.example.com"]
    case .fieldType: ["string", "i64"]
    }
  }
}
