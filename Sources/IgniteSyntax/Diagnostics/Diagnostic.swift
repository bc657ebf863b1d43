/// Something worth telling about a config: data only, prose is made by a renderer.
public struct Diagnostic: Hashable, Sendable {
  /// How grave it is.
  public enum Severity: String, Hashable, Sendable, CaseIterable {
    /// Nothing can be generated.
    case error
    /// Probably a mistake.
    case warning
    /// Worth knowing.
    case note
  }

  /// The stable kebab-case name of the kind of diagnostic.
  public struct Code: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name.
    public let description: String
    /// Takes a kebab-case name.
    public init(stringLiteral value: String) { description = value }
  }

  /// A place in the source and what is to be said of it.
  public struct Label: Hashable, Sendable {
    /// The place.
    public var span: Span
    /// One lower-case line; may be empty.
    public var text: String

    /// Makes a label.
    public init(_ span: Span, _ text: String) {
      self.span = span
      self.text = text
    }
  }

  /// Which kind it is.
  public var code: Code
  /// How grave it is.
  public var severity: Severity
  /// The fact in one lower-case line without blame; names from the config stand between backticks.
  public var message: String
  /// The place where it is wrong; absent when no text caused it.
  public var primary: Label?
  /// Other places that explain it.
  public var secondary: [Label]
  /// Further facts.
  public var notes: [String]
  /// Ways out, the best one first.
  public var fixes: [Fix]

  /// Makes a diagnostic.
  public init(
    code: Code, severity: Severity, message: String, primary: Label? = nil,
    secondary: [Label] = [], notes: [String] = [], fixes: [Fix] = []
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.primary = primary
    self.secondary = secondary
    self.notes = notes
    self.fixes = fixes
  }

  /// An error at a place, or at none when `span` is absent.
  public static func error(
    _ code: Code, _ message: String, at span: Span? = nil, label: String = ""
  ) -> Diagnostic {
    Diagnostic(
      code: code, severity: .error, message: message, primary: span.map { Label($0, label) })
  }

  /// A warning at a place, or at none when `span` is absent.
  public static func warning(
    _ code: Code, _ message: String, at span: Span? = nil, label: String = ""
  ) -> Diagnostic {
    Diagnostic(
      code: code, severity: .warning, message: message, primary: span.map { Label($0, label) })
  }
}

/// A way out of a diagnostic that a program can apply.
public struct Fix: Hashable, Sendable {
  /// What it does, in the imperative.
  public var title: String
  /// The changes, applied in order.
  public var edits: [ConfigEdit]

  /// Makes a fix.
  public init(_ title: String, _ edits: ConfigEdit...) {
    self.title = title
    self.edits = edits
  }
}
