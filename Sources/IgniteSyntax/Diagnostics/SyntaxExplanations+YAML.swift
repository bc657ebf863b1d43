extension SyntaxExplanations {
  /// What is told of YAML.
  static let yaml: [(code: Diagnostic.Code, text: String)] = [
    (
      "yaml-alias",
      #"""
      An alias `*name` stands for the value that `&name` marks above it. It may not \#
      contain itself, and all aliases together may not repeat so much that a small file \#
      becomes a huge one.
      """#
    ),
    (
      "yaml-ambiguous-value",
      #"""
      Versions of YAML disagree on whether this is a text. Put it between quotes if it is \#
      one; write `true`, `false` or a plain number if it is not.

      Unclear: `on`, `yes`, `010`. Clear: `"on"`, `true`, `10`.
      """#
    ),
    (
      "yaml-invalid-number",
      #"""
      Whole numbers have to fit in 64 bits. Put longer ones between quotes.
      """#
    ),
    (
      "yaml-key-not-text",
      #"""
      Keys are plain texts. Put numbers, dates and booleans that are meant as keys between \#
      quotes.

      Wrong: `8080: x`. Right: `"8080": x`.
      """#
    ),
    (
      "yaml-merge-key",
      #"""
      Merge keys (`<<`) are not part of YAML 1.2 and hide where a value comes from. Write \#
      the keys out.
      """#
    ),
    (
      "yaml-not-a-table",
      #"""
      A config is a mapping of keys to values at its top.
      """#
    ),
    (
      "yaml-null-value",
      #"""
      A key or an element without a value says nothing. Give it one, or take it away.
      """#
    ),
    (
      "yaml-several-documents",
      #"""
      A config file holds one YAML document. Put what follows `---` into a file of its \#
      own.
      """#
    ),
    (
      "yaml-syntax",
      #"""
      The text is not YAML. The place is where the reader gave up; the cause is often on \#
      the line above: indentation, a missing space after `:`, or an unclosed quote.
      """#
    ),
    (
      "yaml-unknown-tag",
      #"""
      Only the tags of plain YAML are read (`!!str`, `!!int`, `!!float`, `!!bool`, \#
      `!!seq`, `!!map`), and the value has to be what its tag says.
      """#
    ),
  ]
}
