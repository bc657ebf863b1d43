import Foundation
import IgniteTestSupport
import Testing

@testable import IgniteGenerator

struct HCLTests {
  @Test func alignsNeighbouringAssignments() {
    let text = """
      resource "a" "b" {
        name = "x"
        longer_name = 1 # why
        n = [1] // what
        block = {
          a = 1
          bcd = "${x == 1 ? "=" : "#"}"
        }
        text = <<-EOT
          a = 1
          bcd = 2
        EOT
        y = 1

        zz = 2
      }

      """
    let aligned = """
      resource "a" "b" {
        name        = "x"
        longer_name = 1   # why
        n           = [1] // what
        block = {
          a   = 1
          bcd = "${x == 1 ? "=" : "#"}"
        }
        text = <<-EOT
          a = 1
          bcd = 2
        EOT
        y    = 1

        zz = 2
      }

      """
    #expect(String(decoding: HCLAlignment.align(Array(text.utf8)), as: UTF8.self) == aligned)
  }

  @Test(
    .enabled(if: Tool.path(of: "terraform") != nil, "terraform is not on PATH"),
    arguments: [1, 2, 3, UInt64.random(in: 4...1_000_000)])
  func alignsAsTerraformDoes(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<12 {
      let text = Self.configuration(&random)
      let ours = HCLAlignment.align(Array(text.utf8))
      let outcome = try Tool.run("terraform", ["fmt", "-"], input: Data(text.utf8))
      #expect(outcome.status == 0, "\(outcome.errors)")
      let theirs = String(decoding: outcome.output, as: UTF8.self)
      #expect(String(decoding: ours, as: UTF8.self) == theirs)
    }
  }

  @Test(.enabled(if: Tool.path(of: "terraform") != nil, "terraform is not on PATH"))
  func terraformReadsTheSamplesBack() throws {
    let encoder = try #require(Encoders.named("hcl.str"))
    let values = HostileText.samples.filter { !$0.unicodeScalars.contains("\0") }
    var file = "locals {\n  values = [\n"
    for value in values {
      var out: [UInt8] = []
      #expect(encoder.write(.text(value), &out) == nil)
      file += "    \(String(decoding: out, as: UTF8.self)),\n"
    }
    file += "  ]\n}\n"
    let scratch = try Scratch()
    defer { scratch.remove() }
    try Data(file.utf8).write(to: scratch.folder.appendingPathComponent("main.tf"))
    let outcome = try Tool.run(
      "terraform", ["console"], input: Data("base64encode(jsonencode(local.values))\n".utf8),
      in: scratch.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let text = String(decoding: outcome.output, as: UTF8.self).filter { !"\"\n".contains($0) }
    let read = try JSONDecoder().decode(
      [String].self, from: try #require(Data(base64Encoded: text)))
    // Terraform keeps texts in Unicode's composed form.
    #expect(
      read.map { Array($0.utf8) }
        == values.map { Array($0.precomposedStringWithCanonicalMapping.utf8) })
  }

  /// A configuration with names of 2 to 40 characters, in `terraform fmt`'s layout but for alignment.
  private static func configuration(_ random: inout SeededGenerator) -> String {
    // Terraform refuses a name that is given twice, which short random ones soon are.
    var taken: Set<String> = []
    func name() -> String {
      while true {
        let letters = (0..<Int.random(in: 2...40, using: &random)).map { _ in
          "abcdefgh_".randomElement(using: &random)!
        }
        let name = String(letters).replacingOccurrences(of: "__", with: "a_")
        if taken.insert(name).inserted { return name }
      }
    }
    let values = [
      "1", "\"text = # no\"", "[1, 2]", "{ a = 1 }", "var.x", "\"a-${var.x == \"=\" ? 1 : 2}\"",
      "\"é🦀\"", "x == 1", "x >= 2", "(1 + 2)",
      "[for k, v in x : k => v]".replacingOccurrences(
        of: "k => v", with: "v"),
    ]
    let comments = ["", "", "", " # why", " // what"]
    var text = ""
    for _ in 0..<6 {
      text += "resource \"a\" \"\(name())\" {\n"
      for _ in 0..<Int.random(in: 1...9, using: &random) {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: text += "\n  # \(name()) = 1\n"
        case 1: text += "  \(name()) = {\n    \(name()) = 1\n    \(name()) = 2\n  }\n"
        case 2: text += "  \(name()) = <<-EOT\n    a = 1\n      bcd = 2\n  EOT\n"
        case 3:
          text += "  \(name()) {\n    \(name()) = true\n    \(name()) = [\n      1,\n    ]\n  }\n"
        case 4: text += "  \(name()) = {\n    \"\(name())\" = 1\n    (\(name())) = 2\n  }\n"
        default:
          text +=
            "  \(name()) = \(values.randomElement(using: &random)!)\(comments.randomElement(using: &random)!)\n"
        }
      }
      text += "}\n\n"
    }
    return text.replacingOccurrences(of: "}\n\n\n", with: "}\n\n") + "# end\n"
  }
}
