public import IgniteSyntax

/// The themes that came with the program and those of a person's own folder.
public struct ThemeCatalog: Sendable {
  private let folder: String?

  /// The themes, with those of a folder such as `~/.config/allframe/themes`.
  public init(folder: String? = nil) { self.folder = folder }

  /// The theme of a person who has chosen none.
  public static let standard = builtIn("default-dark")
  /// The theme that has no colours.
  static let mono = builtIn("mono")

  /// The ids of all themes: a person's own first, then the others, each kind by name.
  public var ids: [String] {
    let own = folder.map { FolderListing.names(in: $0, suffix: ".toml") } ?? []
    return own + Self.builtInIds.filter { !own.contains($0) }
  }

  /// The ids of the themes that came with the program.
  public static let builtInIds: [String] = EmbeddedCatalog.files.map {
    String($0.path.description.dropFirst("themes/".count).dropLast(".toml".count))
  }

  /// A theme; where it is broken or missing the standard one, and what is wrong.
  public func theme(_ id: String) -> (theme: Theme, report: DiagnosticReport) {
    guard let source = source(of: id) else {
      let empty = Source(name: id, bytes: [])
      let report = DiagnosticReport(source: empty, diagnostics: [unknown(id)])
      return (Self.standard, report)
    }
    let (theme, diagnostics) = ThemeReader.read(source, id: id)
    return (
      theme ?? Self.standard, DiagnosticReport(source: source, diagnostics: diagnostics)
    )
  }

  private func unknown(_ id: String) -> Diagnostic {
    var diagnostic = Diagnostic.error("unknown-theme", "there is no theme `\(id)`")
    diagnostic.notes = ["there are \(ids.joined(separator: ", "))"]
    return diagnostic
  }

  private func source(of id: String) -> Source? {
    if let folder, !id.contains("/"), let bytes = FolderListing.bytes(of: "\(folder)/\(id).toml") {
      return Source(name: "\(folder)/\(id).toml", bytes: bytes)
    }
    return Self.embedded(id)
  }

  private static func embedded(_ id: String) -> Source? {
    let path = "themes/\(id).toml"
    guard let row = EmbeddedCatalog.files.first(where: { $0.path.description == path }) else {
      return nil
    }
    return Source(name: path, bytes: row.text.withUTF8Buffer(Array.init))
  }

  private static func builtIn(_ id: String) -> Theme {
    guard let source = embedded(id), let theme = ThemeReader.read(source, id: id).theme else {
      preconditionFailure("the theme \(id) is broken")
    }
    return theme
  }
}
