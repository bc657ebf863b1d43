/// One of the answers that a field offers.
struct Choice: Hashable, Sendable {
  /// What is written into the config.
  var value: String
  /// How it is called; the value itself where it has no other name.
  var title: String
  /// When to choose it, in a sentence; may be empty.
  var summary: String
  /// Whether it is the answer now, or one of the answers.
  var isChosen: Bool
  /// What would be wrong if it were chosen; absent where nothing would be.
  var whyNot: String?

  init(
    _ value: String, title: String? = nil, summary: String = "", isChosen: Bool = false,
    whyNot: String? = nil
  ) {
    self.value = value
    self.title = title ?? value
    self.summary = summary
    self.isChosen = isChosen
    self.whyNot = whyNot
  }
}

/// How a field is answered.
enum Control: Hashable, Sendable {
  case text
  case number
  case toggle
  case choice([Choice], allowsNew: Bool = false)
  case choices([Choice], allowsNew: Bool)
  case list
}
