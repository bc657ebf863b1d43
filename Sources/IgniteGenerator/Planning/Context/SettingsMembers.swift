import IgniteModel

/// The names that templates have for one key.
struct SettingsMembers {
  private typealias Place = SettingsContext.Place
  /// The members, the key itself first.
  private(set) var all: [SettingsContext.Member] = []
  private let key: String
  private let path: @Sendable (SettingsContext.Place) -> String

  /// Makes the members of a key of its kind; where `isWhole`, the place itself is the key.
  init(_ key: String, _ kind: ValueKind, isWhole: Bool = false) {
    self.key = key
    path = { isWhole ? String($0.prefix.dropLast()) : $0.prefix + key }
    add(kind)
  }

  private mutating func add(_ kind: ValueKind) {
    let path = path
    switch kind {
    case .text, .choice: addText(.text(maxLength: 0))
    case .shaped: addText(kind)
    case .integer, .port: all.append(.number(key) { $0.settings.integer(path($0))?.value })
    case .number: all.append(.decimal(key) { $0.settings.number(path($0))?.value })
    case .boolean:
      all.append(.flag(key) { $0.settings.boolean(path($0))?.value ?? false })
    case .list(let element): addList(element)
    case .either(let one, let other):
      guard one == .boolean || other == .boolean else { return }
      addText(one == .boolean ? other : one)
      all.append(
        .flag("has_\(key)") {
          $0.settings.boolean(path($0))?.value ?? ($0.settings.string(path($0)) != nil)
        })
    case .table: break
    }
  }

  private mutating func addText(_ kind: ValueKind) {
    let read = read
    all.append(.text(key, read))
    guard case .shaped(let shape) = kind else { return }
    if shape == .duration {
      all.append(.number("\(key)_ms") { read($0).flatMap { TimeSpan($0)?.milliseconds } })
    } else if Self.isName(shape) {
      all += Self.forms(of: key, read)
    }
  }

  private mutating func addList(_ element: ValueKind) {
    let path = path
    switch element {
    case .text, .choice, .shaped:
      all.append(.texts(key) { $0.settings.strings(path($0)).map(\.value) })
    default: return
    }
    guard case .shaped(let shape) = element, Self.isName(shape) else { return }
    all.append(
      .list("\(key)_words", of: WordContext.record) {
        $0.settings.strings(path($0)).map(\.value)
      })
  }

  /// The text of the key, absent where only the deployment knows it.
  private var read: @Sendable (SettingsContext.Place) -> String? {
    let path = path
    return { place in
      let path = path(place)
      return place.settings.carriedParts(path) == nil ? place.settings.string(path)?.value : nil
    }
  }

  private static func isName(_ shape: TextShape) -> Bool {
    [.identifier, .kebabName, .typeName, .topic].contains(shape)
  }

  /// A name as Rust writes it.
  static func forms(
    of key: String, _ read: @escaping @Sendable (SettingsContext.Place) -> String?
  ) -> [SettingsContext.Member] {
    [
      .text("\(key)_module") { read($0).map { WordContext.module($0) } },
      .text("\(key)_type") { read($0).map { WordContext.type($0) } },
      .text("\(key)_env") { read($0).map { Naming.screamingSnake($0) } },
    ]
  }
}

/// What templates can say about a name that a config gives to something.
enum WordContext {
  static let record = RecordDeclaration<String>("word", members)

  /// The same names for a scope of its own.
  static func record(_ name: String) -> RecordDeclaration<String> {
    RecordDeclaration<String>(name, members)
  }

  private static let members: [RecordDeclaration<String>.Member] = [
    .text("name") { $0 },
    .text("module") { module($0) },
    .text("type") { type($0) },
    .text("env") { Naming.screamingSnake($0) },
    .text("operation") { "list_\(module($0))" },
    .text("label") { Naming.words(of: $0).joined(separator: " ") },
  ]

  static func type(_ name: String) -> String {
    RustNames.type(Naming.pascal(name), suffix: "Name")
  }

  static func module(_ name: String) -> String { RustNames.module(type(name)) }
}
