/// Long explanations of what reading, editing and formatting a text tells, for `allframe explain`.
public enum SyntaxExplanations {
  /// The explanation of a code; absent for codes of others.
  public static func text(of code: Diagnostic.Code) -> String? {
    all.first { $0.code == code }?.text
  }

  /// Every code of the syntax with its explanation, sorted by code.
  public static let all: [(code: Diagnostic.Code, text: String)] =
    (reading + editing + toml + yaml).sorted { $0.code.description < $1.code.description }

  /// What is told of any text.
  private static let reading: [(code: Diagnostic.Code, text: String)] = [
    (
      "duplicate-key",
      #"""
      A name stands for one value only, so the second definition could only hide the \#
      first. Both places are shown; keep one, or give the other another name.

      Wrong: `a = 1` and later `a = 2` in the same table.
      """#
    ),
    (
      "duplicate-table",
      #"""
      A table has one header. Put all its keys below the first one; for a list of tables \#
      write `[[name]]` for each element, the first one included.

      Wrong: `[settings]` twice. Right: one `[settings]` with all the keys.
      """#
    ),
    (
      "file-too-large",
      #"""
      Files of more than 16 MiB are not read: no architecture needs them, and a file of \#
      that size is most likely another one.
      """#
    ),
    (
      "invalid-utf8",
      #"""
      Config files are UTF-8. The marked bytes are not: most editors show the encoding of \#
      a file and can save it as UTF-8.
      """#
    ),
    (
      "nested-too-deeply",
      #"""
      Values may be nested 128 levels deep. Deeper nesting is refused, because files that \#
      do it are made to exhaust programs.
      """#
    ),
    (
      "nul-byte",
      #"""
      A byte of zero does not belong in text. The file may be UTF-16 or damaged; save it \#
      as UTF-8.
      """#
    ),
    (
      "too-many-errors",
      #"""
      At most 100 findings are shown for one file. Correct those and check again.
      """#
    ),
  ]
}
