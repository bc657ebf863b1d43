/// Where a binding works.
enum KeyContext: String, CaseIterable, Hashable, Sendable {
  /// Everywhere, also while text is typed.
  case everywhere
  /// Wherever no text is typed.
  case page
}

/// One command with the keys that do it.
struct Binding: Hashable, Sendable {
  var command: Command
  var keys: [Key]
  var title: String
  var context: KeyContext

  init(_ command: Command, _ context: KeyContext, _ title: String, _ keys: String) {
    self.command = command
    self.context = context
    self.title = title
    self.keys = keys.split(separator: " ").compactMap { Key(text: String($0)) }
  }
}

/// Which key does what.
struct KeyMap: Hashable, Sendable {
  var bindings: [Binding]

  /// The keys as they come.
  static let standard = KeyMap(bindings: [
    Binding(.palette, .everywhere, "all commands", "ctrl-p f2"),
    Binding(.help, .everywhere, "help", "f1 alt-h"),
    Binding(.open, .everywhere, "open another", "f6 alt-o"),
    Binding(.save, .everywhere, "save", "ctrl-s f3"),
    Binding(.undo, .everywhere, "undo", "alt-u"),
    Binding(.redo, .everywhere, "redo", "alt-e"),
    Binding(.nextStep, .everywhere, "next step", "alt-right alt-n"),
    Binding(.previousStep, .everywhere, "step before", "alt-left alt-p"),
    Binding(.pane1, .everywhere, "form", "alt-1"),
    Binding(.pane2, .everywhere, "graph", "alt-2"),
    Binding(.pane3, .everywhere, "files", "alt-3"),
    Binding(.pane4, .everywhere, "source", "alt-4"),
    Binding(.pane5, .everywhere, "problems", "alt-5"),
    Binding(.pane6, .everywhere, "history", "alt-6"),
    Binding(.nextProblem, .everywhere, "next problem", "f8 alt-j"),
    Binding(.fix, .everywhere, "apply the fix", "alt-f f4"),
    Binding(.generate, .everywhere, "generate", "ctrl-g f9"),
    Binding(.redraw, .everywhere, "draw anew", "ctrl-l"),
    Binding(.quit, .everywhere, "quit", "f10 ctrl-q"),
    Binding(.ask, .everywhere, "stop?", "ctrl-c"),
    Binding(.suspend, .everywhere, "suspend", "ctrl-z"),
    Binding(.nextPane, .everywhere, "next pane", "tab"),
    Binding(.previousPane, .everywhere, "pane before", "shift-tab"),
    Binding(.back, .everywhere, "back", "escape"),
    Binding(.activate, .page, "open, answer", "enter space right l"),
    Binding(.back, .page, "back", "left h backspace"),
    Binding(.up, .page, "up", "up k"),
    Binding(.down, .page, "down", "down j"),
    Binding(.pageUp, .page, "page up", "page-up ctrl-b"),
    Binding(.pageDown, .page, "page down", "page-down ctrl-f"),
    Binding(.first, .page, "first", "home g"),
    Binding(.last, .page, "last", "end G"),
    Binding(.search, .page, "search everywhere", "/"),
    Binding(.help, .page, "help", "?"),
    Binding(.undo, .page, "undo", "u"),
    Binding(.redo, .page, "redo", "ctrl-r"),
    Binding(.add, .page, "add", "a insert"),
    Binding(.remove, .page, "remove", "d delete"),
    Binding(.rename, .page, "rename", "r"),
    Binding(.duplicate, .page, "duplicate", "c"),
    Binding(.moveUp, .page, "move up", "K shift-up"),
    Binding(.moveDown, .page, "move down", "J shift-down"),
    Binding(.reset, .page, "back to the default", "x"),
    Binding(.explain, .page, "explain the problem", "e"),
    Binding(.nextStep, .page, "next step", "]"),
    Binding(.previousStep, .page, "step before", "["),
    Binding(.theme, .page, "theme", "t"),
    Binding(.toggleMouse, .page, "mouse on or off", "m"),
    Binding(.editor, .page, "open in $EDITOR", "ctrl-o"),
    Binding(.copyPath, .page, "copy the path", "y"),
  ])

  /// What a key does.
  func command(for key: Key, isTyping: Bool) -> Command? {
    bindings.first { ($0.context == .everywhere || !isTyping) && $0.keys.contains(key) }?.command
  }

  /// The first key of a command, for a key bar; absent when it has none that works.
  func key(for command: Command, isTyping: Bool = false) -> Key? {
    bindings.first { $0.command == command && (!isTyping || $0.context == .everywhere) }?.keys.first
  }

  /// What the command is called.
  func title(of command: Command) -> String {
    bindings.first { $0.command == command }?.title ?? command.rawValue
  }

  /// Every key of a command.
  func keys(of command: Command) -> [Key] {
    bindings.filter { $0.command == command }.flatMap(\.keys)
  }
}
