public import IgniteSyntax

/// Secrets are not written in the file.
public struct SecretInFile: ValidationRule {
  /// `secret-in-file`.
  public static let code: Diagnostic.Code = "secret-in-file"

  /// The rule in one sentence.
  public static let summary = "Secrets are not written in the file."

  /// Why secrets stay out of the file.
  public static let explanation = """
    The architecture file is committed, reviewed and copied into every clone; what is in it once \
    is in its history for ever. Write a variable: `${NAME}` is carried into the deployment as an \
    input and read from the secrets manager, and its value is never written into a generated \
    file. A value that was committed already must be replaced at its issuer.

    Wrong: `base_urls = { stripe = "https://user:sk_live_…@api.stripe.com" }`.

    Right: `base_urls = { stripe = "${STRIPE_URL}" }`.
    """

  /// Makes the rule.
  public init() {}

  /// One warning for each text that looks like a secret or stands under a key that holds one.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    guard let document = index.document else { return [] }
    var search = SecretSearch()
    search.visit(document.root)
    return search.found.map { finding(at: $0) }
  }

  private func finding(at place: SecretSearch.Place) -> Diagnostic {
    let path = ConfigPath(place.path)
    var diagnostic = Diagnostic.warning(
      Self.code, "`\(path)` looks like \(place.kind) and is written out", at: place.span,
      label: "in every copy of this file")
    let variable = Self.variable(for: path)
    diagnostic.fixes = [
      Fix("take it from the variable `\(variable)`", .set(path, .string("${\(variable)}")))
    ]
    return diagnostic
  }

  private static func variable(for path: ConfigPath) -> String {
    let keys = path.components.compactMap { component -> String? in
      guard case .key(let key) = component else { return nil }
      return Naming.snake(key)
    }
    return keys.filter { !$0.isEmpty }.suffix(2).joined(separator: "_").uppercased()
  }
}

/// Looks at every text of a document.
private struct SecretSearch {
  /// A text that looks like a secret.
  struct Place {
    var path: [ConfigPath.Component]
    var span: Span
    var kind: String
  }

  private(set) var found: [Place] = []
  private var path: [ConfigPath.Component] = []
  private var secretKeys: [String: Bool] = [:]

  mutating func visit(_ node: DocumentNode) {
    // Parsers refuse documents that are deeper.
    guard path.count < 256 else { return }
    switch node.content {
    case .string(let text): check(text, node.span)
    case .array(let elements):
      for (number, element) in elements.enumerated() { visit(element, below: .index(number)) }
    case .table(let members):
      // Fields of entities are called `password` too, but their values are types.
      for member in members where member.key != "fields" {
        visit(member.node, below: .key(member.key))
      }
    case .integer, .float, .boolean, .dateTime: break
    }
  }

  private mutating func visit(_ node: DocumentNode, below component: ConfigPath.Component) {
    path.append(component)
    visit(node)
    path.removeLast()
  }

  private mutating func check(_ text: String, _ span: Span) {
    if let kind = SecretPatterns.kind(of: text) {
      found.append(Place(path: path, span: span, kind: kind))
    } else if case .key(let key) = path.last, isSecret(key), !text.isEmpty, !text.contains("${") {
      found.append(Place(path: path, span: span, kind: "a secret"))
    }
  }

  private mutating func isSecret(_ key: String) -> Bool {
    if let known = secretKeys[key] { return known }
    let isSecret = SecretPatterns.isSecretKey(key)
    secretKeys[key] = isSecret
    return isSecret
  }
}
