public import IgniteSyntax

/// What a legacy adapter says fits together and has entities to fill.
public struct AdapterMismatch: ValidationRule {
  /// `adapter-mismatch`.
  public static let code: Diagnostic.Code = "adapter-mismatch"

  /// The rule in one sentence.
  public static let summary = "What a legacy adapter says fits together and has entities to fill."

  /// Why the parts of an adapter depend on each other.
  public static let explanation = """
    A `legacy-adapter` brings records of another system over as its entities, so it needs some, and \
    each word of its `translation_map` stands for one of their fields. A system that drops files \
    has a `folder`, calls nobody and asks for no credentials; one that is talked to over HTTP has \
    an `upstream`. An interval counts only where the system is asked from time to time.

    Wrong: `acl = { protocol = "file", sync_strategy = "webhook" }`.

    Right: `acl = { protocol = "file", folder = "/var/spool/crm", sync_strategy = "polling" }`.
    """

  /// Makes the rule.
  public init() {}

  /// One finding for each part that does not fit the others.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    index.services.flatMap { service -> [Diagnostic] in
      guard index.archetype(of: service)?.provides("translates") ?? false else { return [] }
      let idle = [interval(of: service), scheme(of: service)] + places(of: service)
      return [empty(service), told(service)].compactMap(\.self) + idle.compactMap(\.self)
        + words(of: service)
    }
  }

  private func empty(_ service: Service) -> Diagnostic? {
    guard service.entities.isEmpty else { return nil }
    var diagnostic = error(
      "`\(service.name.value)` has no entities", at: service.type,
      label: "brings records over as entities")
    diagnostic.notes.append("`entities` names what its records become")
    return diagnostic
  }

  private func told(_ service: Service) -> Diagnostic? {
    guard let way = service.settings.string("acl.sync_strategy"), way.value == "webhook",
      readsFiles(service)
    else { return nil }
    var diagnostic = error(
      "files tell nothing by themselves", at: way, label: "needs a system that calls")
    diagnostic.fixes = way.fix("look for files from time to time", to: .string("polling"))
    return diagnostic
  }

  private func interval(of service: Service) -> Diagnostic? {
    let key = "acl.polling_interval_seconds"
    guard isWritten(key, in: service), let interval = service.settings.integer(key) else {
      return nil
    }
    let way = service.settings.string("acl.sync_strategy")
    guard way?.value != "polling" else { return nil }
    var diagnostic = warning(
      "the interval has no effect", at: interval,
      label: "data comes over by `\(way?.value ?? "on-demand")`")
    let path = service.path.appending("acl").appending("sync_strategy")
    diagnostic.fixes = [Fix("ask from time to time", .set(path, .string("polling")))]
    return diagnostic
  }

  private func scheme(of service: Service) -> Diagnostic? {
    guard readsFiles(service), isWritten("acl.auth", in: service),
      let scheme = service.settings.string("acl.auth"), scheme.value != "none"
    else { return nil }
    return warning("credentials have no effect", at: scheme, label: "a folder asks for none")
  }

  private func places(of service: Service) -> [Diagnostic?] {
    let (other, right) =
      readsFiles(service) ? ("acl.upstream", "folder") : ("acl.folder", "upstream")
    guard let place = service.settings.string(other) else { return [] }
    let proto = service.settings.string("acl.protocol")?.value ?? "rest"
    return [
      warning(
        "the place has no effect", at: place,
        label: "with `protocol = \"\(proto)\"` it is `\(right)`")
    ]
  }

  private func words(of service: Service) -> [Diagnostic] {
    let fields = service.entities.flatMap(\.fields).map(\.name.value)
    let table = "acl.translation_map."
    let paths = service.settings.writtenPaths.filter { $0.hasPrefix(table) }
    return paths.sorted().compactMap { path in
      guard let word = service.settings.string(path), !fields.contains(word.value),
        !service.entities.isEmpty
      else { return nil }
      var diagnostic = error(
        "no entity of `\(service.name.value)` has a field `\(word.value)`", at: word)
      if let nearest = word.value.nearest(in: fields) {
        diagnostic.fixes = word.fix("use `\(nearest)`", to: .string(nearest))
      }
      return diagnostic
    }
  }

  private func readsFiles(_ service: Service) -> Bool {
    service.settings.string("acl.protocol")?.value == "file"
  }

  private func isWritten(_ path: String, in service: Service) -> Bool {
    service.settings.writtenPaths.contains(path)
  }
}
