public import IgniteSyntax

/// A template that was read and checked: it can be rendered with any values of its vocabulary.
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
