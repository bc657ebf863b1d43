import Foundation
import IgniteTestSupport
import Testing

/// Whatever the length of the names a person chooses, Rust comes out as `cargo fmt` writes it.
struct FormattingPropertyTests {
  @Test(
    .enabled(if: Tool.path(of: "cargo") != nil, "cargo is not on PATH"), arguments: 1...6)
  func isWhatCargoFmtWrites(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let program = try Program()
    defer { program.remove() }
    try program.write(Self.config(&random), to: "a.toml")
    let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
    let outcome = try program.run(
      ["ignite", "--config", "a.toml", "--out", "out", "--yes"], environment: ["HOME": home])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let check = try Tool.run(
      "cargo", ["fmt", "--all", "--check"], in: program.folder.appendingPathComponent("out"))
    #expect(check.status == 0, "\(String(decoding: check.output.prefix(2000), as: UTF8.self))")
  }

  /// Three services with entities, fields and events, every name of 2 to 40 characters.
  private static func config(_ random: inout SeededGenerator) -> String {
    var text = "[architecture]\nname = \"\(kebab(&random))\"\n"
    for service in 0..<3 {
      let entity = pascal(&random) + "Q\(service)"
      text += """

        [[services]]
        name = "\(kebab(&random).prefix(37))-x\(service)"
        type = "stateless"
        protocols = ["rest"]
        publishes = ["\(entity)Created", "\(entity)Deleted"]

        [services.messaging]
        pattern = "\(Bool.random(using: &random) ? "outbox" : "direct")"

        [[services.entities]]
        name = "\(entity)"

        [services.entities.fields]

        """
      for (field, type) in types.shuffled(using: &random).prefix(5).enumerated() {
        text += "\(snake(&random))_\(field) = \"\(type)\"\n"
      }
    }
    return text
  }

  private static let types = [
    "string", "text?", "bool", "i32 indexed", "i64", "f64", "decimal unique", "uuid?", "date",
    "timestamp?", "json", "bytes?", "enum(red|green) indexed", "string[]", "timestamp[]",
  ]

  private static func word(_ most: Int, _ random: inout SeededGenerator) -> String {
    let letters = "bcdfghjklmnpqrstvwxz"
    return String(
      (0..<Int.random(in: 2...most, using: &random)).map { _ in
        letters.randomElement(using: &random) ?? "b"
      })
  }

  private static func kebab(_ random: inout SeededGenerator) -> String { word(40, &random) }

  private static func snake(_ random: inout SeededGenerator) -> String { word(38, &random) }

  private static func pascal(_ random: inout SeededGenerator) -> String {
    word(31, &random).capitalized
  }
}
