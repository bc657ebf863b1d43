extension TOMLEditor {
  /// The ways to take a value away: with everything that belongs to it, or, where that would take
  /// the table or list around it away too, leaving that one empty.
  func remove(_ path: ConfigPath) -> [EditDraft] {
    guard let id = layout.node(at: path) else { return [] }
    if node(id).traits.contains(.inline) { return removeInline(id) + emptied(path) }
    return [.textEdits(removal(of: id))] + emptied(path)
  }

  // MARK: Inside brackets

  private func removeInline(_ id: Int32) -> [EditDraft] {
    var list = node(id).parent
    while list > 0, node(list).kind == .table { list = node(list).parent }
    guard list > 0, let items = TOMLList(list, layout) else { return [] }
    let covered = items.items.indices.filter { index in
      memberNodes(within: id).contains { node($0).end == Int32(items.items[index].end) }
    }
    return [.textEdits(covered.flatMap(items.removing))]
  }

  /// The values written below a node: itself, or for a dotted table those of its members.
  private func memberNodes(within id: Int32) -> [Int32] {
    guard node(id).kind == .table else { return [id] }
    return layout.children(of: id).flatMap(memberNodes)
  }

  // MARK: Statements

  /// Cuts out every statement that says something about a node, with the comments of each.
  private func removal(of id: Int32) -> [TextEdit] {
    let isOwn = layout.statements.map { layout.isNode($0.node, within: id) || isBelow($0, id) }
    var textEdits: [TextEdit] = []
    var index = 0
    while index < isOwn.count {
      guard isOwn[index] else {
        index += 1
        continue
      }
      var last = index
      while last + 1 < isOwn.count, isOwn[last + 1] { last += 1 }
      textEdits.append(TextEdit(cut(index...last), ""))
      index = last + 1
    }
    return textEdits
  }

  /// Whether a line that could not be read stands in a section of the node.
  private func isBelow(_ statement: TOMLStatement, _ id: Int32) -> Bool {
    id > 0 && layout.isNode(statement.table, within: id)
  }

  /// The range of statements that go, with one of the gaps around them.
  private func cut(_ range: ClosedRange<Int>) -> Span {
    var start = layout.ownStart(of: range.lowerBound)
    let endsSection = layout.statements[range.lowerBound].isHeader
    let last = layout.statements[range.upperBound]
    var end = endsSection ? layout.ownEnd(of: range.upperBound) : last.end
    guard layout.isAfterGap(start) else { return Span(start, end) }
    while end < layout.bytes.count, layout.isBlankLine(end) { end = layout.nextLine(end) }
    if end == layout.bytes.count {
      while start > layout.textStart, layout.isAfterGap(start) {
        start = layout.lineStart(start - 1)
      }
    }
    return Span(start, end)
  }

  // MARK: What stays empty

  /// Takes the table or list around the last value in it away and gives it back empty.
  private func emptied(_ path: ConfigPath) -> [EditDraft] {
    let parent = path.parent
    guard parent != .root, let holder = layout.node(at: parent) else { return [] }
    let isLast = layout.children(of: holder).count == 1
    guard isLast else { return [] }
    let empty: ConfigValue = if case .index = path.last { .array([]) } else { .table([]) }
    return renamedAway(holder, empty) + [.edits([.remove(parent), .set(parent, empty)])]
  }

  /// `a.b = 1` becomes `a = {}` where it stands, `[a.b]` becomes `[a]`.
  private func renamedAway(_ holder: Int32, _ empty: ConfigValue) -> [EditDraft] {
    let indices = layout.statements.indices.filter {
      layout.isNode(layout.statements[$0].node, within: holder)
    }
    guard let first = indices.first, node(holder).kind == .table else { return [] }
    let statement = layout.statements[first]
    let part = syntax.references.first {
      $0.node == holder && $0.span.start >= statement.key.start && $0.span.end <= statement.key.end
    }
    guard let part else { return [] }
    if statement.isHeader {
      let bodyEnd = layout.statements[indices[indices.count - 1]].end
      let tail = Span(statement.key.end, bodyEnd)
      return [
        .textEdits([
          TextEdit(Span(part.span.end, statement.key.end), ""),
          TextEdit(Span(endOfHeader(tail), bodyEnd), ""),
        ])
      ]
    }
    guard indices.count == 1 else { return [] }
    return [.textEdits([TextEdit(Span(part.span.end, statement.value.end), " = {}")])]
  }

  private func endOfHeader(_ tail: Span) -> Int { layout.nextLine(tail.start) }
}
