import IgniteSyntax
import Testing

struct SpellingTests {
  @Test(arguments: [
    ("paymnets", "payments"), ("max-attempts", "max_attempts"), ("Name", "name"),
    ("archtype", "archetype"), ("grcp", "grpc"),
  ])
  func findsWhatWasMeant(_ word: String, _ meant: String) {
    let names = ["payments", "max_attempts", "name", "archetype", "grpc", "orders"]
    #expect(word.nearest(in: names) == meant)
  }

  @Test(arguments: ["", "xyzzy", "a", "payments"])
  func findsNothingFarAway(_ word: String) {
    #expect(word.nearest(in: ["payments", "b", ""]) == nil)
  }

  @Test func staysQuickOnHugeWords() {
    let huge = String(repeating: "a", count: 1_000_000)
    #expect(huge.nearest(in: [huge + "b"]) == nil)
    #expect("name".nearest(in: [huge, "nam"]) == "nam")
  }
}
