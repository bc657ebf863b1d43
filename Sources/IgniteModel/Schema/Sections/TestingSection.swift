import IgniteSyntax

extension Schema {
  /// `[testing]`: tests besides those of each service.
  static let testing: [KeyDeclaration] = [
    KeyDeclaration("testing", .table, help: "Tests besides those of each service."),
    KeyDeclaration(
      "testing.contract_testing", .boolean, default: false,
      effect: .checkedOnly,
      help: "Whether callers and called check their contract.", example: true),
    KeyDeclaration(
      "testing.contract_broker", .choice(["pactflow", "pact-broker", "none"]), default: "none",
      effect: .checkedOnly,
      help: "Where contracts are exchanged.", example: "pact-broker"),
    KeyDeclaration(
      "testing.chaos_engineering", .boolean, default: false,
      effect: .checkedOnly,
      help: "Whether experiments that break things on purpose are generated.", example: true),
    KeyDeclaration("testing.load_testing", .table, help: "Tests under load."),
    KeyDeclaration(
      "testing.load_testing.tool", .choice(["k6", "gatling", "locust", "none"]), default: "none",
      effect: .checkedOnly,
      help: "The program that makes the load.", example: "k6"),
    KeyDeclaration(
      "testing.load_testing.baseline_rps", .integer(1...1_000_000), default: 100,
      unit: "requests/s", effect: .checkedOnly,
      help: "The load that must be borne without errors.", example: 200),
  ]
}
