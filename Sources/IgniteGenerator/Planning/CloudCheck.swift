public import IgniteCatalog
public import IgniteModel
public import IgniteSyntax

/// Finds what an architecture asks of its clouds and they do not have.
public struct CloudCheck: Sendable {
  /// A region that no cloud of the platform has.
  public static let region: Diagnostic.Code = "unknown-region"
  /// A service that no machine of a cloud is large enough for.
  public static let size: Diagnostic.Code = "size-unavailable"

  /// Regions that serve requests side by side from data that nothing keeps alike.
  public static let apart: Diagnostic.Code = "regions-apart"

  /// A service that the Pulumi program of a cloud does not make.
  public static let program: Diagnostic.Code = "pulumi-unavailable"

  /// What they mean, for `allframe explain`.
  public static let explanations: [(code: Diagnostic.Code, text: String)] = [
    (
      region,
      """
      Each cloud names its regions in its own way: `eu-west-1` is one of AWS, `fra` one of Fly.io. A \
      cloud takes those of `cloud.regions` that it has. A name that none of the platform's clouds \
      knows would be left out, so it is told. Correct it, or remove it.
      """
    ),
    (
      size,
      """
      `cloud.cpu` (in 1/1024 of a processor) and `cloud.memory_mb` of a service say what it needs, \
      and each cloud has machines of certain sizes. None of them has as much. Ask for less, or run \
      the service in more instances.
      """
    ),
    (
      apart,
      """
      In `active-active` every region answers requests. On a cloud whose databases are written in one \
      region alone each region would have data of its own, and what is written in one would be missing in \
      the other. Use `active-passive`, where the second region takes over with databases of its own, \
      which begin empty until somebody restores a backup there, or keep to one region.
      """
    ),
    (
      program,
      """
      With `cloud.iac = "pulumi"` the infrastructure is a Python program in place of Terraform. The entry of \
      a cloud says in `pulumi` which runtimes that program makes; others stay with Terraform. Run the \
      service on one of them, or take Terraform.
      """
    ),
  ]

  private let clouds: [(entry: Entry, offer: CloudOffer)]
  private let catalog: Catalog

  /// Makes a check against the clouds of a catalog.
  public init(_ catalog: Catalog) {
    self.catalog = catalog
    clouds = catalog.entries(of: .cloud).compactMap { entry in entry.cloud.map { (entry, $0) } }
  }

  /// What is wrong; a cloud that the catalog does not hold is a warning, for the services are made as
  /// they are for any.
  public func check(_ architecture: Architecture) -> [Diagnostic] {
    let settings = architecture.settings
    let written =
      [settings.string("cloud.primary")].compactMap { $0 } + settings.strings("cloud.targets")
    let used = clouds.filter { cloud in written.contains { $0.value == cloud.entry.id } }
    return written.compactMap(missing)
      + (used.isEmpty ? [] : settings.strings("cloud.regions").compactMap { region($0, in: used) })
      + used.flatMap { cloud in
        architecture.services.compactMap { size(of: $0, on: cloud) }
      } + used.compactMap { apart(architecture, on: $0) }
      + used.flatMap { programs(architecture, on: $0) }
  }

  private func apart(
    _ architecture: Architecture, on cloud: (entry: Entry, offer: CloudOffer)
  ) -> Diagnostic? {
    guard cloud.offer.hasDataPerRegion,
      let mode = architecture.settings.string("deployment.multi_region"),
      mode.value == "active-active",
      let keeper = architecture.services.first(where: { !$0.entities.isEmpty })
    else { return nil }
    var diagnostic = Diagnostic.error(
      Self.apart,
      "each region of `\(cloud.entry.id)` has databases of its own, which nothing keeps alike",
      at: mode.span, label: "all regions answer requests")
    diagnostic.notes = ["`\(keeper.name.value)` keeps data"]
    diagnostic.fixes = [
      Fix("let one region take over from the other", .set(mode.path, .string("active-passive")))
    ]
    return diagnostic
  }

  /// An error for each service that the Pulumi program of a cloud leaves to Terraform.
  private func programs(
    _ architecture: Architecture, on cloud: (entry: Entry, offer: CloudOffer)
  ) -> [Diagnostic] {
    guard let tool = architecture.settings.string("cloud.iac"), tool.value == "pulumi",
      let made = cloud.offer.pulumi.first
    else { return [] }
    let facts = PlatformFacts(ResolvedArchitecture(architecture), CatalogTraits(catalog))
    return facts.services.compactMap { service in
      guard let runtime = service.runtime(on: cloud.entry.id),
        !cloud.offer.pulumi.contains(runtime)
      else { return nil }
      var diagnostic = Diagnostic.error(
        Self.program,
        "the Pulumi program for `\(cloud.entry.id)` makes nothing on `\(runtime)`, where "
          + "`\(service.name)` runs",
        at: tool.span, label: "Terraform makes it")
      diagnostic.fixes = [Fix("use Terraform", .set(tool.path, .string("terraform")))]
      let chosen =
        service.resolved.service.settings.string("cloud.runtime")
        ?? architecture.settings.string("cloud.\(cloud.entry.id).runtime")
      if let chosen, chosen.value == runtime {
        diagnostic.fixes.append(
          Fix("run it on `\(made)`", .set(chosen.path, .string(made))))
      }
      return diagnostic
    }
  }

  private func missing(_ cloud: Sourced<String>) -> Diagnostic? {
    guard cloud.value != "local", catalog.entry(.cloud, cloud.value) == nil else { return nil }
    var diagnostic = Diagnostic.warning(
      CatalogCheck.code, "nothing in the catalog deploys to `\(cloud.value)`", at: cloud.span,
      label: "only what runs anywhere is made")
    let names = catalog.entries(of: .cloud).map { "`\($0.id)`" }.joined(separator: ", ")
    diagnostic.notes = [names.isEmpty ? "it holds no cloud" : "it holds \(names)"]
    return diagnostic
  }

  private func region(
    _ region: Sourced<String>, in clouds: [(entry: Entry, offer: CloudOffer)]
  ) -> Diagnostic? {
    let known = clouds.flatMap(\.offer.regions)
    guard !known.contains(region.value) else { return nil }
    let names = clouds.map { "`\($0.entry.id)`" }.joined(separator: " and ")
    var diagnostic = Diagnostic.warning(
      Self.region, "\(names) \(clouds.count == 1 ? "has" : "have") no region `\(region.value)`",
      at: region.span, label: "left out")
    diagnostic.notes = clouds.map {
      "`\($0.entry.id)` has \($0.offer.regions.sorted().joined(separator: ", "))"
    }
    if let nearest = region.value.nearest(in: known) {
      diagnostic.fixes = [Fix("use `\(nearest)`", .set(region.path, .string(nearest)))]
    }
    return diagnostic
  }

  private func size(
    of service: Service, on cloud: (entry: Entry, offer: CloudOffer)
  ) -> Diagnostic? {
    guard let memory = service.settings.integer("cloud.memory_mb"),
      let cpu = service.settings.integer("cloud.cpu"), let largest = cloud.offer.sizes.last,
      cloud.offer.size(cpu: cpu.value, memory: memory.value) == nil
    else { return nil }
    let wanted = cpu.value > largest.cpu ? cpu : memory
    var diagnostic = Diagnostic.error(
      Self.size, "no machine of `\(cloud.entry.id)` is large enough for `\(service.name.value)`",
      at: wanted.span, label: "too much")
    diagnostic.notes = [
      "the largest, `\(largest.name)`, has \(largest.cpu) / 1024 of a processor and up to "
        + "\(largest.memory.upperBound) MiB"
    ]
    return diagnostic
  }
}
