import IgniteTestSupport
import Testing

@testable import IgniteGenerator

struct LineMergeTests {
  private func merged(_ base: String, _ ours: String, _ theirs: String) -> String? {
    LineMerge.merged(base: Array(base.utf8), Array(ours.utf8), Array(theirs.utf8))
      .map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func keepsTheLawsOfMerging() {
    var numbers = SeededGenerator(1)
    for _ in 0..<2000 {
      let base = numbers.text(lines: 12)
      let ours = numbers.edited(base, "ours")
      let theirs = numbers.edited(base, "theirs")
      #expect(merged(base, ours, base) == ours)
      #expect(merged(base, base, theirs) == theirs)
      #expect(merged(base, ours, ours) == ours)
      #expect(merged(base, ours, theirs) == merged(base, theirs, ours))
    }
  }

  @Test func joinsChangesThatLieApart() {
    var numbers = SeededGenerator(2)
    for _ in 0..<500 {
      let count = Int.random(in: 3...30, using: &numbers)
      let base = (0..<count).map { "line \($0)\n" }
      let cut = Int.random(in: 1..<count - 1, using: &numbers)
      let head = numbers.edited(base[..<cut].joined(), "ours") + (cut > 0 ? "" : "")
      let tail = numbers.edited(base[(cut + 1)...].joined(), "theirs")
      // Whole lines on both sides of one that nobody touches.
      let (top, bottom) = (whole(head), whole(tail))
      let ours = top + base[cut] + base[(cut + 1)...].joined()
      let theirs = base[..<cut].joined() + base[cut] + bottom
      #expect(merged(base.joined(), ours, theirs) == top + base[cut] + bottom)
    }
  }

  private func whole(_ text: String) -> String {
    text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
  }

  @Test(arguments: [
    ("a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n"),
    ("a\nb\nc\n", "X\nb\nc\n", "a\nY\nc\n"),
    ("a\nb\n", "a\nX\nb\n", "a\nY\nb\n"),
    ("a\nb\nc\n", "a\nc\n", "a\nB\nc\n"),
    ("a", "a\n", "b"),
    ("a\n", "", "b\n"),
    ("a\0\n1\n2\n3\n", "b\0\n1\n2\n3\n", "a\0\n1\n2\n4\n"),
  ])
  func refusesChangesThatTouch(base: String, ours: String, theirs: String) {
    #expect(merged(base, ours, theirs) == nil)
  }

  @Test(arguments: [
    ("a\nb\nc\n", "a\nX\nc\n", "a\nX\nc\n", "a\nX\nc\n"),
    ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC", "A\nb\nC"),
    ("a\nb\nc\nd\n", "b\nc\nd\n", "a\nb\nc\nd\ne\n", "b\nc\nd\ne\n"),
  ])
  func mergesTheRest(base: String, ours: String, theirs: String, expected: String) {
    #expect(merged(base, ours, theirs) == expected)
  }
}
