public import IgniteSyntax

/// A template that was read and checked: it can be rendered with any values of its vocabulary.
///
/// A template is the text of a file with tags in it. Tags choose and repeat; they never compute.
///
/// - `<%= service.name | rust.str %>` is a hole: the value, written by an encoder of the file's language.
///   There is no hole without an encoder. What an encoder ends in says what it makes: `str` a whole
///   literal, `part` the inside of one between double quotes, `ident` a whole identifier, `word` a part
///   of one, `comment` and `doc` the text after a mark of a comment, on as many lines as it has.
/// - `<% for field in entity.fields %> … <% end %>` repeats; inside, `loop.first`, `loop.last`,
///   `loop.index` from zero and `loop.number` from one are known.
/// - `<% if service.has_store %> … <% else if not x %> … <% else %> … <% end %>` chooses; a condition is a
///   path, `not` and a path, `path == "text"`, `path != "text"` or `path has "text"` for a list of texts.
///   Absent, false, zero and empty values do not hold.
/// - `<% sorted %> … <% end %>` holds lines, such as dependencies to which entries add: they come out in
///   their order, each once.
/// - `<% slot name %>` is where other entries add text; blanks before it come before each of their lines.
/// - `<%# … %>` is a comment, and `<%%` stands for `<%` itself.
///
/// A line that holds a single tag, and no hole, leaves no line behind.
public struct Template: Sendable {
  /// The path of its file in the catalog.
  public let name: String
  /// The language of what it renders.
  public let language: Language
  /// The places where entries can add text.
  public let slots: [TemplateSlot]
  let nodes: [TemplateNode]
  let frameSize: Int

  /// Reads a template for files in `language`; `scopes` are the scopes bound for the whole file.
  /// Gives no template when something is wrong with it, and then at least one error.
  public static func compile(
    _ source: Source, language: Language, vocabulary: Vocabulary, scopes: [String]
  ) -> (template: Template?, diagnostics: [Diagnostic]) {
    var compiler = TemplateCompiler(
      source: source, language: language, vocabulary: vocabulary, scopes: scopes)
    let nodes = compiler.compile()
    guard compiler.diagnostics.isEmpty else { return (nil, compiler.diagnostics) }
    let template = Template(
      name: source.name, language: language, slots: compiler.slots, nodes: nodes,
      frameSize: compiler.frameSize)
    return (template, [])
  }
}
