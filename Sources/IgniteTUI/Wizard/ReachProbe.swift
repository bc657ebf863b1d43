import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax

/// Finds out which keys change what is generated, by trying other answers on the catalog's own examples.
struct ReachProbe {
  let catalog: Catalog
  let loader: ArchitectureLoader
  let planner: PlatformPlanner

  /// One key of one example, with the answer that is tried.
  private struct Trial {
    var key: Reach.Key
    var edit: ConfigEdit
  }

  /// What was found in all examples.
  func reach() -> Reach {
    var found: Set<Reach.Key> = []
    // What matters on every cloud is not sought again on one.
    let examples = examples.map { (document: $0, cloud: cloud(of: $0)) }
    for example in examples where example.cloud == nil { explore(example.document, &found) }
    for example in examples where example.cloud != nil { explore(example.document, &found) }
    return Reach(keys: found)
  }

  private var examples: [Document] {
    let files = catalog.entries.compactMap(\.example) + catalog.starters.map(\.architecture)
    return files.map {
      Document.parse(Source(name: $0.path, bytes: $0.bytes), format: .toml)
    }
  }

  /// Tries every key alone, then once more beside the answers that did something: many keys matter only
  /// when something else is switched on.
  private func explore(_ document: Document, _ found: inout Set<Reach.Key>) {
    guard let base = files(of: document) else { return }
    var base2 = document
    for round in 0..<4 {
      let effective = search(trials(on: document, round, without: found), document, base)
      found.formUnion(effective.map(\.key))
      if let next = edited(base2, effective.map(\.edit)) { base2 = next }
    }
    guard base2.source.bytes != document.source.bytes, let files = files(of: base2) else { return }
    for round in 0..<2 {
      let more = search(trials(on: base2, round, without: found), base2, files)
      found.formUnion(more.map(\.key))
    }
  }

  /// The trials that make a difference; halves that make none are not looked into.
  private func search(
    _ trials: [Trial], _ document: Document, _ base: [String: [UInt8]]
  ) -> [Trial] {
    guard !trials.isEmpty, makesDifference(trials, document, base) else { return [] }
    guard trials.count > 1 else { return trials }
    let middle = trials.count / 2
    return search(Array(trials[..<middle]), document, base)
      + search(Array(trials[middle...]), document, base)
  }

  private func makesDifference(
    _ trials: [Trial], _ document: Document, _ base: [String: [UInt8]]
  ) -> Bool {
    guard let edited = edited(document, trials.map(\.edit)) else { return trials.count > 1 }
    guard let files = files(of: edited) else { return trials.count > 1 }
    return files != base
  }

  private func edited(_ document: Document, _ edits: [ConfigEdit]) -> Document? {
    guard case .edited(let edited) = document.applying(edits) else { return nil }
    return edited
  }

  /// What would be generated besides the config itself.
  private func files(of document: Document) -> [String: [UInt8]]? {
    let resolved = ResolvedArchitecture(loader.load(document).architecture)
    let plan = planner.plan(resolved, config: document).plan
    guard !plan.files.isEmpty else { return nil }
    let files = plan.files.filter { !$0.path.hasPrefix("architecture.") }
    return Dictionary(files.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
  }

  // MARK: Trials

  /// The cloud that a config is for, where the catalog deploys to it.
  private func cloud(of document: Document) -> String? {
    cloud(of: loader.load(document).architecture)
  }

  private func cloud(of architecture: Architecture) -> String? {
    let settings = architecture.settings
    let primary = [settings.string("cloud.primary")].compactMap { $0 }
    return (primary + settings.strings("cloud.targets"))
      .lazy.compactMap { catalog.entry(.cloud, $0.value)?.id }.first
  }

  private func trials(
    on document: Document, _ round: Int, without found: Set<Reach.Key>
  ) -> [Trial] {
    let architecture = loader.load(document).architecture
    let cloud = cloud(of: architecture)
    let keys = loader.schema.declarations.filter(\.canBeTried)
    var trials = keys.filter { !$0.path.isBelowService }.compactMap {
      trial($0, in: architecture.settings, at: .root, (nil, cloud), round)
    }
    for service in architecture.services {
      let type = service.type.value
      trials += keys.filter { $0.isKey(of: type) }.compactMap {
        trial($0, in: service.settings, at: service.path, (type, cloud), round)
      }
    }
    return trials.filter { trial in
      var everywhere = trial.key
      everywhere.cloud = nil
      return !found.contains(trial.key) && !found.contains(everywhere)
    }
  }

  private func trial(
    _ declaration: KeyDeclaration, in settings: Settings, at owner: ConfigPath,
    _ place: (archetype: String?, cloud: String?), _ round: Int
  ) -> Trial? {
    let names = declaration.namesBelowOwner
    let current = settings[names.joined(separator: ".")]?.value ?? declaration.defaultValue
    let values = Alternatives(catalog: catalog).values(for: declaration, besides: current)
    guard values.indices.contains(round) else { return nil }
    let path = ConfigPath(owner.components + names.map { .key($0) })
    return Trial(
      key: Reach.Key(
        pattern: declaration.path, archetype: place.archetype, cloud: place.cloud),
      edit: .set(path, values[round]))
  }
}

extension KeyDeclaration {
  /// The keys from the service, or from the root, down to this one.
  var namesBelowOwner: [String] {
    path.components.compactMap { if case .key(let name) = $0 { name } else { nil } }
      .dropFirst(path.isBelowService ? 1 : 0).map { $0 }
  }

  /// Whether services of an archetype have the key.
  func isKey(of archetype: String) -> Bool {
    path.isBelowService && (archetypes.isEmpty || archetypes.contains(archetype))
  }

  /// Whether a value can be put in its place to see what changes.
  var canBeTried: Bool {
    kind != .table && shorthandFor == nil && !isStructure
  }
}
