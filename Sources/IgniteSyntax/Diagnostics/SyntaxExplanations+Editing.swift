extension SyntaxExplanations {
  /// What is told when a text is changed.
  static let editing: [(code: Diagnostic.Code, text: String)] = [
    (
      "edit-key-exists",
      #"""
      A key cannot take a name that another key of the same table has. Remove that one \#
      first, or choose another name.
      """#
    ),
    (
      "edit-lossy",
      #"""
      The change cannot be brought into the text without losing or moving something that \#
      it does not concern, such as a comment or a section that stands between. Make it by \#
      hand.
      """#
    ),
    (
      "edit-not-a-key",
      #"""
      Only keys have names that can be changed; elements of lists have numbers.
      """#
    ),
    (
      "edit-not-a-list",
      #"""
      Elements are inserted and moved in lists only. Check the path.
      """#
    ),
    (
      "edit-not-a-table",
      #"""
      The path leads through a value that has no members. Check the path.
      """#
    ),
    (
      "edit-out-of-range",
      #"""
      Elements are counted from zero, and the list has fewer of them. To add one at the \#
      end, give the count of the list.
      """#
    ),
    (
      "edit-root",
      #"""
      The document itself can be neither removed nor replaced by anything but a table.
      """#
    ),
    (
      "edit-unknown-path",
      #"""
      There is nothing at this path, so there is nothing to change.
      """#
    ),
    (
      "format-errors",
      #"""
      A text is put in order only when it can be read without doubt. Correct the errors \#
      that `check` shows first.
      """#
    ),
    (
      "format-lossy",
      #"""
      Putting the text in order would have changed what it says, so it was left alone. \#
      Please report the file.
      """#
    ),
    (
      "invalid-path",
      #"""
      A path is made of keys joined by dots and of element numbers or names in brackets. \#
      Keys with other characters than letters, digits, `_` and `-` stand between quotes.

      Wrong: `services..name`. Right: `services[0].name`, `services[orders].name`, \#
      `environments."my env".security`.
      """#
    ),
    (
      "unknown-path",
      #"""
      The list has no element whose `name` is the one in the path. The note lists the \#
      names there are.
      """#
    ),
  ]
}
