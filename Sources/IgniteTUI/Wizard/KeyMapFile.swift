import IgniteSyntax

/// A person's own keys: one line a command, the keys as a list.
///
/// ```toml
/// save = ["ctrl-s", "f3"]
/// palette = ["ctrl-k"]
/// ```
struct KeyMapFile {
  /// The keys with those of the file in place of the standard ones; a file with a mistake changes nothing.
  static func read(_ source: Source) -> (map: KeyMap, diagnostics: [Diagnostic]) {
    var file = KeyMapFile(document: Document.parse(source, format: .toml))
    file.read()
    let isSound = !file.diagnostics.contains { $0.severity == .error }
    return (isSound ? file.map : .standard, file.diagnostics)
  }

  private let document: Document
  private var map = KeyMap.standard
  private var diagnostics: [Diagnostic]

  private init(document: Document) {
    self.document = document
    diagnostics = document.diagnostics
  }

  private mutating func read() {
    guard case .table(let members) = document.root.content else { return }
    for member in members { read(member) }
    reportSharedKeys(members)
  }

  private mutating func read(_ member: DocumentMember) {
    guard let command = Command(rawValue: member.key) else { return reportUnknown(member) }
    guard case .array(let elements) = member.node.content else {
      return report("`\(member.key)` takes a list of keys", at: member.node.span)
    }
    let keys = elements.compactMap { key($0) }
    // Keys that type text must not be taken away from it.
    let typed = keys.filter { $0.typed != nil }
    let context = map.bindings.first { $0.command == command }?.context ?? .page
    map.bindings.removeAll { $0.command == command }
    add(command, context, keys.filter { $0.typed == nil })
    add(command, .page, typed)
  }

  private mutating func add(_ command: Command, _ context: KeyContext, _ keys: [Key]) {
    guard !keys.isEmpty else { return }
    var binding = Binding(command, context, KeyMap.standard.title(of: command), "")
    binding.keys = keys
    map.bindings.insert(binding, at: 0)
  }

  private mutating func key(_ node: DocumentNode) -> Key? {
    if case .string(let text) = node.content, let key = Key(text: text) { return key }
    report("there is no such key; write it like `ctrl-s`, `alt-1`, `f10` or `q`", at: node.span)
    return nil
  }

  private mutating func reportUnknown(_ member: DocumentMember) {
    let names = Command.allCases.map(\.rawValue)
    report("there is no command `\(member.key)`", at: member.keySpan)
    if let nearest = member.key.nearest(in: names) {
      diagnostics[diagnostics.count - 1].notes = ["there is one called `\(nearest)`"]
    }
  }

  /// Two commands of the file cannot have one key.
  private mutating func reportSharedKeys(_ members: [DocumentMember]) {
    var owners: [String: String] = [:]
    for member in members {
      guard case .array(let elements) = member.node.content else { continue }
      for element in elements {
        guard case .string(let text) = element.content else { continue }
        if let owner = owners.updateValue(member.key, forKey: text), owner != member.key {
          report("`\(text)` is given to `\(owner)` already", at: element.span)
        }
      }
    }
  }

  private mutating func report(_ message: String, at span: Span) {
    diagnostics.append(.error("invalid-keys", message, at: span))
  }
}
