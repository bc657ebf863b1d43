import Foundation
import IgniteTestSupport
import Testing

@testable import IgniteGenerator

/// One program holds all samples; rustc must compile it without a warning and print them back.
struct RustEncoderTests {
  private func encode(_ name: String, _ value: String, after start: String = "") throws -> String? {
    let encoder = try #require(Encoders.named(name))
    var out = Array(start.utf8)
    return encoder.write(.text(value), &out) == nil ? String(decoding: out, as: UTF8.self) : nil
  }

  @Test func rustcReadsTheSamplesBack() throws {
    let samples = HostileText.samples
    var program = "#![deny(warnings)]\n#![allow(non_snake_case)]\n"
    for (index, sample) in samples.enumerated() {
      program += try #require(try encode("rust.doc", sample, after: "/// ")) + "\n"
      program += try #require(try encode("rust.comment", sample, after: "// ")) + "\n"
      program += "fn item\(index)() -> String {\n"
      program += "    let plain = \(try #require(try encode("rust.str", sample)));\n"
      program += "    let part = \"<\(try #require(try encode("rust.part", sample)))>\";\n"
      let format = try #require(try encode("rust.format-part", sample))
      program += "    format!(\"{plain}\\0{part}\\0<\(format)>\\0\")\n}\n"
    }
    let words = try ["type", "order", "match", "gen", "x1", "_x"].map {
      try #require(try encode("rust.ident", $0))
    }
    program += words.map { "fn \($0)() {}\n" }.joined()
    program += "fn main() {\n"
    program += samples.indices.map { "    print!(\"{}\\0\", item\($0)());\n" }.joined()
    program += words.map { "    \($0)();\n" }.joined() + "}\n"
    let scratch = try Scratch()
    defer { scratch.remove() }
    try Data(program.utf8).write(to: scratch.folder.appendingPathComponent("main.rs"))
    let built = try Tool.run("rustc", ["--edition", "2024", "main.rs"], in: scratch.folder)
    #expect(built.status == 0, "\(built.errors.prefix(2000))")
    let run = try Tool.run(scratch.folder.appendingPathComponent("main").path, [])
    let expected = samples.flatMap { "\($0)\0<\($0)>\0<\($0)>\0\0".utf8 }
    #expect(run.output.elementsEqual(expected))
  }

  @Test(arguments: ["self", "Self", "super", "crate", "_", "", "1a", "a-b", "a b", "é", "a\n"])
  func refusesWhatIsNoIdentifier(text: String) throws {
    #expect(try encode("rust.ident", text) == nil)
  }

  @Test func typesAreBalanced() throws {
    #expect(try encode("rust.type", "Option<Vec<frame::Bytes>>") == "Option<Vec<frame::Bytes>>")
    for text in ["", "Vec<", "Vec>", "x;y", "a{", "f\"", "a\nb"] {
      #expect(try encode("rust.type", text) == nil)
    }
  }
}
