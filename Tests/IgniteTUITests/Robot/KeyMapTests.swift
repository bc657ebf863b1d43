import IgniteSyntax
import Testing

@testable import IgniteTUI

@Suite struct KeyMapTests {
  private func read(_ text: String) -> (map: KeyMap, messages: [String]) {
    let (map, diagnostics) = KeyMapFile.read(Source(name: "keys.toml", text: text))
    return (map, diagnostics.map(\.message))
  }

  @Test func everyFunctionKeyHasASecondKey() {
    for command in Command.allCases {
      let keys = KeyMap.standard.keys(of: command)
      let others = keys.filter { if case .function = $0.code { false } else { true } }
      #expect(!keys.isEmpty, "\(command) has no key")
      #expect(!others.isEmpty, "\(command) has function keys only")
    }
  }

  @Test func noKeyDoesTwoThings() {
    for context in KeyContext.allCases {
      let bindings = KeyMap.standard.bindings.filter { $0.context == context }
      let keys = bindings.flatMap(\.keys)
      #expect(Set(keys).count == keys.count)
    }
  }

  @Test func takesAPersonsOwnKeys() {
    let (map, messages) = read("save = [\"ctrl-k\", \"w\"]\n")
    #expect(messages.isEmpty)
    #expect(map.command(for: Key("k", .control), isTyping: true) == .save)
    #expect(map.command(for: Key("w"), isTyping: false) == .save)
    #expect(map.command(for: Key("w"), isTyping: true) == nil)
    #expect(map.command(for: Key("s", .control), isTyping: false) == nil)
  }

  @Test(arguments: [
    ("svae = [\"ctrl-k\"]", "there is no command `svae`"),
    ("save = \"ctrl-k\"", "`save` takes a list of keys"),
    ("save = [\"ctlr-k\"]", "there is no such key; write it like `ctrl-s`, `alt-1`, `f10` or `q`"),
    ("save = [\"q\"]\nquit = [\"q\"]", "`q` is given to `save` already"),
  ])
  func aBrokenFileChangesNothing(_ text: String, _ message: String) {
    let (map, messages) = read(text)
    #expect(messages == [message])
    #expect(map == .standard)
  }
}
