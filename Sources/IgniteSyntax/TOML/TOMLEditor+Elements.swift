extension TOMLEditor {
  /// The ways to add an element to a list of tables.
  func insertSection(_ value: ConfigValue, into id: Int32, at index: Int) -> [EditDraft] {
    guard value.isTable else { return [] }
    let elements = layout.children(of: id)
    guard elements.indices.contains(index) else { return appendSection(value, to: id) }
    guard let header = header(of: elements[index]) else { return [] }
    let model = TOMLSection(header: header, body: header + 1..<header + 1)
    let lines = sectionLines(value, of: id, like: model).droppingFirstGap
    let writer = sectionWriter(like: model)
    let text = writer.text(lines) + (writer.hasGaps ? layout.lineEnd : "")
    return [.textEdits([TextEdit(at: layout.ownStart(of: header), text)])]
  }

  private func appendSection(_ value: ConfigValue, to id: Int32) -> [EditDraft] {
    let last = layout.sections.last { section in
      section.header >= 0
        && layout.isNode(layout.statements[section.header].node, within: id)
    }
    guard let last, let element = layout.children(of: id).last,
      let model = layout.sections.last(where: {
        $0.header >= 0 && layout.statements[$0.header].node == element
      })
    else { return [] }
    return [insertSection(sectionLines(value, of: id, like: model), below: last)]
  }

  private func sectionLines(
    _ value: ConfigValue, of id: Int32, like model: TOMLSection
  ) -> [String] {
    sectionWriter(like: model).element(value, path: layout.names(of: id))
  }

  /// The statement that opens an element.
  private func header(of element: Int32) -> Int? {
    layout.statements.firstIndex { $0.isHeader && $0.node == element }
  }

  /// The ways to bring an element of a list of tables to another place: the gaps stay, the sections
  /// between them change places.
  func moveSection(of id: Int32, from: Int, to: Int) -> [EditDraft] {
    let elements = layout.children(of: id)
    let range = min(from, to)...max(from, to)
    guard elements.indices.contains(range.lowerBound), elements.indices.contains(range.upperBound)
    else { return [] }
    let blocks = range.compactMap { block(of: elements[$0]) }
    guard blocks.count == range.count else { return [] }
    let order = TOMLList.order(range, from: from, to: to).map { $0 - range.lowerBound }
    let textEdits = zip(blocks, order).map { place, source in
      TextEdit(place, layout.text(blocks[source]))
    }
    return [.textEdits(textEdits)]
  }

  /// The sections of an element with their comments, without the gaps around; absent when those of
  /// others stand between them.
  private func block(of element: Int32) -> Span? {
    let own = layout.statements.indices.filter {
      layout.isNode(layout.statements[$0].table, within: element)
    }
    guard let first = own.first, let last = own.last, last - first + 1 == own.count
    else { return nil }
    let end = endWithoutLineEnd(layout.ownEnd(of: last))
    return Span(layout.ownStart(of: first), end)
  }

  /// The end of a line before its line end, so that an unfinished last line stays one.
  private func endWithoutLineEnd(_ end: Int) -> Int {
    guard end > 0, layout.bytes[end - 1] == Byte.newline else { return end }
    return end > 1 && layout.bytes[end - 2] == Byte.carriageReturn ? end - 2 : end - 1
  }
}
