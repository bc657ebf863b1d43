import IgniteSyntax

extension Diagnostic {
  static func malformedVariable(_ problem: Interpolation.Problem, at span: Span) -> Diagnostic {
    let message =
      switch problem {
      case .unclosed: "`${` opens a variable that no `}` ends"
      case .badName(let text): "`${\(text)}` does not name a variable"
      }
    var diagnostic = Diagnostic.error("malformed-variable", message, at: span)
    diagnostic.notes = [
      "variables are written `${NAME}`, `${NAME:-default}` or `${NAME:?message}`; `$${` is a "
        + "literal `${`"
    ]
    return diagnostic
  }

  static func unsetVariable(
    _ variable: Interpolation.Variable, of declaration: KeyDeclaration, at span: Span
  ) -> Diagnostic {
    var diagnostic = Diagnostic.error(
      "unset-variable", "the environment variable `\(variable.name)` is not set", at: span,
      label: "its value decides what is generated")
    if let message = variable.message, !message.isEmpty { diagnostic.notes.append(message) }
    diagnostic.notes.append(
      "set it, or give a default: `${\(variable.name):-…}`")
    return diagnostic
  }

  static func variableInProse(
    _ variable: String, of declaration: KeyDeclaration, at span: Span
  ) -> Diagnostic {
    var diagnostic = Diagnostic.error(
      "variable-in-prose", "`${\(variable)}` stands in a text that is written into files", at: span,
      label: "this text shows up in the generated platform as it is")
    diagnostic.notes = ["values of the environment are never written into generated files as text"]
    return diagnostic
  }
}
