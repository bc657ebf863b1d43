import IgniteSyntax

extension Schema {
  /// `[tenant]`: how customers are kept apart.
  static let tenant: [KeyDeclaration] = [
    KeyDeclaration("tenant", .table, help: "How customers are kept apart."),
    KeyDeclaration(
      "tenant.enabled", .boolean, default: false, help: "Whether there are tenants.",
      example: true),
    KeyDeclaration(
      "tenant.isolation", .choice(["schema", "database", "row-level"]), default: "database",
      help: "What separates the data of one tenant from another's: what each has of its own.",
      example: "schema"),
    KeyDeclaration(
      "tenant.header", .shaped(.headerName), default: "X-Tenant-ID",
      help: "The header that names the tenant.", example: "X-Customer"),
    KeyDeclaration(
      "tenant.routing", .choice(["subdomain", "header", "path"]), default: "header",
      help: "Where the tenant is found in a request, besides the header.", example: "subdomain"),
  ]
}
