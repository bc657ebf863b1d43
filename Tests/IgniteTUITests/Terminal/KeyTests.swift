import Testing

@testable import IgniteTUI

struct KeyTests {
  @Test(arguments: [
    "ctrl-s", "alt-1", "f10", "shift-tab", "q", "A", "ctrl-alt-x", "ctrl-shift-left", "space",
    "page-up", "ctrl--", "-", "é", "ctrl-space", "?", "alt-enter", "F",
  ])
  func readsWhatItWrites(_ text: String) {
    #expect(Key(text: text)?.description == text)
  }

  @Test(arguments: ["", "ctrl-", "f0", "f25", "ctr-s", "super-s", "ab", " ", "\n", "f1x", "shift-"])
  func refusesWhatIsNoKey(_ text: String) {
    #expect(Key(text: text) == nil)
  }

  @Test func givesOneKeyOneForm() {
    #expect(Key(text: "shift-a") == Key("A"))
    #expect(Key(text: "Ctrl-S") == Key("s", .control))
    #expect(Key("A").typed == "A")
    #expect(Key("a", .alt).typed == nil)
    #expect(Key(.enter).typed == nil)
  }
}
