public import IgniteCatalog
public import IgniteModel
public import IgniteSyntax

/// The contracts that the last run wrote into a platform, which a new run must not break.
public struct ContractHistory: Sendable {
  /// One contract as it was written.
  private struct Written: Sendable {
    var file: ContractFile
    var record: Manifest.Record
  }

  private let files: WrittenFiles
  private let contracts: [Written]
  /// What services offered over gRPC, by the service.
  private let protos: [String: Manifest.Record]
  /// The contracts in Protocol Buffers, whose numbers a new plan keeps.
  public let offered: ProtoForms

  /// Reads what the last run wrote into a target; nothing where there was none.
  public init(in target: Target) throws(TargetError) {
    self.init(try WrittenFiles(in: target))
  }

  init(_ files: WrittenFiles) {
    self.files = files
    contracts = files.manifest.records.compactMap { record in
      ContractFile(path: record.path).map { Written(file: $0, record: record) }
    }
    let protos = Dictionary(
      files.manifest.records.compactMap { record in
        ProtoForms.service(at: record.path).map { ($0, record) }
      }, uniquingKeysWith: { first, _ in first })
    offered = ProtoForms(
      protos.compactMapValues { files.contents(of: $0).flatMap(ProtoForm.init) })
    self.protos = protos
  }

  /// What an architecture breaks of the contracts, by the compatibility that it asks for.
  public func check(_ architecture: ResolvedArchitecture, catalog: Catalog) -> [Diagnostic] {
    if contracts.isEmpty && offered.isEmpty { return [] }
    return check(architecture, plan: Self.plan(architecture, catalog, keeping: offered))
  }

  /// The same for an architecture whose files are planned already.
  public func check(_ architecture: ResolvedArchitecture, plan: FilePlan) -> [Diagnostic] {
    events(of: architecture, plan) + offers(of: architecture, plan)
  }

  /// What services offer over gRPC no more.
  private func offers(of architecture: ResolvedArchitecture, _ plan: FilePlan) -> [Diagnostic] {
    guard !protos.isEmpty else { return [] }
    let planned = Dictionary(
      plan.files.compactMap { file in ProtoForms.service(at: file.path).map { ($0, file) } },
      uniquingKeysWith: { first, _ in first })
    return architecture.services.compactMap { resolved in
      let name = resolved.service.name.value
      guard let record = protos[name], let file = planned[name],
        file.contents.digest != record.digest, let new = ProtoForm(file.contents.bytes),
        let old = offered.form(of: name), old.package == new.package
      else { return nil }
      let broken = old.broken(by: new)
      return broken.isEmpty ? nil : .broken(resolved.service, broken, package: old.package)
    }
  }

  /// What events tell no more.
  private func events(of architecture: ResolvedArchitecture, _ plan: FilePlan) -> [Diagnostic] {
    guard !contracts.isEmpty else { return [] }
    let planned = Dictionary(
      plan.files.compactMap { file in ContractFile(path: file.path).map { ($0, file.contents) } },
      uniquingKeysWith: { first, _ in first })
    return architecture.events.compactMap { event in
      let newest = contracts.filter { $0.file.event == event.name.value }
        .max { $0.file.version < $1.file.version }
      guard let newest else { return nil }
      if event.version < newest.file.version {
        return .lowered(event, from: newest.file.version)
      }
      guard event.version == newest.file.version, let contents = planned[newest.file],
        contents.digest != newest.record.digest,
        let old = files.contents(of: newest.record).flatMap(ContractForm.init(schema:)),
        let new = ContractForm(schema: contents.bytes)
      else { return nil }
      let broken = ContractChange.changes(from: old, to: new)
        .filter { !$0.breaks.isDisjoint(with: architecture.keptDirections) }
      return broken.isEmpty ? nil : .broken(event, broken, in: architecture)
    }
  }

  /// A plan with the contracts of earlier versions of its events, which still describe events that
  /// were sent.
  func keeping(_ plan: FilePlan) -> FilePlan {
    guard !contracts.isEmpty else { return plan }
    let planned = Set(plan.files.map(\.path))
    let newest = Dictionary(
      plan.files.compactMap { ContractFile(path: $0.path) }.map { ($0.event, $0.version) },
      uniquingKeysWith: max)
    let earlier = contracts.filter { contract in
      newest[contract.file.event].map { contract.file.version < $0 } == true
        && !planned.contains(contract.record.path)
    }
    let kept = earlier.compactMap { contract in
      files.contents(of: contract.record).map {
        PlannedFile(path: contract.record.path, bytes: $0, entry: contract.record.entry)
      }
    }
    guard !kept.isEmpty else { return plan }
    return FilePlan(sorted: (plan.files + kept).sorted { $0.path < $1.path })
  }

  /// The contracts that an architecture asks for.
  private static func plan(
    _ architecture: ResolvedArchitecture, _ catalog: Catalog, keeping offered: ProtoForms
  ) -> FilePlan {
    let context = PlatformContext(catalog: catalog)
    let makers = catalog.only { entry in
      entry.files.contains { $0.path.hasPrefix("contracts/") || $0.path.contains("/proto/") }
    }
    let planner = Planner(catalog: makers, vocabulary: context.vocabulary)
    return planner.plan(context.value(of: architecture, keeping: offered)).plan
  }
}

extension ResolvedArchitecture {
  /// Who must be able to read whose events while the version stays.
  fileprivate var keptDirections: Set<ContractChange.Direction> {
    switch compatibility {
    case "none": []
    case "forward": [.forward]
    case "full": [.backward, .forward]
    default: [.backward]
    }
  }

  fileprivate var compatibility: String {
    architecture.settings.string("settings.events.compatibility")?.value ?? "backward"
  }
}

extension Diagnostic {
  fileprivate static func broken(
    _ event: ResolvedEvent, _ changes: [ContractChange], in architecture: ResolvedArchitecture
  ) -> Diagnostic {
    let name = event.name.value
    var diagnostic = Diagnostic.error(
      "breaking-contract",
      "`\(name)` is not what its contract of version \(event.version) says", at: event.name.span,
      label: "its form has changed")
    diagnostic.notes =
      changes.map(\.fact) + ["`settings.events.compatibility` is `\(architecture.compatibility)`"]
    let path = architecture.services[event.owner].service.path.appending("event_versions")
      .appending(name)
    let next = event.version + 1
    diagnostic.fixes = [Fix("raise it to version \(next)", .set(path, .integer(next)))]
    return diagnostic
  }

  fileprivate static func broken(
    _ service: Service, _ facts: [String], package: String
  ) -> Diagnostic {
    var diagnostic = Diagnostic.error(
      "breaking-contract",
      "`\(service.name.value)` offers less than its contract `\(package)` says",
      at: service.name.span, label: "those who call it would break")
    diagnostic.notes = facts
    let version = package.split(separator: ".").last.flatMap { Int64($0.dropFirst()) } ?? 1
    let path = service.path.appending("grpc").appending("version")
    let next = version + 1
    diagnostic.fixes = [Fix("raise it to version \(next)", .set(path, .integer(next)))]
    return diagnostic
  }

  fileprivate static func lowered(_ event: ResolvedEvent, from version: Int64) -> Diagnostic {
    var diagnostic = Diagnostic.error(
      "version-lowered",
      "`\(event.name.value)` goes back from version \(version) to \(event.version)",
      at: event.name.span)
    diagnostic.notes = ["events of version \(version) may have been sent already"]
    return diagnostic
  }
}
