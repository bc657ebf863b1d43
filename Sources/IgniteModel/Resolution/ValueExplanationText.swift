public import IgniteSyntax

extension ValueExplanation {
  /// The explanation for a person, a few lines with the places of `source`.
  public func text(in source: Source) -> String {
    var lines = [headline]
    if let value {
      lines.append("  from: " + value.provenance.text(in: source))
      if let inheritedFrom { lines.append("  taken from: `\(inheritedFrom)`") }
    }
    for other in overridden {
      lines.append("  instead of: \(other.value.text), \(other.provenance.text(in: source))")
    }
    guard let declaration else { return lines.joined(separator: "\n") + "\n" }
    if let standard = declaration.defaultValue { lines.append("  default: " + standard.text) }
    if let parent = declaration.inherits { lines.append("  default: that of `\(parent)`") }
    lines.append(
      "  type: " + declaration.kind.description + (declaration.unit.map { ", in \($0)" } ?? ""))
    lines.append("  help: " + declaration.help)
    return lines.joined(separator: "\n") + "\n"
  }

  private var headline: String {
    guard let value else { return "\(path) has no value" }
    return "\(path) = \(value.value.text)"
  }
}

extension Provenance {
  /// Where it is, for a person: `shop.toml:12:3`.
  public func text(in source: Source) -> String {
    switch self {
    case .file(let span): source.place(of: span)
    case .overlay(let environment, let span):
      "the environment `\(environment)`, \(source.place(of: span))"
    case .declaredDefault: "the default"
    case .environment(let variable, let span):
      "the environment variable `\(variable)`, \(source.place(of: span))"
    case .flag(let text): "`--set \(text)`"
    case .derived(let reason): reason
    }
  }
}

extension Source {
  /// The name with line and column.
  fileprivate func place(of span: Span) -> String {
    let position = position(at: span.start)
    return "\(name):\(position.line):\(position.column)"
  }
}

extension ConfigValue {
  /// The value on one line in JSON, which is how TOML and YAML write it too.
  fileprivate var text: String { JSONText.compact(json) }
}
