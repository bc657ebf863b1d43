import Foundation

/// `embed-catalog FOLDER OUT ROOT…`: writes the files below each root as raw string literals.
@main
enum EmbedTool {
  static func main() throws {
    let arguments = CommandLine.arguments
    precondition(arguments.count > 3, "usage: embed-catalog FOLDER OUT ROOT...")
    let base = URL(fileURLWithPath: arguments[1])
    let paths = arguments[3...].flatMap { files(below: $0, in: base) }
    var literals = ""
    var rows = ""
    for (number, path) in paths.enumerated() {
      let text = try text(of: base.appendingPathComponent(path), path: path)
      let fence = String(repeating: "#", count: longestRunOfHashes(in: text) + 1)
      literals += "  static let t\(number): StaticString = "
      literals += "\(fence)\"\"\"\n\(text)\n\"\"\"\(fence)\n"
      rows += "    (\"\(path)\", t\(number)),\n"
    }
    let source = """
      // Made by embed-catalog from the catalog folders. Do not edit.

      enum EmbeddedCatalog {
      \(literals)
        static let files: [(path: StaticString, text: StaticString)] = [
      \(rows)  ]
      }

      """
    try source.write(toFile: arguments[2], atomically: true, encoding: .utf8)
  }

  private static func files(below root: String, in base: URL) -> [String] {
    let folder = base.appendingPathComponent(root)
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    return (names ?? []).sorted().filter { name in
      var isFolder: ObjCBool = false
      let path = folder.appendingPathComponent(name).path
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && !isFolder.boolValue && !name.hasSuffix(".gitkeep") && !name.hasSuffix(".DS_Store")
    }.map { "\(root)/\($0)" }
  }

  private static func text(of file: URL, path: String) throws -> String {
    let data = try Data(contentsOf: file)
    guard let text = String(validating: data, as: UTF8.self) else {
      fatalError("\(path): not UTF-8")
    }
    precondition(!data.contains(0) && !data.contains(13), "\(path): holds a NUL or CR")
    return text
  }

  private static func longestRunOfHashes(in text: String) -> Int {
    var longest = 0
    var run = 0
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "#") ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
