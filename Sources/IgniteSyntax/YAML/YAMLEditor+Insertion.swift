extension YAMLEditor {
  func insert(_ path: ConfigPath, at index: Int, _ value: ConfigValue) -> [EditDraft] {
    guard let place = layout.place(at: path) else { return create(path, .array([value])) }
    if place.node.isNull { return put(.array([value]), at: path) }
    return insertElement(value, into: place, at: index)
  }

  func insertMember(_ member: ConfigMember, into place: YAMLLayout.Place) -> [EditDraft] {
    guard case .mapping(let members, let isFlow) = place.node.content else { return [] }
    let spans = members.map(\.span)
    if isFlow {
      let text = YAMLWriter.string(member.key) + ": " + YAMLWriter.inline(member.value)
      return insertInFlow(text, into: place.node, spans, at: spans.count)
    }
    guard let first = members.first, let last = spans.last else { return [] }
    let column = layout.column(of: first.key.span.start)
    return [insertLines(YAMLWriter.block([member], indent: column), after: last.end)]
  }

  func insertElement(
    _ value: ConfigValue, into place: YAMLLayout.Place, at index: Int
  ) -> [EditDraft] {
    guard case .sequence(let elements, let isFlow) = place.node.content else { return [] }
    if isFlow {
      return insertInFlow(
        YAMLWriter.inline(value), into: place.node, elements.map(\.span), at: index)
    }
    guard let last = elements.last, let dash = elements.first.flatMap(layout.dash) else {
      return []
    }
    let lines = YAMLWriter.element(value, indent: layout.column(of: dash))
    guard elements.indices.contains(index) else {
      return [insertLines(lines, after: max(last.span.end, (layout.dash(of: last) ?? 0) + 1))]
    }
    guard let next = layout.dash(of: elements[index]), let start = layout.ownLineStart(of: next)
    else { return [] }
    let text = lines.map { $0 + layout.lineEnd }.joined()
    return [.textEdits([TextEdit(at: layout.commentStart(above: start, of: next), text)])]
  }

  private func insertInFlow(
    _ text: String, into node: YAMLNode, _ items: [Span], at index: Int
  ) -> [EditDraft] {
    // A pair in a list, as in `[a: 1]`, is a mapping without braces.
    guard node.anchor == nil, node.tag == nil, node.span.length >= 2,
      "[{".utf8.contains(layout.bytes[node.span.start])
    else { return [] }
    guard let last = items.last else {
      return [.textEdits([TextEdit(at: node.span.start + 1, text)])]
    }
    guard items.indices.contains(index) else {
      return [.textEdits([TextEdit(at: last.end, "," + gap(before: last) + text)])]
    }
    let gap = gap(before: items[index])
    return [.textEdits([TextEdit(at: items[index].start, text + "," + gap)])]
  }

  /// What separates items of a flow collection: a line break where each has its own line.
  private func gap(before item: Span) -> String {
    guard let start = layout.ownLineStart(of: item.start), start > layout.source.markLength else {
      return " "
    }
    let line = layout.source.lineSpan(layout.source.lineIndex(at: item.end))
    let rest = layout.bytes[min(item.end, line.end)..<line.end]
    guard rest.allSatisfy({ $0 == 0x20 || $0 == 0x2C }) else { return " " }
    return layout.lineEnd + String(repeating: " ", count: item.start - start)
  }

  /// New lines below the line of the last byte before `end`.
  private func insertLines(_ lines: [String], after end: Int) -> EditDraft {
    let offset = layout.nextLineStart(after: max(0, end - 1))
    let isOpen = offset == layout.bytes.count && layout.bytes.last != 0x0A
    let text =
      isOpen
      ? layout.lineEnd + lines.joined(separator: layout.lineEnd)
      : lines.map { $0 + layout.lineEnd }.joined()
    return .textEdits([TextEdit(at: offset, text)])
  }
}
