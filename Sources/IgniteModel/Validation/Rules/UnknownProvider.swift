public import IgniteSyntax

/// What a gateway says about an external system is about one of its `providers`.
public struct UnknownProvider: ValidationRule {
  /// `unknown-provider`.
  public static let code: Diagnostic.Code = "unknown-provider"

  /// The rule in one sentence.
  public static let summary =
    "What a gateway says about an external system is about one of its `providers`."

  /// Why each system is listed first.
  public static let explanation = """
    A gateway has a client of each system in `integrations.providers`. An address, a way of proving \
    who calls or a webhook of another name belongs to none of them and would be left out without a \
    word.

    Wrong: `providers = ["stripe"]` with `auth = { strip = "bearer" }`.

    Right: `providers = ["stripe"]` with `auth = { stripe = "bearer" }`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each name that is not among the providers.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service in
      let names = service.settings.strings("integrations.providers").map(\.value)
      let webhooks = service.settings.strings("integrations.webhooks")
      return keys(in: service, unknownAmong: names).map { name, value in
        unknown(name, at: value, of: service)
      }
        + webhooks.filter { !names.contains($0.value) }.map { webhook in
          var diagnostic = unknown(webhook.value, at: webhook, of: service)
          if let nearest = webhook.value.nearest(in: names) {
            diagnostic.fixes = webhook.fix("use `\(nearest)`", to: .string(nearest))
          }
          return diagnostic
        }
    }
  }

  /// The names of tables that no provider has, with what is said about them.
  private func keys(
    in service: Service, unknownAmong names: [String]
  ) -> [(String, Sourced<ConfigValue>)] {
    ["integrations.base_urls.", "integrations.auth."].flatMap { table in
      service.settings.writtenPaths.compactMap { path in
        guard path.hasPrefix(table), let value = service.settings[path] else { return nil }
        let name = String(path.dropFirst(table.count))
        return names.contains(name) ? nil : (name, value)
      }
    }
  }

  private func unknown<Value>(
    _ name: String, at place: Sourced<Value>, of service: Service
  ) -> Diagnostic {
    error("`\(service.name.value)` has no provider `\(name)`", at: place)
  }
}
