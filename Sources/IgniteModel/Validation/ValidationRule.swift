public import IgniteSyntax

/// One law that an architecture keeps: a pure function from an architecture to what breaks it.
public protocol ValidationRule: Sendable {
  /// The stable name of what the rule finds.
  static var code: Diagnostic.Code { get }
  /// The rule in one sentence.
  static var summary: String { get }
  /// Why the rule exists, what breaks it and what keeps it, in Markdown.
  static var explanation: String { get }
  /// What breaks the rule, in the order of the file.
  func check(_ index: ArchitectureIndex) -> [Diagnostic]
}

extension ValidationRule {
  /// An error of this rule at a sourced value.
  func error<Value>(
    _ message: String, at sourced: Sourced<Value>, label: String = ""
  ) -> Diagnostic {
    located(.error, message, at: sourced, label: label)
  }

  /// A warning of this rule at a sourced value.
  func warning<Value>(
    _ message: String, at sourced: Sourced<Value>, label: String = ""
  ) -> Diagnostic {
    located(.warning, message, at: sourced, label: label)
  }

  private func located<Value>(
    _ severity: Diagnostic.Severity, _ message: String, at sourced: Sourced<Value>, label: String
  ) -> Diagnostic {
    var diagnostic = Diagnostic(code: Self.code, severity: severity, message: message)
    diagnostic.primary = sourced.span.map { Diagnostic.Label($0, label) }
    diagnostic.notes = sourced.provenance.remarks(on: sourced.path)
    return diagnostic
  }
}

extension Provenance {
  /// What must be said of a value that does not stand in the base of the file.
  func remarks(on path: ConfigPath) -> [String] {
    switch self {
    case .file: []
    case .overlay(let environment, _): ["the value comes from the overlay of `\(environment)`"]
    case .declaredDefault: ["`\(path)` has this value by default"]
    case .environment(let variable, _): ["the value comes from the variable `\(variable)`"]
    case .flag(let text): ["the value comes from `--set \(text)`"]
    case .derived(let reason): [reason]
    }
  }

  /// Whether an edit at the value's own path changes the value.
  var isEditable: Bool {
    switch self {
    case .file, .declaredDefault, .derived: true
    case .overlay, .environment, .flag: false
    }
  }
}

extension Sourced {
  /// A fix that gives this value's key another value, where an edit of the file can do that.
  func fix(_ title: String, to value: ConfigValue) -> [Fix] {
    provenance.isEditable ? [Fix(title, .set(path, value))] : []
  }

  /// A fix that takes this value out of the file, where it stands there.
  func removal(_ title: String) -> [Fix] {
    guard case .file = provenance else { return [] }
    return [Fix(title, .remove(path))]
  }

  /// A label at this value, absent when no text caused it.
  func label(_ text: String) -> [Diagnostic.Label] {
    span.map { [Diagnostic.Label($0, text)] } ?? []
  }

  /// Whether a person gave the value rather than a default.
  var isChosen: Bool {
    switch provenance {
    case .declaredDefault, .derived: false
    case .file, .overlay, .environment, .flag: true
    }
  }
}
