import Foundation
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

/// The JSON Schema judged by a validator of others, Python's `jsonschema`.
struct JSONSchemaTests {
  @Test func judgesAsDecodingDoes() throws {
    let complete = try String(
      contentsOfFile: Fixtures.folder("Examples") + "/complete.toml", encoding: .utf8)
    let small = """
      architecture = { name = "shop" }
      services = [{ name = "orders", type = "stateless" }]

      """
    let valid = [
      "complete": complete, "small": small,
      "variables": small + "[cloud]\nprimary = \"${CLOUD:-local}\"",
      "shorthands": small.replacing("\"stateless\"", with: "\"anti-corruption-layer\""),
      "overlay": small + "[environments.staging.services.orders.cloud]\ncpu = 512",
    ]
    let invalid = [
      "nothing": "", "no service": "architecture = { name = \"shop\" }",
      "unknown key": small + "[settings]\neventbus = \"redis\"",
      "unknown word": small + "[settings]\nevent_bus = \"rabbit\"",
      "wrong type": small + "[security]\nmtls = \"yes\"",
      "too large": small + "[resilience.retry]\nmax_attempts = 21",
      "wrong name": small.replacing("orders", with: "Orders"),
      "wrong field": small.replacing(
        "\"stateless\"",
        with: "\"stateless\", entities = [{ name = \"A\", fields = { a = \"int\" } }]"),
      "wrong port": small.replacing("\"stateless\"", with: "\"stateless\", ports = { tcp = 1 }"),
      "wrong overlay": small + "[environments.staging.settings]\nevent_bus = 3",
      "nested overlay": small + "[environments.staging.environments.a]",
    ]
    for (name, text) in valid { #expect(!Self.hasErrors(text), "\(name)") }
    for (name, text) in invalid { #expect(Self.hasErrors(text), "\(name)") }
    let problems = try Self.judged(valid: valid, invalid: invalid)
    #expect(problems == "")
  }

  @Test func wouldFindASchemaThatLetsEverythingIn() throws {
    let problems = try Self.judged(schema: [:], valid: [:], invalid: ["a": "b = 1"])
    #expect(problems == "a is accepted\n")
  }

  private static func document(_ text: String) -> Document {
    Document.parse(Source(name: "a.toml", text: text), format: .toml)
  }

  private static func hasErrors(_ text: String) -> Bool {
    ArchitectureLoader(environment: ["CLOUD": "local"]).load(document(text)).hasErrors
  }

  private static func judged(
    schema: JSONValue = Schema.core.jsonSchema, valid: [String: String],
    invalid: [String: String]
  ) throws -> String {
    func instances(_ texts: [String: String]) -> JSONValue {
      .object(texts.map { JSONMember($0.key, document($0.value).root.value.json) })
    }
    let input: JSONValue = [
      "schema": schema, "valid": instances(valid), "invalid": instances(invalid),
    ]
    return try output(of: Fixtures.folder("Scripts") + "/validate.py", given: input)
  }

  private static func output(of script: String, given input: JSONValue) throws -> String {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("schema-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try JSONText.compact(input).write(to: file, atomically: true, encoding: .utf8)
    let process = Process()
    // The system's own Python has the module of the distribution when the first on PATH has none.
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c",
      """
      for python in python3 /usr/bin/python3; do
        if "$python" -c 'import jsonschema' 2>/dev/null; then exec "$python" "$0"; fi
      done
      exit 1
      """,
      script,
    ]
    process.standardInput = try FileHandle(forReadingFrom: file)
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "python3 with the module jsonschema is needed")
    return String(decoding: data, as: UTF8.self)
  }
}
