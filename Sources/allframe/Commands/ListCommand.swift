import ArgumentParser
import IgniteCatalog
import IgniteSyntax

/// `allframe list KIND`: what can be built.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List what can be built.",
    discussion: """
        allframe list archetypes
        allframe list templates
      """)

  @Argument(
    help: ArgumentHelp(
      "One of \(ListCommand.kinds.joined(separator: ", ")); without it, all.", valueName: "kind"))
  var kind: String?

  private static var kinds: [String] {
    Entry.Kind.allCases.filter { !Catalog.builtIn.entries(of: $0).isEmpty }.map(\.folder)
      + ["templates"]
  }

  func validate() throws {
    guard let kind, !Self.kinds.contains(kind) else { return }
    let hint = kind.nearest(in: Self.kinds).map { " Did you mean `\($0)`?" } ?? ""
    throw ValidationError("Nothing is listed as `\(kind)`." + hint)
  }

  func run() {
    for shown in kind.map({ [$0] }) ?? Self.kinds {
      if kind == nil { Console.output.print("\(shown):") }
      for row in rows(of: shown) {
        let name = (kind == nil ? "  " : "") + row.id
        let gap = String(repeating: " ", count: max(2, 22 - name.count))
        Console.output.print(name + gap + VisibleText.line(row.summary))
      }
    }
  }

  private func rows(of kind: String) -> [(id: String, summary: String)] {
    if kind == "templates" {
      return Catalog.builtIn.starters.map { ($0.id, $0.summary) }
    }
    let entries = Entry.Kind(rawValue: kind).map { Catalog.builtIn.entries(of: $0) } ?? []
    return entries.map { ($0.id, $0.summary) }
  }
}
