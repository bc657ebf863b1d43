public import IgniteSyntax

/// The platform and its services have kebab-case names.
public struct NameNotKebabCase: ValidationRule {
  /// `name-not-kebab-case`.
  public static let code: Diagnostic.Code = "name-not-kebab-case"

  /// The rule in one sentence.
  public static let summary = "The platform and its services have kebab-case names."

  /// Why names are kebab-case.
  public static let explanation = """
    The name of the platform and of a service becomes a folder, a Rust crate, a container image, \
    a host name and part of cloud resource names. What all of those accept is lower-case ASCII \
    letters and digits in words joined by single hyphens, starting with a letter.

    Wrong: `name = "OrderService"`, `name = "order_service"`, `name = "2nd-orders"`.

    Right: `name = "order-service"`. Calls to the service use the new name too.
    """

  /// Makes the rule.
  public init() {}

  /// One error for each name that is spelled otherwise.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    platform(index.architecture.name) + index.services.flatMap { service($0, in: index) }
  }

  private func platform(_ name: Sourced<String>) -> [Diagnostic] {
    guard !Self.isKebabCase(name.value) else { return [] }
    var diagnostic = misspelled(name, of: "platform")
    if let better = Self.repaired(name.value) {
      diagnostic.fixes = name.renaming(to: better, mentions: [])
    }
    return [diagnostic]
  }

  private func service(_ service: Service, in index: ArchitectureIndex) -> [Diagnostic] {
    guard !Self.isKebabCase(service.name.value) else { return [] }
    var diagnostic = misspelled(service.name, of: "service")
    if let better = Self.repaired(service.name.value) {
      diagnostic.fixes = index.renaming(service, to: better)
    }
    return [diagnostic]
  }

  private func misspelled(_ name: Sourced<String>, of thing: String) -> Diagnostic {
    error(
      "the \(thing) name `\(name.value)` is not kebab-case", at: name,
      label: "lower-case words joined by hyphens are expected")
  }

  /// The length is a matter of another rule.
  private static func isKebabCase(_ name: String) -> Bool {
    Naming.kebab(name) == name && name.utf8.first?.isASCIILowercase ?? false
  }

  private static func repaired(_ name: String) -> String? {
    let better = Naming.kebab(name)
    return TextShape.kebabName.matches(better) && ReservedName.owner(of: better) == nil
      ? better : nil
  }
}
