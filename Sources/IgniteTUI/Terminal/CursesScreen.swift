import CNCurses
import CTerm

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A screen by ncurses, which knows what each type of terminal understands.
@MainActor
final class CursesScreen: Screen {
  let colours: ColorSupport
  private(set) var farewell: [UInt8] = []
  private(set) var keys: [[UInt8]: Key] = [:]
  private var theme: Theme
  private let isASCII: Bool
  private let window: UnsafeMutablePointer<WINDOW>
  private var looks: [Look: (attributes: attr_t, pair: Int32)] = [:]
  private var shown: Surface?
  private var isFirst = true

  private struct Look: Hashable {
    let role: Role
    let mark: Mark
  }

  /// Nothing where this machine has no description of the terminal.
  init?(_ options: TerminalOptions) throws {
    isASCII = !CursesLocale.set(isUTF8: options.environment.isUTF8)
    guard let screen = allframe_new_screen(nil), let window = allframe_screen() else { return nil }
    self.window = window
    guard Terminfo.text("cup") != nil else {
      endwin()
      delscreen(screen)
      throw TerminalError.dumb(options.environment.terminal)
    }
    if has_colors() {
      start_color()
      use_default_colors()
    }
    let known = has_colors() ? Int(allframe_colours()) : 0
    let found = ColorSupport.detected(options.environment, colours: known)
    colours = min(options.colours ?? found, .indexed)
    theme = options.theme.reduced(to: colours)
    keys = Terminfo.keys
    farewell = Array("\u{1B}[m".utf8)
    for name in ["op", "sgr0", "rmkx", "cnorm", "rmcup"] { farewell += Terminfo.text(name) ?? [] }
  }

  func enter() {
    if isFirst {
      raw()
      noecho()
      nonl()
      intrflush(window, false)
      leaveok(window, false)
      idlok(window, false)
      isFirst = false
    } else {
      reset_prog_mode()
    }
    clearok(allframe_shown_screen(), true)
    wrefresh(window)
    curs_set(0)
    if let keypad = Terminfo.text("smkx") { TerminalOutput.write(keypad) }
    invalidate()
  }

  func leave() {
    if let keypad = Terminfo.text("rmkx") { TerminalOutput.write(keypad) }
    curs_set(1)
    endwin()
    allframe_term_make_cooked()
  }

  func resize(to size: Size) {
    if size.height != Int(allframe_lines()) || size.width != Int(allframe_columns()) {
      resize_term(Int32(size.height), Int32(size.width))
    }
    invalidate()
  }

  func invalidate() {
    shown = nil
    clearok(allframe_shown_screen(), true)
  }

  func use(_ theme: Theme) {
    self.theme = theme.reduced(to: colours)
    looks.removeAll()
    shown = nil
  }

  func present(_ surface: Surface) {
    if shown == surface { return }
    let before = shown?.size == surface.size ? shown : nil
    for y in 0..<surface.size.height { present(row: y, of: surface, before: before) }
    if let cursor = surface.cursor {
      wmove(window, Int32(clamping: cursor.y), Int32(clamping: cursor.x))
    }
    curs_set(surface.cursor == nil ? 0 : 1)
    wnoutrefresh(window)
    doupdate()
    shown = surface
  }

  private func present(row y: Int, of surface: Surface, before: Surface?) {
    let first = y * surface.size.width
    for x in 0..<surface.size.width {
      let cell = surface.cells[first + x]
      let isSame = before.map { old in
        old.cells[first + x] == cell
          && (cell.width != 2 || old.cells[first + x + 1] == surface.cells[first + x + 1])
      }
      if cell.width == 0 || isSame ?? false { continue }
      put(cell, Int32(y), Int32(x))
    }
  }

  private func put(_ cell: Cell, _ y: Int32, _ x: Int32) {
    let look = look(of: cell)
    var text: [wchar_t] = []
    cell.forEachScalar { text.append(wchar_t($0.value)) }
    if !isShown(cell) {
      // ncurses or the terminal would count other columns than we do.
      for column in 0..<Int32(cell.width) {
        allframe_put_cell(window, y, x + column, [0x3F, 0], look.attributes, look.pair)
      }
      return
    }
    allframe_put_cell(window, y, x, text + [0], look.attributes, look.pair)
  }

  private func isShown(_ cell: Cell) -> Bool {
    if cell.glyph < 0x7F { return true }
    if isASCII { return false }
    var isFirst = true
    var isShown = true
    cell.forEachScalar {
      if isFirst { isShown = allframe_term_columns($0.value) == Int32(cell.width) }
      isFirst = false
    }
    return isShown
  }

  private func look(of cell: Cell) -> (attributes: attr_t, pair: Int32) {
    let look = Look(role: cell.role, mark: cell.mark)
    if let known = looks[look] { return known }
    let style = theme.style(of: cell.role, mark: cell.mark)
    var pair: Int32 = 0
    if colours != .none {
      pair = max(0, alloc_pair(number(style.foreground), number(style.background)))
    }
    let made = (Self.attributes(style.attributes), pair)
    looks[look] = made
    return made
  }

  private func number(_ color: Color) -> Int32 {
    if case .indexed(let number) = color { Int32(number) } else { -1 }
  }

  private static func attributes(_ attributes: Style.Attributes) -> attr_t {
    var bits: attr_t = 0
    if attributes.contains(.bold) { bits |= allframe_bold() }
    if attributes.contains(.dim) { bits |= allframe_dim() }
    if attributes.contains(.italic) { bits |= allframe_italic() }
    if attributes.contains(.underline) { bits |= allframe_underline() }
    if attributes.contains(.reverse) { bits |= allframe_reverse() }
    return bits
  }
}
