/// Where the nodes of a YAML text stand: paths, lines, columns and comments.
struct YAMLLayout {
  let source: Source
  let root: YAMLNode?

  /// A node and what its surroundings ask of a text in its place.
  struct Place {
    var node: YAMLNode
    /// The key it is the value of, or nothing for an element or the root.
    var key: YAMLNode?
    /// Whether a flow collection holds it, so that it must stay on one line.
    var isInFlow: Bool
    /// The column of the key or of the dash.
    var column: Int
  }

  init(_ source: Source) {
    self.source = source
    let isSound = source.bytes.count <= DocumentLimits.standard.bytes
    root = isSound ? YAMLComposer(source, limits: .standard).root : nil
  }

  var bytes: [UInt8] { source.bytes }

  /// How lines end.
  var lineEnd: String {
    guard source.lineStarts.count > 1, source.lineStarts[1] >= 2 else { return "\n" }
    return bytes[source.lineStarts[1] - 2] == 0x0D ? "\r\n" : "\n"
  }

  /// The place at a path; absent when nothing is written there, or only by way of an alias.
  func place(at path: ConfigPath) -> Place? {
    guard let root else { return nil }
    var place = Place(node: root, key: nil, isInFlow: false, column: -2)
    for component in path.components {
      switch (component, place.node.content) {
      case (.key(let key), .mapping(let members, let isFlow)):
        guard let member = members.first(where: { $0.key.keyText == key }) else { return nil }
        place = Place(
          node: member.value, key: member.key, isInFlow: place.isInFlow || isFlow,
          column: column(of: member.key.span.start))
      case (.index(let index), .sequence(let elements, let isFlow)):
        guard elements.indices.contains(index) else { return nil }
        let start = isFlow ? elements[index].span.start : dash(of: elements[index])
        place = Place(
          node: elements[index], key: nil, isInFlow: place.isInFlow || isFlow,
          column: start.map(column(of:)) ?? 0)
      default: return nil
      }
    }
    return place
  }

  /// The bytes between the start of the line and `offset`.
  func column(of offset: Int) -> Int {
    let line = source.lineIndex(at: offset)
    return offset - source.lineStarts[line] - (line == 0 ? source.markLength : 0)
  }

  /// The offset of the dash of an element of a block sequence.
  func dash(of element: YAMLNode) -> Int? {
    var offset = element.span.start - 1
    while offset >= 0, source.isBlankOrBreak(bytes[offset]) { offset -= 1 }
    return offset >= 0 && bytes[offset] == 0x2D ? offset : nil
  }

  /// The start of the line of `offset`, when only spaces stand before it.
  func ownLineStart(of offset: Int) -> Int? {
    let start = offset - column(of: offset)
    return bytes[start..<offset].allSatisfy { $0 == 0x20 } ? start : nil
  }

  /// The offset after the line of `offset` with its line end.
  func nextLineStart(after offset: Int) -> Int {
    let next = source.lineIndex(at: offset) + 1
    return next < source.lineStarts.count ? source.lineStarts[next] : bytes.count
  }

  /// The start of the comment lines that stand directly above the line at `start`, in one column
  /// with what starts at `offset`.
  func commentStart(above start: Int, of offset: Int) -> Int {
    let column = column(of: offset)
    var line = source.lineIndex(at: start)
    while line > 0 {
      let above = source.lineSpan(line - 1)
      let indent = bytes[above.start..<above.end].prefix { $0 == 0x20 }.count
      let first = above.start + indent
      guard indent == column, first < above.end, bytes[first] == 0x23 else { break }
      line -= 1
    }
    return line == 0 ? min(start, source.markLength) : source.lineStarts[line]
  }

  /// The whole lines of a statement that starts at `offset`, with the comments that belong to it.
  func lines(from offset: Int, to end: Int) -> Span? {
    guard let start = ownLineStart(of: offset) else { return nil }
    let last = max(offset, end - 1)
    return Span(commentStart(above: start, of: offset), nextLineStart(after: last))
  }

  /// Whether a comment stands anywhere in a span, outside of scalars.
  func hasComment(in span: Span, of node: YAMLNode) -> Bool {
    var position = span.start
    for scalar in scalars(of: node).sorted(by: { $0.start < $1.start }) {
      guard scalar.start >= position, scalar.end <= span.end else { continue }
      if holdsHash(Span(position, scalar.start)) { return true }
      position = scalar.end
    }
    return holdsHash(Span(position, span.end))
  }

  /// Whether a number sign stands in a span that is known to hold no scalar.
  func holdsHash(_ span: Span) -> Bool {
    span.start < span.end && bytes[span.start..<span.end].contains(0x23)
  }

  /// The places of all scalars and aliases in a node.
  func scalars(of node: YAMLNode) -> [Span] {
    switch node.content {
    case .scalar, .alias: [node.span]
    case .sequence(let elements, _): elements.flatMap(scalars(of:))
    case .mapping(let members, _):
      members.flatMap { scalars(of: $0.key) + scalars(of: $0.value) }
    }
  }
}

extension YAMLMember {
  /// From the key to the end of the value.
  var span: Span { Span(key.span.start, max(key.span.end, value.span.end)) }
}
