import IgniteSyntax

/// Other spellings of keys that people already use: understood like the key they stand for, and told
/// with a fix that writes that key.
struct Shorthands {
  /// The table of the service.
  let service: ConfigPath
  /// The services by name.
  let serviceNames: [String: Int]

  /// Puts what a shorthand says where it belongs.
  func expand(
    _ assignment: SettingsLayer.Assignment, in settings: inout Settings,
    report: inout DecodingReport
  ) {
    let entry = assignment.entry
    switch assignment.settingsPath {
    case "ports.inbound": expandInbound(entry, in: &settings, report: &report)
    case "ports.outbound": expandOutbound(entry, in: &settings, report: &report)
    case "domain.entities": append(entry, to: "entities", in: &settings, report: &report)
    case "domain.events": append(entry, to: "publishes", in: &settings, report: &report)
    default: append(entry, to: "consumes", in: &settings, report: &report)
    }
  }

  /// Tells which entities are written as a bare name.
  func expandEntities(in settings: Settings, report: inout DecodingReport) {
    guard let entry = settings.writtenEntry("entities"), entry.path.last == .key("entities"),
      entry.path.parent == service, case .array(let elements) = entry.node.content
    else { return }
    for (index, element) in elements.enumerated() {
      guard case .string(let name) = element.content else { continue }
      report.add(
        .shorthand(
          "`\(name)` is the short form of an entity", at: element.span, better: "it as a table",
          [.set(entry.path.appending(index), ["name": .string(name)])]))
    }
  }

  // MARK: Ports

  /// `["rest:8080"]` is `{ rest = 8080 }`.
  private func expandInbound(
    _ entry: SettingsEntry, in settings: inout Settings, report: inout DecodingReport
  ) {
    var edits: [ConfigEdit] = []
    for text in entry.strings {
      let halves = text.value.split(separator: ":", omittingEmptySubsequences: false)
      guard halves.count == 2, let port = Int64(halves[1]), (1...65535).contains(port),
        (Schema.protocols + ["http"]).contains(String(halves[0]))
      else {
        report.add(malformedPort(text))
        continue
      }
      let path = "ports.\(halves[0])"
      guard !settings.isWritten(path) else { continue }
      settings[path] = Sourced(.integer(port), path: text.path, provenance: text.provenance)
      edits.append(.set(service.appending(contentsOf: path), .integer(port)))
    }
    report.add(
      .shorthand(
        "`ports.inbound` is a shorthand for ports by protocol", at: entry.node.span,
        better: "ports by protocol", edits + [.remove(entry.path)]))
  }

  private func malformedPort(_ text: Sourced<String>) -> Diagnostic {
    .error(
      "malformed-value", "`\(text.value)` is not a protocol with a port such as `rest:8080`",
      at: text.span, label: "not `protocol:port`")
  }

  /// Names of services, with or without a protocol, are calls; stores and buses follow from settings.
  private func expandOutbound(
    _ entry: SettingsEntry, in settings: inout Settings, report: inout DecodingReport
  ) {
    let names = entry.strings.compactMap { text -> Sourced<String>? in
      let name = text.value.split(separator: ":").last { serviceNames[String($0)] != nil }
      return name.map { Sourced(String($0), path: text.path, provenance: text.provenance) }
    }
    let edits = append(names, to: "calls", in: &settings)
    report.add(
      .shorthand(
        "`ports.outbound` is a shorthand for `calls`", at: entry.node.span, better: "`calls`",
        edits + [.remove(entry.path)]))
  }

  // MARK: Lists

  private func append(
    _ entry: SettingsEntry, to key: String, in settings: inout Settings,
    report: inout DecodingReport
  ) {
    let edits = append(entry.strings, to: key, in: &settings)
    let from = entry.path.components.dropFirst(service.components.count)
    report.add(
      .shorthand(
        "`\(ConfigPath(Array(from)))` is a shorthand for `\(key)`", at: entry.node.span,
        better: "`\(key)`", edits + [.remove(entry.path)]))
  }

  /// Adds the names that the list has not yet, and says by which edits the file would have them.
  private func append(
    _ names: [Sourced<String>], to key: String, in settings: inout Settings
  ) -> [ConfigEdit] {
    let old = settings.writtenEntry(key)
    var elements: [DocumentNode] = []
    if let old, case .array(let nodes) = old.node.content { elements = nodes }
    let known = Set(elements.compactMap(\.elementName))
    let new = names.filter { !known.contains($0.value) }
    let values = new.map { Self.value($0.value, in: key) }
    let path = service.appending(key)
    let start = elements.count
    elements += new.map { DocumentNode(.string($0.value), span: $0.span ?? Span(0, 0)) }
    guard let first = new.first else { return [] }
    settings.override(
      key,
      with: SettingsEntry(
        DocumentNode(.array(elements), span: old?.node.span ?? first.span ?? Span(0, 0)),
        path: old?.path ?? first.path.parent, provenance: old?.provenance ?? first.provenance))
    guard old != nil else { return [.set(path, .array(values))] }
    return values.enumerated().map { .insert(path, at: start + $0.offset, $0.element) }
  }

  private static func value(_ name: String, in key: String) -> ConfigValue {
    key == "entities" ? ["name": .string(name)] : .string(name)
  }
}

extension DocumentNode {
  /// The name of an element that is a name or a table with one.
  fileprivate var elementName: String? {
    switch content {
    case .string(let text): text
    case .table:
      if case .string(let text)? = member("name")?.node.content { text } else { nil }
    default: nil
    }
  }
}
