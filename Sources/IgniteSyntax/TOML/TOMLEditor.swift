/// Finds the text changes that bring an edit into a TOML document.
///
/// Nothing is printed again: values, keys, lines and sections are cut out, put in or moved where they
/// stand. Whether a draft says what it should is checked by whoever takes it.
struct TOMLEditor {
  let root: DocumentNode
  let layout: TOMLLayout

  init(_ document: Document) {
    root = document.root
    layout = TOMLLayout(TOMLSyntax(document.source, recordsReferences: true))
  }

  var syntax: TOMLSyntax { layout.syntax }

  func node(_ id: Int32) -> TOMLNode { syntax.nodes[Int(id)] }

  /// The ways to make an edit, the best one first.
  func drafts(for edit: ConfigEdit) -> [EditDraft] {
    switch edit {
    case .set(let path, let value): set(path, value)
    case .insert(let path, let index, let value): insert(path, at: index, value)
    case .remove(let path): remove(path)
    case .move(let path, let from, let to): move(path, from: from, to: to)
    case .rename(let path, let name): rename(path, to: name)
    }
  }

  // MARK: Set

  private func set(_ path: ConfigPath, _ value: ConfigValue) -> [EditDraft] {
    guard let id = layout.node(at: path) else { return create(path, value) }
    let difference = EditDraft.edits(difference(at: path, to: value))
    let replacement = replacement(of: id, by: value)
    let isKey = path.last?.isKey == true
    let remaking = isKey ? [EditDraft.edits([.remove(path), .set(path, value)])] : []
    switch (root.node(at: path)?.value, value) {
    case (.table, .table), (.array, .array): return [difference] + replacement + remaking
    default: return replacement + remaking
    }
  }

  /// The value written in the place of the old one, if the old one is written as a value.
  private func replacement(of id: Int32, by value: ConfigValue) -> [EditDraft] {
    let node = node(id)
    guard node.kind != .table, node.kind != .arrayOfTables else { return [] }
    return [.textEdits([TextEdit(node.span, text(of: value, replacing: id))])]
  }

  /// A single value of one line in the place of another, if both are that.
  static func draft(
    setting node: DocumentNode, of source: Source, to value: ConfigValue
  ) -> EditDraft? {
    guard node.isScalar, value.isScalar, source.bytes.indices.contains(node.span.start),
      !source.bytes[node.span.start..<node.span.end].contains(Byte.newline)
    else { return nil }
    guard case .string(let text) = value else {
      return .textEdits([TextEdit(node.span, TOMLWriter.inline(value))])
    }
    guard !text.utf8.contains(Byte.newline) else { return nil }
    let kept: String? =
      if case .string = node.content { literal(text, at: node.span.start, of: source.bytes) } else {
        nil
      }
    return .textEdits([TextEdit(node.span, kept ?? TOMLWriter.string(text))])
  }

  private func text(of value: ConfigValue, replacing id: Int32) -> String {
    let node = node(id)
    if case .string(let text) = value, node.kind == .string,
      let kept = Self.literal(text, at: Int(node.start), of: layout.bytes)
    {
      return kept
    }
    guard !node.traits.contains(.inline) else { return TOMLWriter.inline(value) }
    let lineStart = layout.lineStart(Int(node.start))
    let indentation = layout.text(Span(lineStart, layout.contentStart(lineStart)))
    return TOMLWriter.statementValue(
      value, column: Int(node.start) - lineStart, indentation: indentation, lineEnd: layout.lineEnd)
  }

  /// A text between apostrophes, where the old one stands between them and the new one can.
  private static func literal(_ text: String, at start: Int, of bytes: [UInt8]) -> String? {
    guard bytes[start] == Byte.apostrophe,
      !text.utf8.contains(where: { ByteSet.literalStringStop.contains($0) })
    else { return nil }
    return "'\(text)'"
  }

  /// The edits that turn the table or list at `path` into `value` and leave what is equal alone.
  private func difference(at path: ConfigPath, to value: ConfigValue) -> [ConfigEdit] {
    switch (root.node(at: path)?.value, value) {
    case (.table(let old), .table(let new)): tableDifference(path, old, new)
    case (.array(let old), .array(let new)): listDifference(path, old, new)
    default: []
    }
  }

  private func tableDifference(
    _ path: ConfigPath, _ old: [ConfigMember], _ new: [ConfigMember]
  ) -> [ConfigEdit] {
    let names = Set(new.map(\.key))
    let removals = old.filter { !names.contains($0.key) }
    return new.map { .set(path.appending($0.key), $0.value) }
      + removals.map { .remove(path.appending($0.key)) }
  }

  private func listDifference(
    _ path: ConfigPath, _ old: [ConfigValue], _ new: [ConfigValue]
  ) -> [ConfigEdit] {
    let start = zip(old, new).prefix { $0.isSameTree(as: $1) }.count
    let limit = min(old.count, new.count) - start
    let end = zip(old.reversed(), new.reversed()).prefix { $0.isSameTree(as: $1) }.count
    let shared = start + min(end, limit)
    let common = min(old.count, new.count) - shared
    let replaced = (start..<start + common).map {
      ConfigEdit.set(path.appending($0), new[$0])
    }
    let from = start + common
    let inserted = (from..<max(from, from + new.count - old.count)).map {
      ConfigEdit.insert(path, at: $0, new[$0])
    }
    let removed = (from..<max(from, from + old.count - new.count)).reversed().map {
      ConfigEdit.remove(path.appending($0))
    }
    return replaced + inserted + removed
  }

  /// Gives a value to a path that does not exist yet, with all that is missing above it.
  private func create(_ path: ConfigPath, _ value: ConfigValue) -> [EditDraft] {
    guard let last = path.last else { return [] }
    let parent = path.parent
    guard let id = layout.node(at: parent) else {
      switch last {
      case .key(let key): return create(parent, .table([ConfigMember(key, value)]))
      case .index: return create(parent, .array([value]))
      }
    }
    switch last {
    case .key(let key): return insertMember(ConfigMember(key, value), into: id)
    case .index(let index): return insert(parent, at: index, value)
    }
  }

  // MARK: Insert

  private func insert(
    _ path: ConfigPath, at index: Int, _ value: ConfigValue
  ) -> [EditDraft] {
    guard let id = layout.node(at: path) else { return create(path, .array([value])) }
    switch node(id).kind {
    case .array: return insertElement(value, into: id, path: path, at: index)
    case .arrayOfTables: return insertSection(value, into: id, at: index)
    default: return []
    }
  }

  private func insertElement(
    _ value: ConfigValue, into id: Int32, path: ConfigPath, at index: Int
  ) -> [EditDraft] {
    let readable = layout.children(of: id).filter { node($0).kind != .invalid }
    guard let list = TOMLList(id, layout) else { return [] }
    let item = index < readable.count ? list.index(ofItemAt: Int(node(readable[index]).start)) : nil
    let inline = EditDraft.textEdits(
      list.inserting(TOMLWriter.inline(value), at: item ?? list.items.count))
    guard readable.isEmpty, value.isTable, !node(id).traits.contains(.inline) else {
      return [inline]
    }
    return [.edits([.remove(path), .set(path, .array([value]))]), inline]
  }

  // MARK: Move and rename

  private func move(_ path: ConfigPath, from: Int, to: Int) -> [EditDraft] {
    guard let id = layout.node(at: path) else { return [] }
    if node(id).kind == .arrayOfTables { return moveSection(of: id, from: from, to: to) }
    guard let list = TOMLList(id, layout), list.items.count > max(from, to) else { return [] }
    return [.textEdits(list.moving(from: from, to: to))]
  }

  private func rename(_ path: ConfigPath, to name: String) -> [EditDraft] {
    guard let id = layout.node(at: path) else { return [] }
    let key = TOMLWriter.key(name)
    let places = syntax.references.filter { $0.node == id }
    return [.textEdits(places.map { TextEdit($0.span, key) })]
  }
}

extension ConfigPath.Component {
  fileprivate var isKey: Bool {
    if case .key = self { true } else { false }
  }
}
