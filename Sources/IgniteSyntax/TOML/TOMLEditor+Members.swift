extension TOMLEditor {
  /// The ways to add a member to a table, however the table is written.
  func insertMember(_ member: ConfigMember, into id: Int32) -> [EditDraft] {
    let table = node(id)
    if table.kind == .inlineTable { return insertInline(member, into: id, list: id, prefix: "") }
    guard table.kind == .table else { return [] }
    if table.traits.contains(.inline) { return insertBesideDotted(member, into: id) }
    let line = insertLine(member, into: id)
    let section = insertSubsection(member, of: id)
    return prefersSection(member, in: id) ? section + line : line + section
  }

  private func insertInline(
    _ member: ConfigMember, into id: Int32, list: Int32, prefix: String
  ) -> [EditDraft] {
    guard let items = TOMLList(list, layout) else { return [] }
    let key = prefix + TOMLWriter.key(member.key)
    let text = "\(key) = \(TOMLWriter.inline(member.value))"
    return [.textEdits(items.inserting(text, at: items.items.count))]
  }

  /// Adds to a table that dotted keys make inside braces: `{ a.b = 1 }` gets `, a.c = 2`.
  private func insertBesideDotted(_ member: ConfigMember, into id: Int32) -> [EditDraft] {
    guard let prefix = layout.keyPrefix(endingAt: node(id).keySpan) else { return [] }
    var list = id
    while list > 0, node(list).kind != .inlineTable { list = node(list).parent }
    guard list > 0 else { return [] }
    return insertInline(member, into: id, list: list, prefix: layout.text(prefix) + ".")
  }

  // MARK: Lines

  /// `key = value` on a line of its own.
  private func insertLine(_ member: ConfigMember, into id: Int32) -> [EditDraft] {
    let traits = node(id).traits
    if traits.contains(.header) { return insertLine(member, inSectionOf: id) }
    if traits.contains(.dotted) { return insertDottedLine(member, into: id) }
    return insertHeader(for: id, with: member)
  }

  private func insertLine(_ member: ConfigMember, inSectionOf id: Int32) -> [EditDraft] {
    guard let section = layout.sections.first(where: { table(of: $0) == id }) else { return [] }
    guard let last = section.body.last else {
      return section.header < 0
        ? insertFirstLine(member) : [insertion(member, key: nil, after: section.header)]
    }
    let isPlain: (TOMLStatement) -> Bool = {
      $0.node >= 0 && self.node($0.node).parent == id
    }
    let model = layout.lastKeyValue(in: section.body, where: isPlain)
    return [insertion(member, key: nil, after: model ?? last, like: model ?? last)]
      + (model == nil || model == last
        ? [] : [insertion(member, key: nil, after: last, like: model)])
  }

  private func table(of section: TOMLSection) -> Int32 {
    section.header < 0 ? 0 : layout.statements[section.header].node
  }

  /// A key in a document that has none before its first header, below the comments of the file.
  private func insertFirstLine(_ member: ConfigMember) -> [EditDraft] {
    let lines = TOMLSectionWriter(lineEnd: layout.lineEnd, hasGaps: true)
    let text = lines.text(lines.keyLine(member))
    guard !layout.statements.isEmpty else {
      return [.textEdits([appended(text, at: layout.bytes.count)])]
    }
    let start = layout.ownStart(of: 0)
    let isAtDirective = start > layout.textStart && !layout.isAfterGap(start)
    let before = isAtDirective ? layout.lineEnd : ""
    return [.textEdits([TextEdit(at: start, before + text + layout.lineEnd)])]
  }

  /// Adds `a.c = value` below the last line that begins with `a.`.
  private func insertDottedLine(_ member: ConfigMember, into id: Int32) -> [EditDraft] {
    let all = 0..<layout.statements.count
    let places = all.filter { index in
      let statement = layout.statements[index]
      return !statement.isHeader && layout.isNode(statement.node, within: id)
        && prefix(of: id, in: statement) != nil
    }
    guard let last = places.last, let prefix = prefix(of: id, in: layout.statements[last])
    else { return [] }
    let key = layout.text(prefix) + "." + TOMLWriter.key(member.key)
    return [insertion(member, key: key, after: last, like: last)]
  }

  /// The part of a statement's key that leads to a table.
  private func prefix(of id: Int32, in statement: TOMLStatement) -> Span? {
    let part = syntax.references.first {
      $0.node == id && $0.span.start >= statement.key.start && $0.span.end <= statement.key.end
    }
    return part.map { Span(statement.key.start, $0.span.end) }
  }

  private func insertion(
    _ member: ConfigMember, key: String?, after index: Int, like model: Int? = nil
  ) -> EditDraft {
    let statement = layout.statements[index]
    let indentation = layout.indentation(of: layout.statements[model ?? index])
    let key = key ?? TOMLWriter.key(member.key)
    let start =
      indentation + key
      + layout.assignment(for: key, like: model.map { layout.statements[$0] })
    let value = TOMLWriter.statementValue(
      member.value, column: start.utf8.count, indentation: indentation, lineEnd: layout.lineEnd)
    return .textEdits([appended(start + value + layout.lineEnd, at: statement.end)])
  }

  /// Lines put in at a line start; at an unfinished last line they go below it, unfinished too.
  func appended(_ text: String, at offset: Int) -> TextEdit {
    let isUnfinished = offset > layout.textStart && layout.bytes[offset - 1] != Byte.newline
    guard isUnfinished else { return TextEdit(at: offset, text) }
    return TextEdit(at: offset, layout.lineEnd + text.dropLast())
  }

  // MARK: Sections

  /// Whether a member should get a header here: as its siblings do, as the same key has in another
  /// element, or by its size.
  private func prefersSection(_ member: ConfigMember, in id: Int32) -> Bool {
    guard member.value.isTable || member.value.isListOfTables else { return false }
    if node(id).traits.contains(.dotted) { return false }
    if let model = model(of: member.key, beside: id) {
      let kind = node(model).kind
      return kind == .arrayOfTables || (kind == .table && !node(model).traits.contains(.dotted))
    }
    let writer = TOMLSectionWriter(lineEnd: "\n", hasGaps: true)
    return writer.isSection(member, path: layout.names(of: id))
  }

  /// The member of the same name in another element of the list of tables that `id` stands in.
  private func model(of key: String, beside id: Int32) -> Int32? {
    let parent = node(id).parent
    guard parent >= 0, node(parent).kind == .arrayOfTables else { return nil }
    for element in layout.children(of: parent) {
      let match = layout.children(of: element).first { syntax.name(of: $0) == key }
      if let match { return match }
    }
    return nil
  }

  /// A section below the last one that belongs to a table.
  private func insertSubsection(_ member: ConfigMember, of id: Int32) -> [EditDraft] {
    guard member.value.isTable || member.value.isListOfTables else { return [] }
    let within = layout.sections.last { section in
      id == 0 || (section.header >= 0 && layout.isNode(table(of: section), within: id))
    }
    guard let within else { return [] }
    let path = layout.names(of: id) + [member.key]
    let lines = sectionWriter(like: within).section(member.value, path: path)
    return [insertSection(lines, below: within)]
  }

  /// Puts lines with a header below a section.
  func insertSection(_ lines: [String], below section: TOMLSection) -> EditDraft {
    let end = section.last < 0 ? layout.bytes.count : layout.ownEnd(of: section.last)
    let isLast = section.last == layout.statements.count - 1
    let offset = isLast ? layout.bytes.count : end
    let writer = sectionWriter(like: section)
    let kept = layout.isAfterGap(offset) ? lines.droppingFirstGap : lines
    return .textEdits([appended(writer.text(kept), at: offset)])
  }

  /// A writer with the indentation of a section.
  func sectionWriter(like section: TOMLSection) -> TOMLSectionWriter {
    var writer = TOMLSectionWriter(lineEnd: layout.lineEnd, hasGaps: layout.hasGaps)
    guard section.header >= 0 else { return writer }
    writer.headerIndentation = layout.indentation(of: layout.statements[section.header])
    writer.keyIndentation =
      section.body.first.map { layout.indentation(of: layout.statements[$0]) }
      ?? writer.headerIndentation
    return writer
  }

  /// Gives a table that only the headers of its sub-tables name a header of its own, above them.
  private func insertHeader(for id: Int32, with member: ConfigMember) -> [EditDraft] {
    let first = layout.sections.first {
      $0.header >= 0 && layout.isNode(table(of: $0), within: id)
    }
    guard let first else { return [] }
    let writer = sectionWriter(like: first)
    let path = layout.names(of: id)
    let lines = ["\(writer.headerIndentation)[\(TOMLWriter.key(path))]"] + writer.keyLine(member)
    let text = writer.text(lines) + (writer.hasGaps ? layout.lineEnd : "")
    return [.textEdits([TextEdit(at: layout.ownStart(of: first.header), text)])]
  }
}
