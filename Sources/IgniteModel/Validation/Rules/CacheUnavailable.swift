public import IgniteSyntax

/// What keeps the answers of each cache is to be had on every cloud that the platform runs on.
public struct CacheUnavailable: ValidationRule {
  /// `cache-unavailable`.
  public static let code: Diagnostic.Code = "cache-unavailable"

  /// The rule in one sentence.
  public static let summary =
    "What keeps the answers of each cache is to be had on every cloud that the platform runs on."

  /// Why the backend depends on the cloud.
  public static let explanation = """
    The backend of a cache is memory, which every instance has for itself, or something that a \
    cloud offers: `redis` is a server that most have; `dynamodb` on AWS and `firestore` on Google \
    Cloud need no server and are paid by request. On `local` the Compose file starts what stands \
    in for them.

    Wrong: `cache = { backend = "dynamodb" }` with `[cloud] primary = "gcp"`.

    Right: `cache = { backend = "redis" }`, or `"memory"`.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each cache and cloud that do not go together.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    let clouds = index.clouds.filter { $0.offering?.retirement == nil }
    return index.services.flatMap { service -> [Diagnostic] in
      guard let cache = index.cache(of: service), let offering = cache.offering else { return [] }
      return clouds.compactMap { cloud in
        guard let given = cloud.offering?.provides, !offering.requires.isSubset(of: given) else {
          return nil
        }
        return missing(cache, on: cloud, for: service, in: index)
      }
    }
  }

  private func missing(
    _ cache: ArchitectureIndex.Choice, on cloud: ArchitectureIndex.Choice, for service: Service,
    in index: ArchitectureIndex
  ) -> Diagnostic {
    var diagnostic = error(
      "the cache `\(cache.id.value)` of `\(service.name.value)` is not available on `\(cloud.id.value)`",
      at: cache.id)
    diagnostic.secondary = cloud.id.label("the cloud")
    let caches = index.capabilities.ids(.cache, satisfiedBy: cloud.offering?.provides ?? [])
    diagnostic.notes.append(
      "`\(cloud.id.value)` offers \(caches.map { "`\($0)`" }.joined(separator: ", "))")
    let common = index.capabilities.ids(.cache, satisfiedBy: index.givenByAllClouds)
    diagnostic.fixes = common.flatMap { cache.id.fix("use `\($0)`", to: .string($0)) }
    return diagnostic
  }
}
