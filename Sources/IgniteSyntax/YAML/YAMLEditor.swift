/// Finds the text changes that bring an edit into a YAML document.
///
/// Nothing is printed again: scalars, entries and whole lines are replaced, put in or taken out where
/// they stand. Whether a draft says what it should is checked by whoever takes it; where no draft
/// does, the edit is refused.
struct YAMLEditor {
  let root: DocumentNode
  let layout: YAMLLayout

  init(_ document: Document) {
    root = document.root
    layout = YAMLLayout(document.source)
  }

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

  private func set(_ path: ConfigPath, _ value: ConfigValue) -> [EditDraft] {
    guard let place = layout.place(at: path), path != .root || !place.node.isNull else {
      return create(path, value)
    }
    let old = root.node(at: path)?.value
    let steps = old.map { ConfigEdit.steps(from: $0, to: value, at: path) } ?? []
    return (steps.isEmpty ? [] : [.edits(steps)]) + replacement(of: place, by: value)
  }

  /// Gives a value to a path that is not written yet, with all that is missing above it.
  func create(_ path: ConfigPath, _ value: ConfigValue) -> [EditDraft] {
    guard let last = path.last else { return fill(value) }
    let parent = path.parent
    guard let place = layout.place(at: parent), !place.node.isNull else {
      switch last {
      case .key(let key): return put(.table([ConfigMember(key, value)]), at: parent)
      case .index: return put(.array([value]), at: parent)
      }
    }
    switch last {
    case .key(let key): return insertMember(ConfigMember(key, value), into: place)
    case .index(let index): return insertElement(value, into: place, at: index)
    }
  }

  /// Gives a value to a path that has none or a null, which stands where the value goes.
  func put(_ value: ConfigValue, at path: ConfigPath) -> [EditDraft] {
    guard path != .root, let place = layout.place(at: path) else { return create(path, value) }
    return replacement(of: place, by: value)
  }

  /// The first members of a document that has none.
  private func fill(_ value: ConfigValue) -> [EditDraft] {
    guard case .table(let members) = value, layout.root?.isNull ?? true else { return [] }
    let isOpen = layout.bytes.count > layout.source.markLength && layout.bytes.last != 0x0A
    let lines = YAMLWriter.block(members, indent: 0).map { $0 + layout.lineEnd }
    let text = (isOpen ? layout.lineEnd : "") + lines.joined()
    return [.textEdits([TextEdit(at: layout.bytes.count, text)])]
  }

  private func rename(_ path: ConfigPath, to name: String) -> [EditDraft] {
    guard let key = layout.place(at: path)?.key, key.anchor == nil, key.tag == nil else {
      return []
    }
    let text = kept(name, like: key) ?? YAMLWriter.string(name)
    return [.textEdits([TextEdit(key.span, text)])]
  }

  // MARK: Replacing a value

  private func replacement(of place: YAMLLayout.Place, by value: ConfigValue) -> [EditDraft] {
    let node = place.node
    guard node.anchor == nil, node.tag == nil else { return [] }
    guard let span = span(of: place), !layout.hasComment(in: span, of: node),
      !hasCommentInHeader(node)
    else { return [] }
    let isGlued = span.start > 0 && !layout.source.isBlankOrBreak(layout.bytes[span.start - 1])
    let isFirstInFlow = span.start > 0 && "[{".utf8.contains(layout.bytes[span.start - 1])
    return texts(of: value, in: place).map { text in
      let needsSpace = isGlued && !isFirstInFlow && !text.hasPrefix(layout.lineEnd)
      return .textEdits([TextEdit(span, (needsSpace ? " " : "") + text)])
    }
  }

  /// Whether a comment stands behind the `|` or `>` of a block text.
  private func hasCommentInHeader(_ node: YAMLNode) -> Bool {
    guard case .scalar(_, let style) = node.content, style == .literal || style == .folded else {
      return false
    }
    let end = min(layout.nextLineStart(after: node.span.start), node.span.end)
    return layout.holdsHash(Span(node.span.start, end))
  }

  /// What a new value takes the place of: of a block below its key also the way down to it.
  private func span(of place: YAMLLayout.Place) -> Span? {
    let span = place.node.span
    guard place.node.isBlock, let key = place.key else { return span }
    guard let colon = layout.bytes[key.span.end..<span.start].firstIndex(of: 0x3A) else {
      return nil
    }
    return Span(colon + 1, span.end)
  }

  /// The ways to write a value in a place, the best one first.
  private func texts(of value: ConfigValue, in place: YAMLLayout.Place) -> [String] {
    var texts: [String] = []
    if case .string(let text) = value, let kept = kept(text, like: place.node) { texts = [kept] }
    if texts.isEmpty, !place.isInFlow, place.key != nil {
      let lines = YAMLWriter.value(value, indent: place.column)
      if lines.count > 1 { texts = [lines.joined(separator: layout.lineEnd)] }
    }
    return texts + [YAMLWriter.inline(value)]
  }

  /// A text in the quotes the old one has, where it can be.
  private func kept(_ text: String, like node: YAMLNode) -> String? {
    guard case .scalar(_, let style) = node.content else { return nil }
    switch style {
    case .singleQuoted: return YAMLWriter.singleQuoted(text)
    case .doubleQuoted: return YAMLWriter.quoted(text)
    case .literal:
      return YAMLWriter.literal(text, indent: indent(of: node))?.joined(separator: layout.lineEnd)
    default: return nil
    }
  }

  /// The column of the text of a literal block.
  private func indent(of node: YAMLNode) -> Int {
    let second = layout.nextLineStart(after: node.span.start)
    return layout.bytes[second..<max(second, node.span.end)].prefix { $0 == 0x20 }.count
  }
}

extension YAMLNode {
  /// Whether it is a collection written in lines.
  var isBlock: Bool {
    switch content {
    case .sequence(_, let isFlow), .mapping(_, let isFlow): !isFlow
    default: false
    }
  }
}
