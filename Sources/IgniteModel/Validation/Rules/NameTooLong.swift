public import IgniteSyntax

/// The names of the platform and its services fit into 40 characters.
public struct NameTooLong: ValidationRule {
  /// `name-too-long`.
  public static let code: Diagnostic.Code = "name-too-long"

  /// The rule in one sentence.
  public static let summary = "The names of the platform and its services fit into 40 characters."

  /// Why names are short.
  public static let explanation = """
    Clouds cut or refuse long names: a host name label ends at 63 characters, a PostgreSQL \
    identifier at 63, an AWS target group at 32 after shortening, and the generator adds the \
    environment and the kind of resource to each name. With at most 40 characters every derived \
    name fits and stays readable.

    Wrong: `name = "customer-order-management-and-fulfilment-service"` (48 characters).

    Right: `name = "order-fulfilment"`.
    """

  /// The most characters of a name.
  static let limit = 40

  /// Makes the rule.
  public init() {}

  /// One error for each longer name.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    let names = [index.architecture.name] + index.services.map(\.name)
    return names.filter { $0.value.unicodeScalars.count > Self.limit }.map { name in
      let length = name.value.unicodeScalars.count
      return error(
        "the name `\(name.value.prefix(Self.limit))…` has \(length) characters", at: name,
        label: "at most \(Self.limit) are allowed")
    }
  }
}
