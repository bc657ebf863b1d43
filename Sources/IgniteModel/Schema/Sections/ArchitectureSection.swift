import IgniteSyntax

extension Schema {
  /// `[architecture]`: what the platform is.
  static let architecture: [KeyDeclaration] = [
    KeyDeclaration("architecture", .table, isRequired: true, help: "What the platform is."),
    KeyDeclaration(
      "architecture.name", .shaped(.kebabName), isRequired: true,
      help: "The platform's name; the generated workspace is called so.",
      example: "shop"),
    KeyDeclaration(
      "architecture.version", .shaped(.version), default: "1.0.0",
      help: "The version of the generated crates.", example: "1.2.0"),
    KeyDeclaration(
      "architecture.description", .text(maxLength: 2000), effect: .prose,
      help: "What the platform is for, in a sentence.", example: "Sells things to people."),
    KeyDeclaration(
      "architecture.multi_tenant", .boolean, default: false,
      help: "Whether several customers share one running platform, as `tenant.enabled`.",
      example: true),
  ]
}
