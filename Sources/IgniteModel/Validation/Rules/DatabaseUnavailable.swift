public import IgniteSyntax

/// The database of each service is to be had on every cloud that the platform runs on.
public struct DatabaseUnavailable: ValidationRule {
  /// `database-unavailable`.
  public static let code: Diagnostic.Code = "database-unavailable"

  /// The rule in one sentence.
  public static let summary =
    "The database of each service is to be had on every cloud that the platform runs on."

  /// Why the database depends on the cloud.
  public static let explanation = """
    A database server is part of a cloud's offer: `dynamodb` is a service of AWS, `firestore` one \
    of Google Cloud, and Fly has no managed MySQL. `sqlite` is a file and needs a disk that \
    survives a new version of the service, which Fargate, Lambda and Cloud Run do not have; it is \
    a warning there, because the service runs and forgets.

    Wrong: `[settings] default_database = "firestore"` with `[cloud] primary = "aws"`.

    Right: `default_database = "postgres"`, which every cloud has.
    """

  /// Makes the rule.
  public init() {}

  /// One finding for each database and cloud that do not go together, with the services concerned.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.clouds.filter { $0.offering?.retirement == nil }.flatMap { cloud in
      var findings: [Diagnostic] = []
      var places: [ConfigPath: Int] = [:]
      for service in index.services where index.keepsState(service) {
        guard let store = index.store(of: service), Self.lacks(cloud, store) else { continue }
        if places.updateValue(findings.count, forKey: store.id.path) == nil {
          findings.append(missing(store, on: cloud, for: service, in: index))
        }
      }
      return findings
    }
  }

  private static func lacks(
    _ cloud: ArchitectureIndex.Choice, _ store: ArchitectureIndex.Choice
  ) -> Bool {
    guard let given = cloud.offering?.provides, let offering = store.offering else { return false }
    return !offering.requires.isSubset(of: given)
  }

  private func missing(
    _ store: ArchitectureIndex.Choice, on cloud: ArchitectureIndex.Choice, for service: Service,
    in index: ArchitectureIndex
  ) -> Diagnostic {
    let isEmbedded = store.provides("embedded")
    var diagnostic =
      isEmbedded
      ? warning(
        "`\(store.id.value)` of `\(service.name.value)` loses its data on `\(cloud.id.value)`",
        at: store.id, label: "a file on a disk that is not kept")
      : error(
        "the database `\(store.id.value)` of `\(service.name.value)` is not available on `\(cloud.id.value)`",
        at: store.id)
    diagnostic.secondary = cloud.id.label("the cloud")
    let stores = index.capabilities.ids(.store, satisfiedBy: cloud.offering?.provides ?? [])
    diagnostic.notes.append(
      "`\(cloud.id.value)` offers \(stores.map { "`\($0)`" }.joined(separator: ", "))")
    let common = index.capabilities.ids(.store, satisfiedBy: index.givenByAllClouds)
    diagnostic.fixes = common.prefix(2).flatMap { store.id.fix("use `\($0)`", to: .string($0)) }
    return diagnostic
  }
}
