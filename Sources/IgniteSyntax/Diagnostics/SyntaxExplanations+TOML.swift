extension SyntaxExplanations {
  /// What is told of TOML.
  static let toml: [(code: Diagnostic.Code, text: String)] = [
    (
      "toml-closed-table",
      #"""
      Dotted keys extend a table only in the part of the file where they made it, and \#
      never one with a header or braces of its own. Put the key where the table is \#
      defined.

      Wrong: `[a]` and below `[b]`, `a.x = 1` in the root. Right: `x = 1` below `[a]`.
      """#
    ),
    (
      "toml-control-character",
      #"""
      Control characters other than the tab are invisible and do not belong in a file. In \#
      a string between `"` they can be written as escapes.

      Right: `"\u001B"`.
      """#
    ),
    (
      "toml-invalid-boolean",
      #"""
      TOML writes booleans as `true` and `false`, in lower case and without quotes.
      """#
    ),
    (
      "toml-invalid-date-time",
      #"""
      Dates and times are written as in RFC 3339, and the day has to exist.

      Right: `2026-01-31`, `12:30:00`, `2026-01-31T12:30:00Z`.
      """#
    ),
    (
      "toml-invalid-escape",
      #"""
      In strings between `"` a backslash begins an escape: `\b \t \n \f \r \e \" \\`, \#
      `\xHH`, `\uHHHH` or `\UHHHHHHHH`. Strings between `'` have none.

      Wrong: `"C:\dir"`. Right: `"C:\\dir"` or `'C:\dir'`.
      """#
    ),
    (
      "toml-invalid-number",
      #"""
      Numbers have no leading zeros, a digit on both sides of the point, underscores \#
      between digits only, and whole numbers fit in 64 bits.

      Wrong: `012`, `1.`, `1__0`. Right: `12`, `1.0`, `1_0`.
      """#
    ),
    (
      "toml-missing-comma",
      #"""
      The elements of lists and inline tables stand between commas.

      Wrong: `[1 2]`. Right: `[1, 2]`.
      """#
    ),
    (
      "toml-missing-equals",
      #"""
      Each line is a table header or a key with a value. TOML joins them by `=`.

      Wrong: `port: 8080`. Right: `port = 8080`.
      """#
    ),
    (
      "toml-missing-key",
      #"""
      A key of letters, digits, `_` and `-`, or one between quotes, belongs here.

      Wrong: `= 1`, `a..b = 1`. Right: `a = 1`, `"a b" = 1`.
      """#
    ),
    (
      "toml-missing-value",
      #"""
      A key without a value says nothing. Give it one, or take it away; there is no null \#
      in TOML.
      """#
    ),
    (
      "toml-multiline-key",
      #"""
      Keys stand on one line: between one quote, not three.

      Wrong: `"""a""" = 1`. Right: `"a" = 1`.
      """#
    ),
    (
      "toml-not-a-table",
      #"""
      The key leads through a value that has no members. Either that value or the key has \#
      the wrong name.

      Wrong: `a = 1` and `a.b = 2`.
      """#
    ),
    (
      "toml-unclosed-array",
      #"""
      The bracket that is marked has no counterpart. The next line that reads like a key \#
      or a header was taken as the end of the list.
      """#
    ),
    (
      "toml-unclosed-header",
      #"""
      A table header ends with as many brackets as it begins with.

      Wrong: `[[services]`. Right: `[[services]]`.
      """#
    ),
    (
      "toml-unclosed-inline-table",
      #"""
      The brace that is marked has no counterpart.
      """#
    ),
    (
      "toml-unclosed-string",
      #"""
      A string ends with the quote it begins with, on the same line unless it begins with \#
      three.

      Wrong: `name = "orders`. Right: `name = "orders"`.
      """#
    ),
    (
      "toml-unexpected-text",
      #"""
      A statement ends with its line. What follows on it belongs on a line of its own, \#
      behind a `#`, or into the quotes.

      Wrong: `a = 1 b = 2`.
      """#
    ),
    (
      "toml-unquoted-text",
      #"""
      Texts stand between quotes; without them only numbers, dates, `true` and `false` are \#
      values.

      Wrong: `name = orders`. Right: `name = "orders"`.
      """#
    ),
    (
      "toml-version",
      #"""
      The text uses what came with TOML 1.1 and is read as TOML 1.0.
      """#
    ),
  ]
}
