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
    var findings: [Diagnostic] = []
    visit(document.root, at: .root, depth: 0, &findings)
    return findings
  }

  private func visit(
    _ node: DocumentNode, at path: ConfigPath, depth: Int, _ findings: inout [Diagnostic]
  ) {
    // Parsers refuse documents that are deeper.
    guard depth < 256 else { return }
    switch node.content {
    case .string(let text):
      if let finding = finding(text, node, at: path) { findings.append(finding) }
    case .array(let elements):
      for (number, element) in elements.enumerated() {
        visit(element, at: path.appending(number), depth: depth + 1, &findings)
      }
    case .table(let members):
      for member in members {
        visit(member.node, at: path.appending(member.key), depth: depth + 1, &findings)
      }
    case .integer, .float, .boolean, .dateTime: break
    }
  }

  private func finding(_ text: String, _ node: DocumentNode, at path: ConfigPath) -> Diagnostic? {
    guard !text.isEmpty, !text.contains("${"), !Self.isType(path) else { return nil }
    guard let kind = SecretPatterns.kind(of: text) ?? Self.kind(underKeyOf: path) else {
      return nil
    }
    var diagnostic = Diagnostic.warning(
      Self.code, "`\(path)` looks like \(kind) and is written out", at: node.span,
      label: "in every copy of this file")
    let variable = Self.variable(for: path)
    diagnostic.fixes = [
      Fix("take it from the variable `\(variable)`", .set(path, .string("${\(variable)}")))
    ]
    return diagnostic
  }

  /// Fields of entities are called `password` too, but their values are types.
  private static func isType(_ path: ConfigPath) -> Bool {
    path.components.contains(.key("fields"))
  }

  private static func kind(underKeyOf path: ConfigPath) -> String? {
    guard case .key(let key) = path.last, SecretPatterns.isSecretKey(key) else { return nil }
    return "a secret"
  }

  private static func variable(for path: ConfigPath) -> String {
    let keys = path.components.compactMap { component -> String? in
      guard case .key(let key) = component else { return nil }
      return Naming.snake(key)
    }
    return keys.filter { !$0.isEmpty }.suffix(2).joined(separator: "_").uppercased()
  }
}
