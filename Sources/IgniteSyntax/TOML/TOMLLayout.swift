/// How a TOML text is laid out: its lines, which comments belong to what, and its habits.
struct TOMLLayout {
  let syntax: TOMLSyntax
  /// The line end that the text uses.
  let lineEnd: String
  /// The sections in the order of the text; the first is the part before any header.
  let sections: [TOMLSection]

  init(_ syntax: TOMLSyntax) {
    self.syntax = syntax
    let bytes = syntax.source.bytes
    let firstNewline = bytes.firstIndex(of: Byte.newline) ?? 0
    lineEnd = firstNewline > 0 && bytes[firstNewline - 1] == Byte.carriageReturn ? "\r\n" : "\n"
    sections = TOMLSection.all(in: syntax.statements)
  }

  var bytes: [UInt8] { syntax.source.bytes }
  var statements: [TOMLStatement] { syntax.statements }

  /// The first byte of the text behind a byte order mark.
  var textStart: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// The first byte of the line that holds `offset`.
  func lineStart(_ offset: Int) -> Int {
    max(textStart, syntax.source.lineStarts[syntax.source.lineIndex(at: offset)])
  }

  /// The first byte of the line after the one that holds `offset`.
  func nextLine(_ offset: Int) -> Int {
    let next = syntax.source.lineIndex(at: offset) + 1
    let starts = syntax.source.lineStarts
    return next < starts.count ? starts[next] : bytes.count
  }

  /// The first byte of the line at `start` that is no blank.
  func contentStart(_ start: Int) -> Int {
    var offset = start
    while offset < bytes.count, bytes[offset].isBlank { offset += 1 }
    return offset
  }

  /// Whether nothing but blanks stands on the line that starts at `start`.
  func isBlankLine(_ start: Int) -> Bool {
    let offset = contentStart(start)
    guard offset < bytes.count else { return true }
    if bytes[offset] == Byte.carriageReturn {
      return offset + 1 < bytes.count && bytes[offset + 1] == Byte.newline
    }
    return bytes[offset] == Byte.newline
  }

  func isCommentLine(_ start: Int) -> Bool {
    let offset = contentStart(start)
    return offset < bytes.count && bytes[offset] == Byte.hash
  }

  /// Whether a comment line addresses tools about the whole file, as `#:schema` does.
  private func isFileDirective(_ start: Int) -> Bool {
    let offset = contentStart(start)
    return offset + 1 < bytes.count && bytes[offset + 1] == Byte.colon
  }

  /// Where the comment lines begin that stand directly above the line at `start`, not before `limit`.
  func ownStart(_ start: Int, after limit: Int) -> Int {
    var own = start
    while own > limit {
      let previous = lineStart(own - 1)
      guard previous >= limit, isCommentLine(previous), !isFileDirective(previous) else { break }
      own = previous
    }
    return own
  }

  /// Where a statement begins with the comments that belong to it.
  func ownStart(of index: Int) -> Int {
    ownStart(statements[index].start, after: index > 0 ? statements[index - 1].end : textStart)
  }

  /// Where the statements up to `index` end, with the comment lines that follow without a gap and
  /// belong to no statement below.
  func ownEnd(of index: Int) -> Int {
    let end = statements[index].end
    let limit = index + 1 < statements.count ? ownStart(of: index + 1) : bytes.count
    var next = end
    while next < limit, isCommentLine(next) { next = nextLine(next) }
    return min(next, limit)
  }

  /// Whether an empty line, or nothing at all, stands before the line at `start`.
  func isAfterGap(_ start: Int) -> Bool {
    start <= textStart || isBlankLine(lineStart(start - 1))
  }

  /// Whether headers stand after empty lines here.
  var hasGaps: Bool {
    let headers = sections.dropFirst().map { ownStart(of: $0.header) }.filter { $0 > textStart }
    guard !headers.isEmpty else { return true }
    return headers.filter(isAfterGap).count * 2 >= headers.count
  }

  /// The blanks before the first key or bracket of a statement.
  func indentation(of statement: TOMLStatement) -> String {
    text(Span(statement.start, contentStart(statement.start)))
  }

  func text(_ span: Span) -> String { syntax.source.text(in: span) }

  /// Whether a node lies in the tree below `ancestor`, or is it.
  func isNode(_ id: Int32, within ancestor: Int32) -> Bool {
    var current = id
    while current >= 0 {
      if current == ancestor { return true }
      current = syntax.nodes[Int(current)].parent
    }
    return false
  }

  /// The children of a node that could be read.
  func children(of id: Int32) -> [Int32] {
    var children: [Int32] = []
    var child = syntax.nodes[Int(id)].firstChild
    while child >= 0 {
      children.append(child)
      child = syntax.nodes[Int(child)].next
    }
    return children
  }

  /// The node at a path: elements are counted without those that could not be read.
  func node(at path: ConfigPath) -> Int32? {
    var current: Int32 = 0
    for component in path.components {
      let children = children(of: current)
      switch component {
      case .key(let key):
        let matches = children.filter { syntax.nodes[Int($0)].hasKey && syntax.name(of: $0) == key }
        guard let match = matches.first else { return nil }
        current = match
      case .index(let index):
        let kind = syntax.nodes[Int(current)].kind
        let readable = children.filter { syntax.nodes[Int($0)].kind != .invalid }
        guard kind == .array || kind == .arrayOfTables, readable.indices.contains(index)
        else { return nil }
        current = readable[index]
      }
    }
    return current
  }

  /// The names of the tables from the root down to a node, elements left out.
  func names(of id: Int32) -> [String] {
    var names: [String] = []
    var current = id
    while current > 0 {
      if syntax.nodes[Int(current)].hasKey { names.append(syntax.name(of: current)) }
      current = syntax.nodes[Int(current)].parent
    }
    return names.reversed()
  }
}

/// The statements below one header.
struct TOMLSection {
  /// The number of the header among the statements; -1 before any header.
  var header: Int
  /// The statements after the header.
  var body: Range<Int>

  var last: Int { body.isEmpty ? header : body.upperBound - 1 }

  static func all(in statements: [TOMLStatement]) -> [TOMLSection] {
    var sections = [TOMLSection(header: -1, body: 0..<0)]
    for (index, statement) in statements.enumerated() {
      if statement.isHeader {
        sections.append(TOMLSection(header: index, body: index + 1..<index + 1))
      } else {
        let start = sections[sections.count - 1].body.lowerBound
        sections[sections.count - 1].body = start..<index + 1
      }
    }
    return sections
  }
}
