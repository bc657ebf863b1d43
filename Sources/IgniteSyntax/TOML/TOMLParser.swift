/// Reads TOML bytes into tokens, statements and nodes, and goes on after every mistake.
struct TOMLParser {
  let bytes: UnsafeBufferPointer<UInt8>
  let version: TOMLVersion
  let limits: DocumentLimits
  let recordsReferences: Bool

  var position = 0
  var output = Output()
  /// The nodes by parent and name.
  var index: TOMLKeyIndex
  /// The parts of the key that was read last.
  var keyParts: [TOMLKeyPart] = []
  /// The table that key/value lines go to.
  var currentTable: Int32 = 0
  /// Counts headers and inline tables: dotted keys extend tables only within one of them.
  var section: Int32 = 0
  var inlineTableCount: Int32 = 0
  /// Set when an unclosed bracket was reported: the values around it end without further complaint.
  var isUnwinding = false
  /// Whether a `"""` or a `'''` is known to have no end, so that the next one is not searched again.
  var hasUnclosedBasic = false
  var hasUnclosedLiteral = false
  /// How many mistakes were met, those included that are not shown.
  var complaintCount = 0
  /// What the encoding check complained about already.
  var faultSpans: [Span] = []

  /// What a parse leaves behind.
  struct Output {
    var tokens: [TOMLToken] = []
    var nodes: [TOMLNode] = []
    var statements: [TOMLStatement] = []
    var references: [TOMLReference] = []
    var decodedNames: [UInt8] = []
    var diagnostics: [Diagnostic] = []
  }

  init(
    _ bytes: UnsafeBufferPointer<UInt8>, version: TOMLVersion, limits: DocumentLimits,
    recordsReferences: Bool
  ) {
    self.bytes = bytes
    self.version = version
    self.limits = limits
    self.recordsReferences = recordsReferences
    index = TOMLKeyIndex(expectedCount: bytes.count / 24)
    output.tokens.reserveCapacity(bytes.count / 4 + 16)
    output.nodes.reserveCapacity(bytes.count / 16 + 16)
    output.statements.reserveCapacity(bytes.count / 32 + 16)
  }

  mutating func parseDocument() {
    output.nodes.append(
      TOMLNode(.table, traits: .header, depth: 0, parent: TOMLNode.none, span: Span(0, 0)))
    if byte() == 0xEF, byte(1) == 0xBB, byte(2) == 0xBF {
      emit(.byteOrderMark, from: 0)
      position = 3
    }
    while position < bytes.count { parseLine() }
    emit(.end, from: bytes.count)
  }

  private mutating func parseLine() {
    let start = position
    skipBlanks()
    guard position < bytes.count else { return }
    if byte() == Byte.hash || isAtNewline {
      finishLine()
    } else {
      parseStatement(lineStart: start)
    }
  }

  private mutating func parseStatement(lineStart: Int) {
    let complaints = complaintCount
    var statement = TOMLStatement(kind: .keyValue, start: lineStart, table: currentTable)
    let isRead =
      byte() == Byte.openBracket
      ? parseHeader(&statement)
      : parseKeyValue(&statement, in: currentTable, isInline: false)
    if isUnwinding {
      isUnwinding = false
      if output.tokens.last?.kind != .newline { abandonLine() }
    } else if isRead {
      finishLine()
    } else {
      abandonLine()
    }
    statement.end = position
    statement.isSound = complaintCount == complaints
    output.statements.append(statement)
  }

  /// Reads what may follow a statement: blanks, a comment and the line end.
  private mutating func finishLine() {
    skipBlanks()
    if byte() == Byte.hash { parseComment() }
    if position < bytes.count, !isAtNewline {
      let start = position
      abandonText()
      report(
        "toml-unexpected-text", "text follows the end of the statement", at: Span(start, position),
        label: "a line break belongs before this")
    }
    if isAtNewline { parseNewline() }
  }

  private mutating func abandonLine() {
    abandonText()
    if isAtNewline { parseNewline() }
  }

  /// Gives up on the rest of the line.
  mutating func abandonText() {
    let start = position
    while position < bytes.count, !isAtNewline { position += 1 }
    if position > start { emit(.unreadable, from: start) }
  }
}
