import IgniteSyntax
import Testing

struct ConfigPathTests {
  @Test(arguments: [
    "services[0].ports.rest", "architecture.name", #"environments."my env".x"#, "matrix[1][2]",
    #"a."quo\"te""#, "x",
  ])
  func readsWhatItPrints(_ text: String) throws {
    guard case .path(let path) = ConfigPath.parse(text) else {
      Issue.record("\(text) was refused")
      return
    }
    #expect(path.description == text)
  }

  @Test(arguments: ["", ".", "a.", "a..b", "a[", "a[]", "a[1", "a]b", "\"a", "a b", "a[0]b"])
  func refusesWhatIsNoPath(_ text: String) {
    guard case .refused(let diagnostic) = ConfigPath.parse(text) else {
      Issue.record("\(text) was read")
      return
    }
    #expect(diagnostic.code == "invalid-path")
  }

  @Test(arguments: [
    ("services[orders].type", "services[1].type"),
    ("services.orders.new.key", "services[1].new.key"),
    ("services.0.name", "services[0].name"), ("services[2]", "services[2]"),
    ("absent.key", "absent.key"),
  ])
  func resolvesTheNamesOfElements(_ text: String, _ expected: String) {
    #expect(resolved(text)?.description == expected)
  }

  @Test func namesTheElementsWhenOneIsUnknown() {
    guard case .path(let path) = ConfigPath.parse("services[nobody].type"),
      case .refused(let diagnostic) = path.resolve(in: Self.root)
    else {
      Issue.record("an unknown name was resolved")
      return
    }
    #expect(diagnostic.message == "`services` has no element named `nobody`")
    #expect(diagnostic.notes == ["its elements are `users`, `orders`"])
  }

  private static let root = Document.parse(
    Source(
      name: "a.toml", text: "[[services]]\nname = 'users'\n[[services]]\nname = 'orders'\n"),
    format: .toml
  ).root

  private func resolved(_ text: String) -> ConfigPath? {
    guard case .path(let path) = ConfigPath.parse(text),
      case .path(let resolved) = path.resolve(in: Self.root)
    else { return nil }
    return resolved
  }
}
