public import IgniteSyntax

/// No service is named like a Rust keyword, or a crate or server that the platform has already.
public struct ReservedName: ValidationRule {
  /// `reserved-name`.
  public static let code: Diagnostic.Code = "reserved-name"

  /// The rule in one sentence.
  public static let summary =
    "No service is named like a Rust keyword, or a crate or server that the platform has already."

  /// Why some names are taken.
  public static let explanation = """
    Each service becomes a Rust crate of its own name. Cargo refuses keywords such as `async` or \
    `type`; `std`, `core`, `alloc` and `test` would hide crates that every program needs; \
    `frame`, `frame-macros`, `events` and `dev` are crates of the generated workspace; `postgres` \
    and `redis` are the servers beside the services in the Compose file.

    Wrong: `name = "events"`.

    Right: `name = "event-service"` or, better, what the service is about.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each name that is taken.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.compactMap { service in
      guard let owner = Self.owner(of: service.name.value) else { return nil }
      var diagnostic = error(
        "a service cannot be called `\(service.name.value)`", at: service.name, label: owner)
      let spelling = "\(service.name.value)-service"
      diagnostic.fixes = index.renaming(service, to: spelling)
      return diagnostic
    }
  }

  private static func owner(of name: String) -> String? {
    if RustWords.keywords.contains(name) { return "a keyword of Rust" }
    if RustWords.crates.contains(name) { return "the name of a crate that is there already" }
    if servers.contains(name) { return "the name of a server in the Compose file" }
    return nil
  }

  private static let servers: Set<String> = ["postgres", "redis", "dynamodb", "firestore"]
}
