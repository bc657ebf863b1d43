/// What a cell means; the theme says how that looks.
public enum Role: String, CaseIterable, Hashable, Sendable {
  case text
  case muted
  case accent
  case title
  case heading
  case border
  case borderFocused
  case selection
  case selectionMuted
  case input
  case inputFocused
  case placeholder
  case disabled
  case key
  case tab
  case tabActive
  case statusBar
  case scrollbar
  case lineNumber
  case error
  case warning
  case info
  case success
  case added
  case removed
  case changed
  case conflict
  case match
  case cursor
  case syntaxKeyword
  case syntaxString
  case syntaxNumber
  case syntaxComment
  case syntaxType
  case syntaxFunction
  case syntaxProperty
  case syntaxPunctuation
  case nodeService
  case nodeStore
  case nodeBus
  case nodeExternal
  case nodeHighlighted
  case nodeDimmed
  case edge
  case edgeEvent
  case edgeHighlighted
  case edgeDimmed
  case edgeBroken
}

extension Role {
  /// The one character that stands for the role in pictures of tests.
  public var letter: Character {
    switch self {
    case .text: "."
    case .muted: "m"
    case .accent: "a"
    case .title: "t"
    case .heading: "h"
    case .border: "b"
    case .borderFocused: "B"
    case .selection: "s"
    case .selectionMuted: "z"
    case .input: "i"
    case .inputFocused: "I"
    case .placeholder: "p"
    case .disabled: "d"
    case .key: "k"
    case .tab: "u"
    case .tabActive: "U"
    case .statusBar: "v"
    case .scrollbar: "r"
    case .lineNumber: "l"
    case .error: "e"
    case .warning: "w"
    case .info: "n"
    case .success: "o"
    case .added: "+"
    case .removed: "-"
    case .changed: "~"
    case .conflict: "!"
    case .match: "*"
    case .cursor: "c"
    case .syntaxKeyword: "K"
    case .syntaxString: "S"
    case .syntaxNumber: "N"
    case .syntaxComment: "C"
    case .syntaxType: "T"
    case .syntaxFunction: "F"
    case .syntaxProperty: "P"
    case .syntaxPunctuation: ","
    case .nodeService: "1"
    case .nodeStore: "2"
    case .nodeBus: "3"
    case .nodeExternal: "4"
    case .nodeHighlighted: "5"
    case .nodeDimmed: "6"
    case .edge: "7"
    case .edgeEvent: "8"
    case .edgeHighlighted: "9"
    case .edgeDimmed: "0"
    case .edgeBroken: "x"
    }
  }
}
