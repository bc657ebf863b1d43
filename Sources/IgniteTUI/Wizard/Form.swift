import IgniteModel
import IgniteSyntax

/// The questions and entries of one page, from top to bottom.
struct Form: Sendable {
  var title = ""
  /// What is asked, in a sentence.
  var lead = ""
  var rows: [FormRow] = []

  /// The numbers of the rows on which the cursor can stand.
  var stops: [Int] { rows.indices.filter { rows[$0].isStop } }

  /// The place of a row with the identity, if it is there.
  func row(_ id: String) -> Int? { rows.firstIndex { $0.id == id } }
}

/// One row of a page.
enum FormRow: Sendable {
  case heading(String, note: String)
  case text(String)
  case field(FormField)
  case button(FormButton)

  /// Whether the cursor can stand on it.
  var isStop: Bool {
    switch self {
    case .heading, .text: false
    case .field, .button: true
    }
  }

  /// What stays the same when the page is made anew.
  var id: String {
    switch self {
    case .heading(let title, _): "heading:\(title)"
    case .text(let text): "text:\(text)"
    case .field(let field): "field:\(field.path)"
    case .button(let button): button.id
    }
  }

  var field: FormField? { if case .field(let field) = self { field } else { nil } }
  var button: FormButton? { if case .button(let button) = self { button } else { nil } }
}

/// Something on a page that opens or does something.
struct FormButton: Sendable {
  /// What it does.
  enum Deed: Hashable, Sendable {
    case open(Route)
    case addService
    case addElement(ConfigPath)
    case addMember(ConfigPath)
    case startEmpty
    case startFrom(String)
    case openFile(String)
    case askForFile
    case resume(String)
    case apply(String, [ConfigEdit])
    case generate
    case save
  }

  var id: String
  var title: String
  var summary = ""
  var marks: [String] = []
  var whyNot: String?
  var deed: Deed
}

/// One question: a key of the config with its answer.
struct FormField: Sendable {
  var path: ConfigPath
  var label: String
  var help: String
  var control: Control
  /// What is written in the file, absent where nothing is.
  var value: ConfigValue?
  /// What counts, as it is shown.
  var valueText: String
  /// What counts when nothing is written.
  var defaultText: String?
  var example: String?
  var unit: String?
  /// Where the value came from: `default`, `written`, `overlay dev` …
  var origin: String
  var problems: [Diagnostic] = []
  var whyNot: String?
  var isRequired: Bool
}
