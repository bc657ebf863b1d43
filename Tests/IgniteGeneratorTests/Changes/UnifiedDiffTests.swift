import Foundation
import IgniteTestSupport
import Testing

@testable import IgniteGenerator

struct UnifiedDiffTests {
  private func text(_ path: String, _ old: String?, _ new: String?) -> String {
    let diff = UnifiedDiff(
      path: path, old: old.map { Array($0.utf8) }, new: new.map { Array($0.utf8) })
    return String(decoding: diff.bytes, as: UTF8.self)
  }

  @Test func showsThreeLinesAroundADifference() {
    let lines = (1...12).map { "\($0)\n" }
    var changed = lines
    changed[1] = "two\n"
    changed[10] = "eleven"
    changed.removeLast()
    #expect(
      text("a b", lines.joined(), changed.joined()) == """
        diff --git a/a b b/a b
        --- a/a b\t
        +++ b/a b\t
        @@ -1,5 +1,5 @@
         1
        -2
        +two
         3
         4
         5
        @@ -8,5 +8,4 @@
         8
         9
         10
        -11
        -12
        +eleven
        \\ No newline at end of file

        """)
  }

  @Test func saysNothingOfEqualStates() {
    #expect(text("a", "x", "x") == "")
    #expect(text("a", nil, nil) == "")
  }

  @Test func namesNewAndRemovedFiles() {
    #expect(
      text("é", nil, "x\n") == """
        diff --git "a/\\303\\251" "b/\\303\\251"
        new file mode 100644
        --- /dev/null
        +++ "b/\\303\\251"
        @@ -0,0 +1 @@
        +x

        """)
    #expect(text("a", "x\n", nil).hasPrefix("diff --git a/a b/a\ndeleted file mode 100644\n"))
    #expect(text("a", "x\0", "y").hasSuffix("Binary files a/a and b/a differ\n"))
  }

  @Test(arguments: [["git", "apply", "--unsafe-paths", "-p1"], ["patch", "-p1", "-s"]])
  func appliesWithTheToolsOfTheTrade(tool: [String]) throws {
    var numbers = SeededGenerator(tool.count)
    let (old, new) = (TargetFolder(), TargetFolder())
    var patch: [UInt8] = []
    for number in 0..<150 {
      let before = number % 10 == 0 ? nil : numbers.text(lines: 30)
      let after =
        number % 10 == 1 ? nil : before.map { numbers.edited($0, "new") } ?? numbers.text(lines: 9)
      let path = "folder \(number % 3)/file-\(number).txt"
      if let before { try old.write(path, before) }
      if let after { try new.write(path, after) }
      let diff = UnifiedDiff(
        path: path, old: before.map { Array($0.utf8) }, new: after.map { Array($0.utf8) })
      patch += diff.bytes
    }
    try old.write("../changes.diff", String(decoding: patch, as: UTF8.self))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = tool + (tool[0] == "git" ? ["../changes.diff"] : ["-i", "../changes.diff"])
    process.currentDirectoryURL = old.url
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(old.files == new.files)
  }

  @Test func comparesHugeTextsWithoutEndlessWork() {
    var numbers = SeededGenerator(9)
    let old = (0..<20_000).map { _ in Int.random(in: 0..<50, using: &numbers) }
    let new = (0..<20_000).map { _ in Int.random(in: 0..<50, using: &numbers) }
    let lines = { (numbers: [Int]) in
      LineDifference.lines(Array(numbers.map { "\($0)\n" }.joined().utf8))
    }
    let hunks = LineDifference(lines(old), lines(new)).hunks
    var rebuilt: [Int] = []
    var row = 0
    for hunk in hunks {
      rebuilt += old[row..<hunk.old.lowerBound] + new[hunk.new]
      row = hunk.old.upperBound
    }
    #expect(rebuilt + old[row...] == new)
  }

  @Test func findsTheShortestDifferences() {
    var numbers = SeededGenerator(3)
    for _ in 0..<300 {
      let old = (0..<Int.random(in: 0...14, using: &numbers)).map { _ in
        Int.random(in: 0..<4, using: &numbers)
      }
      let new = (0..<Int.random(in: 0...14, using: &numbers)).map { _ in
        Int.random(in: 0..<4, using: &numbers)
      }
      let lines = { (numbers: [Int]) in numbers.map { ArraySlice([UInt8($0)]) } }
      let hunks = LineDifference(lines(old), lines(new)).hunks
      let changed = hunks.reduce(0) { $0 + $1.old.count + $1.new.count }
      #expect(changed == old.count + new.count - 2 * common(old, new))
    }
  }

  /// The length of the longest common subsequence, by the book.
  private func common(_ first: [Int], _ second: [Int]) -> Int {
    var table = Array(
      repeating: Array(repeating: 0, count: second.count + 1), count: first.count + 1)
    for (row, one) in first.enumerated() {
      for (column, other) in second.enumerated() {
        table[row + 1][column + 1] =
          one == other
          ? table[row][column] + 1 : max(table[row][column + 1], table[row + 1][column])
      }
    }
    return table[first.count][second.count]
  }
}
