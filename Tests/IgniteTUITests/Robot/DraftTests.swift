import Foundation
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteTUI

@Suite struct DraftTests {
  private func draft(_ texts: [String], from base: String) -> [UInt8] {
    var bytes = DraftText.start(
      path: "a b/architecture.toml", format: .toml, base: Array(base.utf8))
    var known = Array(base.utf8)
    for text in texts {
      bytes += DraftText.record(TextChange(from: known, to: Array(text.utf8)))
      known = Array(text.utf8)
    }
    return bytes
  }

  @Test func givesBackEveryChange() throws {
    let draft = try #require(DraftText(draft(["name = 1\n", "name = 12\n", "名\n"], from: "")))
    #expect(draft.path == "a b/architecture.toml")
    #expect(draft.text == Array("名\n".utf8))
    #expect(draft.count == 3)
  }

  /// Wherever a power cut breaks the file off, what came before is whole.
  @Test func isGoodUpToWhereItBreaksOff() throws {
    let texts = ["one\n", "one two\n", "zero\nthree\n"]
    let whole = draft(texts, from: "start\n")
    for end in whole.indices {
      guard let read = DraftText(Array(whole[..<end])) else { continue }
      let text = String(decoding: read.text, as: UTF8.self)
      #expect((["start\n"] + texts)[read.count] == text)
    }
  }

  @Test func offersWhatNobodyHasOpen() throws {
    let scratch = try Scratch()
    defer { scratch.remove() }
    let folder = scratch.folder.path
    let journal = DraftJournal(folder: folder)
    journal.start(path: nil, format: .toml, base: [])
    journal.add(Array("a = 1\n".utf8))
    #expect(DraftJournal.left(in: folder).isEmpty)
    try Data(draft(["b = 2\n"], from: "")).write(
      to: scratch.folder.appendingPathComponent("1-1.draft"))
    #expect(DraftJournal.left(in: folder).map(\.draft.text) == [Array("b = 2\n".utf8)])
    journal.forget()
    #expect(OwnFile.names(in: folder) == ["1-1.draft"])
  }

  @Test func historyGoesBackAndForth() {
    var history = History()
    let texts = ["", "a", "ab", "b", "bcd"].map { Array($0.utf8) }
    for (old, new) in zip(texts, texts.dropFirst()) { history.add("edit", from: old, to: new) }
    var text = texts[4]
    for expected in texts.dropLast().reversed() {
      text = history.undo(text)?.text ?? []
      #expect(text == expected)
    }
    #expect(history.undo(text) == nil)
    for expected in texts.dropFirst() {
      text = history.redo(text)?.text ?? []
      #expect(text == expected)
    }
  }
}
