import Foundation
import IgniteSyntax
import Testing

@testable import IgniteGenerator

struct ChangeTreeTests {
  private let folder = TargetFolder()

  private func changes() throws -> ChangeSet {
    try folder.generate([
      "Cargo.toml": "a\nb\n", "same": "s", "src/gone.rs": "x\ny\n", "src/mine.rs": "mine\n",
      "z/both.rs": "one\n",
    ])
    try folder.write("src/mine.rs", "changed\n")
    try folder.write("z/both.rs", "changed\n")
    return try folder.changes([
      "Cargo.toml": "a\nB\nc\n", "same": "s", "src/mine.rs": "mine\n", "src/a/new.rs": "1\n2\n3",
      "z/both.rs": "two\n",
    ])
  }

  @Test func drawsWhatChanges() throws {
    let tree = ChangeTree(try changes(), title: "shop")
    #expect(
      tree.text == """
        shop
        ├── src
        │   ├── a
        │   │   └── new.rs  create     +3
        │   ├── gone.rs     orphaned   −2
        │   └── mine.rs     kept       you changed it
        ├── z
        │   └── both.rs     conflict   you and the plan changed the same lines
        └── Cargo.toml      update     +2 −1
        1 create, 1 update, 1 unchanged, 1 kept, 1 conflict, 1 orphaned; +5 −3 lines

        """)
  }

  @Test func drawsInASCIIAndWithWhatStays() throws {
    let tree = ChangeTree(try changes(), title: "shop", style: .ascii, showsUnchanged: true)
    #expect(tree.text.utf8.allSatisfy { $0 < 0x80 })
    #expect(tree.text.contains("`-- same            unchanged\n"))
  }

  @Test func makesNamesHarmless() {
    let tree = ChangeTree(
      ChangeSet(changes: [], diagnostics: [], records: [], written: .none), title: "a\u{1B}[2Jb")
    #expect(tree.text == "a␛[2Jb\nno files\n")
  }

  @Test func tellsProgramsTheSame() throws {
    let changes = try changes()
    let data = Data(JSONText.compact(changes.json).utf8)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["pending"] as? Bool == true)
    #expect(object["openConflicts"] as? Int == 1)
    #expect((object["summary"] as? [String: Int])?["create"] == 1)
    let files = try #require(object["changes"] as? [[String: Any]])
    #expect(files.count == 6)
    let update = try #require(files.first { $0["path"] as? String == "Cargo.toml" })
    #expect(update["verdict"] as? String == "update")
    #expect(update["effect"] as? String == "write")
    #expect(update["added"] as? Int == 2)
    #expect(update["removed"] as? Int == 1)
    #expect(update["after"] as? String == Digest(of: Array("a\nB\nc\n".utf8)).description)
  }
}
