/// All encoders.
enum Encoders {
  /// All encoders, language after language.
  static let all: [Encoder] =
    rust + hcl + yaml + compose + actions + toml + json + shell + sql + markdown + python + docker
    + proto + graphql + env + make + neutral

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// The encoder that templates call `name`.
  static func named(_ name: String) -> Encoder? { byName[name] }
}
