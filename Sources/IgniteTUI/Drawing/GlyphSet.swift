/// The characters that frames and marks are drawn with.
public struct GlyphSet: Hashable, Sendable {
  /// Whether every character is ASCII, for terminals that show nothing else.
  public let isASCII: Bool

  /// Lines and marks that every UTF-8 terminal shows in one column.
  public static let unicode = GlyphSet(isASCII: false)
  /// The same in ASCII.
  public static let ascii = GlyphSet(isASCII: true)

  private func pick(_ unicode: String, _ ascii: String) -> String { isASCII ? ascii : unicode }

  /// ─
  public var horizontal: String { pick("─", "-") }
  /// │
  public var vertical: String { pick("│", "|") }
  /// ┌
  public var topLeft: String { pick("┌", "+") }
  /// ┐
  public var topRight: String { pick("┐", "+") }
  /// └
  public var bottomLeft: String { pick("└", "+") }
  /// ┘
  public var bottomRight: String { pick("┘", "+") }
  /// ├
  public var teeLeft: String { pick("├", "+") }
  /// ┤
  public var teeRight: String { pick("┤", "+") }
  /// ┬
  public var teeTop: String { pick("┬", "+") }
  /// ┴
  public var teeBottom: String { pick("┴", "+") }
  /// ┼
  public var cross: String { pick("┼", "+") }

  /// ↑
  public var arrowUp: String { pick("↑", "^") }
  /// ↓
  public var arrowDown: String { pick("↓", "v") }
  /// ←
  public var arrowLeft: String { pick("←", "<") }
  /// →
  public var arrowRight: String { pick("→", ">") }
  /// ›, before the chosen row.
  public var pointer: String { pick("›", ">") }
  /// ▾, an open branch.
  public var expanded: String { pick("▾", "v") }
  /// ▸, a closed branch.
  public var collapsed: String { pick("▸", ">") }

  /// ✓
  public var check: String { pick("✓", "x") }
  /// ✗
  public var ballot: String { pick("✗", "!") }
  /// A box that is ticked.
  public var checkedBox: String { pick("[✓]", "[x]") }
  /// A box that is not ticked.
  public var uncheckedBox: String { "[ ]" }
  /// The choice that was taken.
  public var chosen: String { pick("(●)", "(*)") }
  /// A choice that was not taken.
  public var unchosen: String { pick("( )", "( )") }
  /// •
  public var bullet: String { pick("•", "*") }
  /// ·
  public var dot: String { pick("·", ".") }
  /// Text goes on: … or ~, always in one column.
  public var ellipsis: String { pick("…", "~") }
  /// The moving part of a scroll bar.
  public var thumb: String { pick("█", "#") }
  /// What the moving part of a scroll bar runs in.
  public var track: String { pick("│", "|") }
  /// A share of a progress bar that is done.
  public var barDone: String { pick("█", "#") }
  /// A share of a progress bar that is left.
  public var barLeft: String { pick("░", ".") }
}
