/// Builds the written tree of the one document that a text may hold.
struct YAMLComposer {
  private(set) var root: YAMLNode?
  private(set) var problem: Diagnostic?
  private let source: Source
  private let limits: DocumentLimits
  private var open: [OpenCollection] = []

  private struct OpenCollection {
    var isMapping: Bool
    var isFlow: Bool
    var start: YAMLEvent
    var children: [YAMLNode] = []
  }

  /// Reads a text whose encoding is known to be sound.
  init(_ source: Source, limits: DocumentLimits) {
    self.source = source
    self.limits = limits
    if let excess = source.excessOfDirectives {
      problem = .error(
        "yaml-syntax", "there are too many directives", at: excess, label: "one too many")
      return
    }
    source.bytes.withUnsafeBufferPointer { read($0) }
    while !open.isEmpty { close(at: nil) }
  }

  private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
    var reader = YAMLEventReader(bytes, from: source.markLength)
    while problem == nil {
      switch reader.next() {
      case .failure(let failure): problem = diagnostic(of: failure)
      case .success(let event):
        guard take(event) else { return }
      }
    }
  }

  /// Adds what an event brings; false at the end.
  private mutating func take(_ event: YAMLEvent) -> Bool {
    switch event.kind {
    case .streamStart, .documentStart: break
    case .streamEnd: return false
    case .documentEnd:
      refuseRest(after: event.span.end)
      return false
    case .alias(let name): add(.alias(name), event)
    case .scalar(let text, let style): add(.scalar(text, style), event)
    case .sequenceStart(let isFlow): push(isMapping: false, isFlow, event)
    case .mappingStart(let isFlow): push(isMapping: true, isFlow, event)
    case .collectionEnd: close(at: event.span.end)
    }
    return true
  }

  private mutating func push(isMapping: Bool, _ isFlow: Bool, _ event: YAMLEvent) {
    guard open.count < limits.depth else {
      problem = .nestedTooDeeply(limits.depth, at: event.span)
      return
    }
    open.append(OpenCollection(isMapping: isMapping, isFlow: isFlow, start: event))
  }

  private mutating func add(_ content: YAMLNode.Content, _ event: YAMLEvent) {
    var span = event.span
    if case .scalar(_, .literal) = content { span = source.trimmedAtEnd(span) }
    if case .scalar(_, .folded) = content { span = source.trimmedAtEnd(span) }
    attach(YAMLNode(content: content, anchor: event.anchor, tag: event.tag, span: span))
  }

  private mutating func attach(_ node: YAMLNode) {
    if open.isEmpty { root = node } else { open[open.count - 1].children.append(node) }
  }

  /// Closes the innermost collection; `end` is absent where the text broke off.
  private mutating func close(at end: Int?) {
    guard let collection = open.popLast() else { return }
    let (start, children) = (collection.start, collection.children)
    let content: YAMLNode.Content =
      collection.isMapping
      ? .mapping(members(children), isFlow: collection.isFlow)
      : .sequence(children, isFlow: collection.isFlow)
    var span = start.span
    span.end = max(span.end, children.last?.span.end ?? span.end)
    if collection.isFlow, let end { span.end = end }
    attach(YAMLNode(content: content, anchor: start.anchor, tag: start.tag, span: span))
  }

  /// Pairs keys with values; a last key without a value, where the text broke off, is left out.
  private func members(_ children: [YAMLNode]) -> [YAMLMember] {
    stride(from: 0, to: children.count - 1, by: 2).map {
      YAMLMember(key: children[$0], value: children[$0 + 1])
    }
  }

  private mutating func refuseRest(after end: Int) {
    guard let rest = source.firstContent(from: end) else { return }
    problem = .error(
      "yaml-several-documents", "the file holds more than one YAML document", at: rest,
      label: "nothing may follow the first document")
  }

  private func diagnostic(of failure: YAMLFailure) -> Diagnostic {
    let offset = min(failure.offset, source.bytes.count)
    let width = offset < source.bytes.count && source.bytes[offset] != 0x0A ? 1 : 0
    var diagnostic = Diagnostic.error(
      "yaml-syntax", failure.problem, at: source.wholeScalars(Span(offset, offset + width)))
    if let start = failure.contextOffset, start != offset {
      diagnostic.secondary = [.init(Span(start, start), failure.context)]
    } else if !failure.context.isEmpty {
      diagnostic.primary?.text = failure.context
    }
    if offset < source.bytes.count, source.bytes[offset] == 0x09 {
      diagnostic.notes = ["YAML is indented with spaces, never with tabs"]
    }
    return diagnostic
  }
}

extension Diagnostic {
  static func nestedTooDeeply(_ depth: Int, at span: Span) -> Diagnostic {
    .error(
      "nested-too-deeply", "values are nested deeper than \(depth) levels", at: span,
      label: "too deep")
  }
}
