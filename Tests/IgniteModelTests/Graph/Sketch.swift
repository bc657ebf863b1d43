import IgniteModel
import IgniteSyntax

/// Makes an architecture of lines such as `orders -> payments ! OrderPlaced ? PaymentSucceeded`: a
/// service, what it calls, publishes and consumes.
func sketch(_ lines: String...) -> Architecture { sketch(lines) }

/// The same of a list of lines.
func sketch(_ lines: [String]) -> Architecture {
  let services = lines.enumerated().map { number, line in
    let words = line.split(separator: " ").map(String.init)
    let path = ConfigPath().appending("services").appending(number)
    func named(_ sign: String) -> [Sourced<String>] {
      guard let start = words.firstIndex(of: sign) else { return [] }
      return words[(start + 1)...].prefix { !["->", "!", "?", "="].contains($0) }
        .enumerated().map { at, word in
          Sourced(word, path: path.appending(sign).appending(at), provenance: .file(Span(0, 0)))
        }
    }
    var settings = Settings()
    settings["integrations.providers"] = Sourced(
      .array(named("=").map { .string($0.value) }), path: path, provenance: .declaredDefault)
    return Service(
      path: path, span: nil, name: Sourced(words[0], path: path, provenance: .file(Span(0, 0))),
      type: Sourced("gateway", path: path, provenance: .declaredDefault), calls: named("->"),
      publishes: named("!"), consumes: named("?"), settings: settings)
  }
  return Architecture(
    name: Sourced("sketch", path: .root, provenance: .declaredDefault), settings: Settings(),
    services: services)
}
