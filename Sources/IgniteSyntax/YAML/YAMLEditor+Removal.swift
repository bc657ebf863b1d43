extension YAMLEditor {
  func remove(_ path: ConfigPath) -> [EditDraft] {
    guard let last = path.last, let holder = layout.place(at: path.parent) else { return [] }
    switch (last, holder.node.content) {
    case (.key(let key), .mapping(let members, let isFlow)):
      guard let index = members.firstIndex(where: { $0.key.keyText == key }) else { return [] }
      if isFlow { return removeFromFlow(index, of: members.map(\.span), in: holder.node) }
      return removeMember(index, of: members, in: holder)
    case (.index(let index), .sequence(let elements, let isFlow)):
      guard elements.indices.contains(index) else { return [] }
      if isFlow { return removeFromFlow(index, of: elements.map(\.span), in: holder.node) }
      return removeElement(index, of: elements, in: holder)
    default: return []
    }
  }

  private func removeMember(
    _ index: Int, of members: [YAMLMember], in holder: YAMLLayout.Place
  ) -> [EditDraft] {
    let span = members[index].span
    if members.count == 1, holder.key != nil || holder.column >= 0 { return empty(holder, "{}") }
    if let lines = layout.lines(from: span.start, to: span.end) {
      return [.textEdits([TextEdit(lines, "")])]
    }
    // The first member of an element stands behind its dash; the next one takes its place.
    guard members.indices.contains(index + 1) else { return [] }
    let next = members[index + 1].span.start
    guard !layout.holdsHash(Span(span.end, next)) else { return [] }
    return [.textEdits([TextEdit(Span(span.start, next), "")])]
  }

  private func removeElement(
    _ index: Int, of elements: [YAMLNode], in holder: YAMLLayout.Place
  ) -> [EditDraft] {
    if elements.count == 1 { return empty(holder, "[]") }
    return layout.lines(ofElement: elements[index]).map { [.textEdits([TextEdit($0, "")])] } ?? []
  }

  /// Writes an empty collection in the place of a block that loses its only entry.
  private func empty(_ holder: YAMLLayout.Place, _ text: String) -> [EditDraft] {
    let node = holder.node
    guard node.anchor == nil, node.tag == nil else { return [] }
    guard let key = holder.key else {
      guard !layout.hasComment(in: node.span, of: node) else { return [] }
      return [.textEdits([TextEdit(node.span, text)])]
    }
    guard let colon = layout.bytes[key.span.end..<node.span.start].firstIndex(of: 0x3A) else {
      return []
    }
    let span = Span(colon + 1, node.span.end)
    return layout.hasComment(in: span, of: node) ? [] : [.textEdits([TextEdit(span, " " + text)])]
  }

  private func removeFromFlow(_ index: Int, of items: [Span], in node: YAMLNode) -> [EditDraft] {
    guard "[{".utf8.contains(layout.bytes[node.span.start]) else { return [] }
    let span: Span
    if items.count == 1 {
      span = Span(node.span.start + 1, node.span.end - 1)
    } else if index + 1 < items.count {
      span = Span(items[index].start, items[index + 1].start)
    } else {
      span = Span(items[index - 1].end, items[index].end)
    }
    let gaps = [Span(span.start, items[index].start), Span(items[index].end, span.end)]
    return gaps.contains(where: layout.holdsHash) ? [] : [.textEdits([TextEdit(span, "")])]
  }

  // MARK: Move

  func move(_ path: ConfigPath, from: Int, to: Int) -> [EditDraft] {
    guard let place = layout.place(at: path),
      case .sequence(let elements, let isFlow) = place.node.content,
      elements.indices.contains(from), elements.indices.contains(to)
    else { return [] }
    return isFlow
      ? moveInFlow(elements, from, to, in: place.node) : moveLines(elements, from, to)
  }

  /// Every slot keeps its place and its surroundings; only the elements change slots.
  private func moveInFlow(
    _ elements: [YAMLNode], _ from: Int, _ to: Int, in node: YAMLNode
  ) -> [EditDraft] {
    guard !layout.hasComment(in: node.span, of: node) else { return [] }
    var order = elements
    order.insert(order.remove(at: from), at: to)
    return [
      .textEdits(
        zip(elements, order).map { TextEdit($0.span, layout.source.text(in: $1.span)) })
    ]
  }

  private func moveLines(_ elements: [YAMLNode], _ from: Int, _ to: Int) -> [EditDraft] {
    guard let moved = layout.lines(ofElement: elements[from]),
      let target = layout.lines(ofElement: elements[to])
    else { return [] }
    var text = layout.source.text(in: moved)
    while text.hasSuffix("\n") || text.hasSuffix("\r\n") || text.hasSuffix("\r") {
      text.removeLast()
    }
    let offset = to > from ? target.end : target.start
    let isOpen = offset == layout.bytes.count && layout.bytes.last != 0x0A
    let insertion = isOpen ? layout.lineEnd + text : text + layout.lineEnd
    return [.textEdits([TextEdit(moved, ""), TextEdit(at: offset, insertion)])]
  }
}

extension YAMLLayout {
  /// The whole lines of an element of a block sequence, with the comments that belong to it.
  func lines(ofElement element: YAMLNode) -> Span? {
    guard let dash = dash(of: element) else { return nil }
    return lines(from: dash, to: max(dash + 1, element.span.end))
  }
}
