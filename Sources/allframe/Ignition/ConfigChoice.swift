import ArgumentParser
import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax

/// Which config a generation starts from.
struct ConfigChoice {
  /// The config.
  var file: ConfigFile
  /// Whether it was made just now, so that flags belong into its text.
  let isNew: Bool
  /// The folder that the platform goes to unless the person names one; absent where it follows from
  /// the platform's name.
  let folder: String?

  /// A config that is there.
  init(config path: String) throws {
    file = try ConfigFile(reading: path)
    isNew = false
    let parent = Self.parent(of: path)
    folder = path != "-" && Self.isPlatform(parent) ? parent : nil
  }

  /// The platform called `name`, where it was generated before, or else a starter under that name.
  static func named(_ name: String?, template: String?, catalog: Catalog) throws -> ConfigChoice {
    let fallback = template == nil ? "my-platform" : nil
    if template == nil, let known = (name ?? fallback).flatMap(generated) {
      return try ConfigChoice(config: known)
    }
    var choice = try ConfigChoice(starter: template ?? "service", catalog: catalog)
    if let name = name ?? fallback {
      try choice.set(.root.appending("architecture").appending("name"), .string(name))
    }
    return choice
  }

  private init(starter id: String, catalog: Catalog) throws {
    guard let starter = catalog.starter(id) else {
      let ids = catalog.starters.map(\.id)
      let hint = id.nearest(in: ids).map { " Did you mean `\($0)`?" } ?? ""
      throw ValidationError(
        "There is no template `\(id)`; there are \(ids.joined(separator: ", "))." + hint)
    }
    let source = Source(name: "architecture.toml", bytes: starter.architecture.bytes)
    file = ConfigFile(path: "architecture.toml", format: .toml, source: source)
    isNew = true
    folder = nil
  }

  /// Writes values that flags gave into the text.
  mutating func adopt(_ flags: [Sourced<ConfigValue>]) throws {
    for flag in flags { try set(flag.path, flag.value) }
  }

  private mutating func set(_ path: ConfigPath, _ value: ConfigValue) throws {
    let document = Document.parse(file.source, format: file.format)
    switch document.applying(.set(path, value)) {
    case .edited(let edited): file = file.with(edited.source)
    case .refused(let diagnostic): throw FileError(path: file.path, reason: diagnostic.message)
    }
  }

  /// The config of a platform that was generated into a folder before.
  static func generated(_ name: String) -> String? {
    guard isPlatform(name) else { return nil }
    return ["toml", "yaml"].map { "\(name)/architecture.\($0)" }.first(where: FileReader.exists)
  }

  /// The folder that a path leads to something in.
  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Whether a platform was generated into a folder before.
  static func isPlatform(_ folder: String) -> Bool {
    FileReader.exists("\(folder)/.allframe/manifest.json")
  }
}
