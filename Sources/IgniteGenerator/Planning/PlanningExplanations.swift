public import IgniteSyntax

/// Long explanations of what the catalog, its templates and planning tell, for `allframe explain`.
public enum PlanningExplanations {
  /// The explanation of a code; absent for codes of others.
  public static func text(of code: Diagnostic.Code) -> String? {
    all.first { $0.code == code }?.text
  }

  /// Every code of planning with its explanation, sorted by code.
  public static let all: [(code: Diagnostic.Code, text: String)] =
    (planning + templates + CloudCheck.explanations
    + [
      (CatalogCheck.code, CatalogCheck.explanation),
      (EnvironmentCheck.code, EnvironmentCheck.explanation),
      (DeliveryCheck.code, DeliveryCheck.explanation),
    ])
    .sorted { $0.code.description < $1.code.description }

  /// What is told of an architecture.
  private static let planning: [(code: Diagnostic.Code, text: String)] = [
    (
      "missing-capability",
      """
      Entries of the catalog say what they need and what they provide: an outbox needs a bus and a \
      database that speaks SQL. Here an entry is used where nothing provides what it needs. Choose \
      one of the entries that the note names, or another one in place of the one that needs it.
      """
    ),
    (
      "path-collision",
      """
      Two files would stand at one place, or one would be a folder of the other. Names that differ \
      only in letter case count as one, because some disks do not tell them apart. Rename one of \
      the services, entities or events that the paths are made of.
      """
    ),
    (
      "unusable-path",
      """
      A file would get a path that leaves the platform's folder, belongs to the program itself or \
      cannot be made on every disk. The names in the path come from the config or from an entry of \
      your own in the catalog; change them there.
      """
    ),
    (
      "value-refused",
      """
      A value of the config would stand in a generated file whose language cannot take it: a word \
      of the language where a name is wanted, or characters that no quoting makes harmless. It is \
      refused rather than changed, so that what is generated says what the config says. Change the \
      value; the message names it, and the note the place in the template.
      """
    ),
  ]

  /// What is told of entries of a person's own.
  private static let templates: [(code: Diagnostic.Code, text: String)] = [
    (
      "catalog-entry",
      """
      An entry of the catalog is a folder `<kind>/<id>/` with an `entry.toml` that has a `title` and \
      a `summary`, a folder `files/` for the output, a folder `slots/` for text in other entries' \
      files, and perhaps an `example.toml`. Something else was found, or a key has the wrong type.
      """
    ),
    (
      "template-encoder",
      """
      Every value in a template names an encoder of the language that it stands in, such as \
      `<%= service.name | rust.str %>` in Rust; there is no way to write a value as it is. The \
      encoder is unknown, belongs to another language, takes another kind of value, or stands where \
      its output would mean something else: a `part` belongs between double quotes, a `word` touches \
      other letters, an `ident` touches none, a comment comes right after the mark of a comment.
      """
    ),
    (
      "template-name",
      """
      A template uses a name that nothing stands for at this place. The note lists the names that \
      are known; those of loops are known inside the loop alone.
      """
    ),
    (
      "template-path",
      """
      The path of a template may hold `<service>`, `<entity>` or `<event>`, and the file is made once \
      for each of them. Other words between `<` and `>` mean nothing.
      """
    ),
    (
      "template-slot",
      """
      A text in `slots/` goes where a file of another entry has a slot of that name. There is no such \
      slot, or several of different languages, or texts for slots hold each other without an end.
      """
    ),
    (
      "template-syntax",
      """
      Templates know `<% for NAME in PATH %>`, `<% if CONDITION %>`, `<% else if CONDITION %>`, \
      `<% else %>`, `<% end %>`, `<% slot NAME %>`, `<%= PATH | ENCODER %>` and `<%# COMMENT %>`. A tag \
      is none of these, is not closed, or closes nothing.
      """
    ),
  ]
}
