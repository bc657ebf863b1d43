import IgniteSyntax

/// Turns the pieces of a template into nodes, checking every name, encoder and block.
struct TemplateCompiler {
  let source: Source
  let language: Language
  let vocabulary: Vocabulary
  private(set) var diagnostics: [Diagnostic]
  private(set) var frameSize: Int
  private(set) var slots: [TemplateSlot] = []
  private var pieces: [TemplatePiece]
  private var index = 0
  private var depth = 0
  private var names: [TemplateName]

  /// The deepest nesting of blocks.
  static let depthLimit = 32

  init(source: Source, language: Language, vocabulary: Vocabulary, scopes: [String]) {
    self.source = source
    self.language = language
    self.vocabulary = vocabulary
    let lexed = TemplateLexer.pieces(of: source)
    pieces = lexed.pieces
    diagnostics = lexed.diagnostics
    frameSize = vocabulary.scopes.count
    names = scopes.compactMap { scope in
      vocabulary.position(ofScope: scope).map {
        TemplateName(name: scope, slot: $0, shape: .record(scope))
      }
    }
  }

  mutating func compile() -> [TemplateNode] {
    var nodes: [TemplateNode] = []
    while index < pieces.count {
      let body = readBody()
      nodes += body.nodes
      if let end = body.end {
        report(end.offset, "`\(end.words.joined(separator: " "))` closes nothing")
      }
    }
    return nodes
  }

  /// Compiles a condition that stands alone, such as the one of a catalog entry.
  mutating func compileCondition() -> TemplateCondition? {
    let lexer = TemplateLexer(source: source)
    return condition(lexer.words(source.bytes[...]), at: 0)
  }

  /// Reads nodes up to a tag that ends or divides the block around them.
  private mutating func readBody() -> (nodes: [TemplateNode], end: TemplateBlockEnd?) {
    var nodes: [TemplateNode] = []
    while index < pieces.count {
      let piece = pieces[index]
      index += 1
      switch piece.content {
      case .text(let bytes): nodes.append(.text(bytes))
      case .hole(let words):
        if let node = hole(words, at: piece.offset) { nodes.append(node) }
      case .tag(let words, let indent):
        if words.first == "end" || words.first == "else" {
          return (nodes, TemplateBlockEnd(words: words, offset: piece.offset))
        }
        if let node = block(words, indent: indent, at: piece.offset) { nodes.append(node) }
      }
    }
    return (nodes, nil)
  }

  private mutating func block(
    _ words: [String], indent: [UInt8], at offset: Int
  ) -> TemplateNode? {
    switch words.first {
    case "slot": return slot(words, indent: indent, at: offset)
    case "for", "if", "sorted":
      guard depth < Self.depthLimit else {
        report(offset, "blocks are nested deeper than \(Self.depthLimit)")
        return nil
      }
      depth += 1
      defer { depth -= 1 }
      return switch words[0] {
      case "for": loop(words, at: offset)
      case "if": choice(words, at: offset)
      default: sorted(words, at: offset)
      }
    default:
      let found = words.first ?? ""
      report(offset, "`\(found)` is no tag; known are for, if, else, end, sorted and slot")
      return nil
    }
  }

  private mutating func sorted(_ words: [String], at offset: Int) -> TemplateNode {
    if words.count > 1 { report(offset, "`sorted` stands alone") }
    return .sorted(readBlock("sorted", at: offset))
  }

  private mutating func readBlock(_ name: String, at offset: Int) -> [TemplateNode] {
    let body = readBody()
    switch body.end {
    case .some(let end) where end.words == ["end"]: break
    case .some(let end):
      report(end.offset, "`\(end.words.joined(separator: " "))` cannot stand in `\(name)`")
    case .none: report(offset, "`\(name)` has no `end`")
    }
    return body.nodes
  }

  mutating func report(_ offset: Int, _ message: String) {
    diagnostics.append(TemplateSite(source, offset: offset).error("template-syntax", message))
  }
}

/// A tag that ends or divides a block.
struct TemplateBlockEnd {
  var words: [String]
  var offset: Int
}

/// A name that templates can use at some place.
struct TemplateName {
  var name: String
  var slot: Int
  var shape: Shape
}

extension TemplateCompiler {
  private mutating func loop(_ words: [String], at offset: Int) -> TemplateNode? {
    guard words.count == 4, words[2] == "in", Self.isName(words[1]) else {
      report(offset, "a loop is written `for NAME in PATH`")
      _ = readBlock("for", at: offset)
      return nil
    }
    let list = access(words[3], at: offset)
    var element = Shape.text
    if let list {
      guard case .list(let shape) = list.shape else {
        report(offset, "`\(words[3])` is \(list.shape.description), not a list")
        _ = readBlock("for", at: offset)
        return nil
      }
      element = shape
    }
    return loop(over: list?.access, named: words[1], element, at: offset)
  }

  private mutating func loop(
    over list: TemplateAccess?, named name: String, _ element: Shape, at offset: Int
  ) -> TemplateNode? {
    let outer = names
    defer { names = outer }
    let slot = slotForLoop(name, element)
    let facts = frameSize
    frameSize += 1
    names.append(TemplateName(name: name, slot: slot, shape: element))
    names.append(TemplateName(name: "loop", slot: facts, shape: .record(LoopFacts.shape.name)))
    let body = readBlock("for", at: offset)
    return list.map { .loop($0, slot: slot, facts: facts, body: body) }
  }

  /// A loop over the records of a scope, under the scope's name, binds the scope for slots.
  private mutating func slotForLoop(_ name: String, _ element: Shape) -> Int {
    if element == .record(name), let scope = vocabulary.position(ofScope: name) {
      return scope
    }
    frameSize += 1
    return frameSize - 1
  }

  private mutating func choice(_ words: [String], at offset: Int) -> TemplateNode {
    var branches: [TemplateBranch] = []
    var words = Array(words.dropFirst())
    var hasElse = false
    while true {
      let condition = hasElse ? .always : condition(words, at: offset)
      let body = readBody()
      branches.append(TemplateBranch(condition: condition ?? .always, body: body.nodes))
      guard let end = body.end else {
        report(offset, "`if` has no `end`")
        break
      }
      if end.words == ["end"] { break }
      if hasElse { report(end.offset, "nothing follows `else` but `end`") }
      if end.words == ["else"] {
        hasElse = true
      } else if end.words.count > 2, end.words[1] == "if" {
        words = Array(end.words.dropFirst(2))
      } else {
        report(end.offset, "`\(end.words.joined(separator: " "))` cannot stand in `if`")
      }
    }
    return .choice(branches)
  }

  fileprivate mutating func condition(_ words: [String], at offset: Int) -> TemplateCondition? {
    switch words.count {
    case 1: return access(words[0], at: offset).map { .truth($0.access, isNegated: false) }
    case 2 where words[0] == "not":
      return access(words[1], at: offset).map { .truth($0.access, isNegated: true) }
    case 3 where ["==", "!=", "has"].contains(words[1]):
      return comparison(words, at: offset)
    default:
      report(
        offset,
        "a condition is written `PATH`, `not PATH`, `PATH == \"text\"`, `PATH != \"text\"` or "
          + "`PATH has \"text\"`")
      return nil
    }
  }

  private mutating func comparison(_ words: [String], at offset: Int) -> TemplateCondition? {
    let quoted = words[2]
    guard quoted.count >= 2, quoted.hasPrefix("\""), quoted.hasSuffix("\"") else {
      report(offset, "a value is compared with a text between quotes")
      return nil
    }
    guard let left = access(words[0], at: offset) else { return nil }
    let isMembership = words[1] == "has"
    guard left.shape == (isMembership ? .list(.text) : .text) else {
      let wanted = isMembership ? "a list of texts" : "a text"
      report(offset, "`\(words[0])` is \(left.shape.description), not \(wanted)")
      return nil
    }
    let text = String(quoted.dropFirst().dropLast())
    if isMembership { return .membership(left.access, text) }
    return .equality(left.access, text, isNegated: words[1] == "!=")
  }

  private mutating func slot(
    _ words: [String], indent: [UInt8], at offset: Int
  ) -> TemplateNode? {
    guard words.count == 2, Self.isSlotName(words[1]) else {
      report(offset, "a slot is written `slot NAME`")
      return nil
    }
    let bound = Set(names.map(\.slot).filter { $0 < vocabulary.scopes.count })
    let slot = TemplateSlot(
      name: words[1], language: language, boundScopes: bound, indent: indent,
      site: TemplateSite(source, offset: offset))
    slots.append(slot)
    return .slot(slot)
  }

  static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
      }
  }

  static func isSlotName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
      }
  }
}

extension TemplateCompiler {
  private mutating func hole(_ words: [String], at offset: Int) -> TemplateNode? {
    guard words.count == 3, words[1] == "|" else {
      report(offset, "a hole is written `PATH | ENCODER`; a value never goes out as it is")
      return nil
    }
    guard let found = access(words[0], at: offset) else { return nil }
    let site = TemplateSite(source, offset: offset)
    guard let encoder = Encoders.named(words[2]) else {
      diagnostics.append(unknownEncoder(words[2], at: site))
      return nil
    }
    if let fault = fault(of: encoder, for: found.shape, words: words) {
      diagnostics.append(site.error("template-encoder", fault))
      return nil
    }
    let line = HoleSurroundings(pieces: pieces, hole: index - 1)
    if let fault = encoder.placement.fault(of: encoder.name, in: line) {
      diagnostics.append(site.error("template-encoder", fault))
      return nil
    }
    return .hole(found.access, encoder, site)
  }

  private func fault(of encoder: Encoder, for shape: Shape, words: [String]) -> String? {
    guard encoder.accepts.contains(shape) else {
      return "`\(encoder.name)` does not take \(shape.description), which `\(words[0])` is"
    }
    guard language.admits(encoder.dialect) else {
      return "`\(encoder.name)` does not belong in a \(language.rawValue) file"
    }
    return nil
  }

  private func unknownEncoder(_ name: String, at site: TemplateSite) -> Diagnostic {
    var diagnostic = site.error("template-encoder", "there is no encoder `\(name)`")
    let known = Encoders.all.filter { language.admits($0.dialect) }.map(\.name)
    diagnostic.notes.append("a \(language.rawValue) file can use \(known.joined(separator: ", "))")
    return diagnostic
  }

  /// Finds the value that a path leads to and its shape.
  private mutating func access(
    _ path: String, at offset: Int
  ) -> (access: TemplateAccess, shape: Shape)? {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let root = names.last(where: { $0.name == parts[0] }) else {
      let known = Set(names.map(\.name)).sorted().joined(separator: ", ")
      reportName(offset, "nothing is called `\(parts[0])` here", "known are \(known)")
      return nil
    }
    var shape = root.shape
    var members: [Int] = []
    for part in parts.dropFirst() {
      guard let step = step(into: shape, part) else {
        reportName(
          offset, "`\(path)` leads nowhere: \(shape.description) has no `\(part)`", hint(shape))
        return nil
      }
      members.append(step.position)
      shape = step.shape
    }
    return (TemplateAccess(slot: root.slot, members: members, text: path), shape)
  }

  private func step(into shape: Shape, _ name: String) -> (position: Int, shape: Shape)? {
    guard case .record(let record) = shape, let declared = recordShape(record),
      let position = declared.position(of: name)
    else { return nil }
    return (position, declared.members[position].shape)
  }

  private func recordShape(_ name: String) -> RecordShape? {
    name == LoopFacts.shape.name ? LoopFacts.shape : vocabulary.records[name]
  }

  private func hint(_ shape: Shape) -> String {
    guard case .record(let name) = shape, let declared = recordShape(name) else { return "" }
    return "known are " + declared.members.map(\.name).joined(separator: ", ")
  }

  private mutating func reportName(_ offset: Int, _ message: String, _ note: String) {
    var diagnostic = TemplateSite(source, offset: offset).error("template-name", message)
    if !note.isEmpty { diagnostic.notes.append(note) }
    diagnostics.append(diagnostic)
  }
}
