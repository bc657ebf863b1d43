/// One way to bring an edit into a text.
enum EditDraft {
  /// Changes of the text.
  case textEdits([TextEdit])
  /// Smaller edits, made one after the other; never the edit itself again.
  case edits([ConfigEdit])
}

extension Document {
  /// Makes an edit in the text; bytes outside it stay, and the text afterwards says exactly what the
  /// edit asks for, or else the edit is refused.
  public func applying(_ edit: ConfigEdit) -> EditOutcome {
    let value = editedValue ?? root.value
    switch value.applying(edit) {
    case .refused(let diagnostic): return .refused(diagnostic)
    case .value(let expected):
      if isWritten(edit) ?? expected.isSameTree(as: value) { return .edited(self) }
      if let draft = draftInPlace(of: edit),
        let document = realized(draft, expecting: expected)
      {
        return .edited(document)
      }
      for draft in drafts(for: edit) {
        if let document = realized(draft, expecting: expected) { return .edited(document) }
      }
      return .refused(.lossyEdit(edit))
    }
  }

  /// Makes edits one after the other; the first that is refused refuses them all.
  public func applying(_ edits: [ConfigEdit]) -> EditOutcome {
    var document = self
    for edit in edits {
      switch document.applying(edit) {
      case .edited(let edited): document = edited
      case .refused(let diagnostic): return .refused(diagnostic)
      }
    }
    return .edited(document)
  }

  /// The best way to make an edit that needs no other reading of the text, if there is one.
  private func draftInPlace(of edit: ConfigEdit) -> EditDraft? {
    guard format == .toml, case .set(let path, let value) = edit, let node = root.node(at: path)
    else { return nil }
    return TOMLEditor.draft(setting: node, of: source, to: value)
  }

  /// The ways to make an edit in the document's language, the best one first.
  private func drafts(for edit: ConfigEdit) -> [EditDraft] {
    switch format {
    case .toml: TOMLEditor(self).drafts(for: edit)
    case .yaml: YAMLEditor(self).drafts(for: edit)
    }
  }

  /// The document that a draft makes, if it says what it should and has no more errors than before.
  private func realized(_ draft: EditDraft, expecting expected: ConfigValue) -> Document? {
    guard let document = draft.document(from: self) else { return nil }
    guard document.diagnostics.count <= diagnostics.count else { return nil }
    return document.root.says(expected) ? Document(document, saying: expected) : nil
  }

  /// Whether the text has what an edit asks for already, where one place tells.
  private func isWritten(_ edit: ConfigEdit) -> Bool? {
    guard case .set(let path, let value) = edit else { return nil }
    return root.node(at: path)?.value.isSameTree(as: value) ?? false
  }
}

extension EditDraft {
  fileprivate func document(from document: Document) -> Document? {
    switch self {
    case .textEdits(let textEdits):
      return document.source.applying(textEdits).map { Document.parse($0, format: document.format) }
    case .edits(let edits):
      guard case .edited(let edited) = document.applying(edits) else { return nil }
      return edited
    }
  }
}

extension Diagnostic {
  fileprivate static func lossyEdit(_ edit: ConfigEdit) -> Diagnostic {
    var diagnostic = Diagnostic.error(
      "edit-lossy", "`\(edit.path)` cannot be changed without touching other text")
    diagnostic.notes = ["change it in the file by hand"]
    return diagnostic
  }
}

extension ConfigEdit {
  /// The place that changes.
  public var path: ConfigPath {
    switch self {
    case .set(let path, _), .insert(let path, _, _), .remove(let path), .move(let path, _, _),
      .rename(let path, _):
      path
    }
  }
}
