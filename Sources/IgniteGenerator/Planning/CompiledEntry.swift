import IgniteCatalog
import IgniteSyntax

/// A catalog entry whose templates were read and checked.
struct CompiledEntry: Sendable {
  /// A file that the entry adds.
  struct File: Sendable {
    var path: OutputPath
    var content: Content
    var isExecutable: Bool
    /// The path in the catalog, for messages.
    var origin: String
  }

  /// What a file holds.
  enum Content: Sendable {
    case verbatim([UInt8])
    case template(Template)
  }

  /// Text for a slot of other entries' files.
  struct Fragment: Sendable {
    var slot: String
    /// The scopes that it is made for.
    var scopes: [Int]
    var template: Template
  }

  let entry: Entry
  /// When the entry is used.
  let condition: TemplateCondition
  /// Whether the condition is about a single service, so that it is asked for each.
  let isPerService: Bool
  let files: [File]
  var fragments: [Fragment] = []
}
