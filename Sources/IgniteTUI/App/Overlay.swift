import IgniteModel
import IgniteSyntax

/// Something that lies over the page and takes the keys until it is closed.
enum Overlay: Sendable {
  case picker(Picker)
  case prompt(Prompt)
  case confirm(Confirm)
  case help(HelpState)
  case explain(Explanation)
}

/// A list to choose from, with a filter that is typed.
struct Picker: Sendable {
  /// What is done with the choice.
  enum Purpose: Hashable, Sendable {
    case field(ConfigPath)
    case fieldList(ConfigPath)
    case serviceType
    case eventToRename
    case command
    case search
    case theme
    case conflict(String)
  }

  var purpose: Purpose
  var title: String
  var help: String
  var choices: [Choice]
  var filter = TextDraft()
  /// The place of the highlighted choice among those shown.
  var highlighted = 0
  var isMultiple = false
  /// Whether a text that is no choice can be added.
  var allowsNew = false

  /// The places of the choices that the filter leaves, those that begin with it first.
  var shown: [Int] {
    let wanted = filter.text.lowercased()
    guard !wanted.isEmpty else { return Array(choices.indices) }
    let ranked = choices.indices.compactMap { place in
      Self.rank(wanted, choices[place]).map { ($0, place) }
    }
    return ranked.sorted { $0 < $1 }.map(\.1)
  }

  private static func rank(_ wanted: String, _ choice: Choice) -> Int? {
    let title = choice.title.lowercased()
    if title.hasPrefix(wanted) { return 0 }
    if title.contains(wanted) || choice.value.lowercased().contains(wanted) { return 1 }
    if choice.summary.lowercased().contains(wanted) { return 2 }
    var rest = title[...]
    for character in wanted {
      guard let place = rest.firstIndex(of: character) else { return nil }
      rest = rest[rest.index(after: place)...]
    }
    return 3
  }

  /// The place in `choices` of the highlighted one.
  var current: Int? {
    let shown = shown
    return shown.indices.contains(highlighted) ? shown[highlighted] : nil
  }

  /// The text that would be added, if it is none of the choices.
  var newValue: String? {
    let text = filter.text
    guard allowsNew, !text.isEmpty, !choices.contains(where: { $0.value == text }) else {
      return nil
    }
    return text
  }

  mutating func move(by distance: Int) {
    let count = shown.count
    highlighted = count == 0 ? 0 : min(max(highlighted + distance, 0), count - 1)
  }
}

/// A question that one line of text answers.
struct Prompt: Sendable {
  /// What is done with the answer.
  enum Purpose: Hashable, Sendable {
    case serviceName(type: String)
    case renameService(Int)
    case renameMember(ConfigPath)
    case renameEntity(ConfigPath)
    case renameEvent(String)
    case element(ConfigPath)
    case member(ConfigPath)
    case openFile
    case saveAs(then: Effect?)
  }

  var purpose: Purpose
  var title: String
  var help: String
  var draft = TextDraft()
  var problem: String?
  /// What the path that is typed may go on with, once that was asked for.
  var names: [String] = []

  /// Whether the answer is the path of a file.
  var takesPath: Bool {
    switch purpose {
    case .openFile, .saveAs: true
    default: false
    }
  }
}

/// A question with a few answers.
struct Confirm: Sendable {
  /// What is asked.
  enum Purpose: Hashable, Sendable {
    case removeService(Int)
    case remove(ConfigPath)
    case quit
    case close
    case resume(String)
    case changedOutside([UInt8])
    case generate
  }

  var purpose: Purpose
  var title: String
  var lines: [String] = []
  var options: [String]
  var highlighted = 0
}

/// The keys that work, and how far one has scrolled.
struct HelpState: Hashable, Sendable {
  var scroll = 0
}

/// The long explanation of a finding.
struct Explanation: Hashable, Sendable {
  var title: String
  var text: String
  var scroll = 0
}

/// One line for the person.
struct Message: Hashable, Sendable {
  enum Kind: Hashable, Sendable { case info, warning, error }

  var kind: Kind
  var text: String
}
