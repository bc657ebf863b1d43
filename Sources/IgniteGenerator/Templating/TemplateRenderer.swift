public import IgniteSyntax

/// A fragment to put into a slot: a template and the scopes it is rendered with.
public struct TemplateFragment: Sendable {
  /// The template.
  public var template: Template
  /// The values of the scopes by their position in the vocabulary, absent where unbound.
  public var scopes: [TemplateValue]

  /// Makes a fragment.
  public init(template: Template, scopes: [TemplateValue]) {
    self.template = template
    self.scopes = scopes
  }
}

/// Writes templates into bytes.
public struct TemplateRenderer {
  /// Gives the fragments of a slot for the scopes bound at it, in their order.
  public typealias Fragments = (TemplateSlot, [TemplateValue]) -> [TemplateFragment]

  /// What could not be written, because an encoder refused a value.
  public private(set) var diagnostics: [Diagnostic] = []
  private let scopeCount: Int
  private let fragments: Fragments
  private var out: [UInt8] = []
  private var depth = 0

  /// The deepest nesting of fragments in fragments' slots.
  static let depthLimit = 8

  /// Makes a renderer for templates of a vocabulary.
  public init(vocabulary: Vocabulary, fragments: @escaping Fragments = { _, _ in [] }) {
    scopeCount = vocabulary.scopes.count
    self.fragments = fragments
  }

  /// The text of a template with values for the vocabulary's scopes, absent where a scope is unbound.
  public mutating func render(_ template: Template, scopes: [TemplateValue]) -> [UInt8] {
    out.removeAll(keepingCapacity: true)
    run(template, scopes: scopes)
    return template.language == .hcl ? HCLAlignment.align(out) : out
  }

  private mutating func run(_ template: Template, scopes: [TemplateValue]) {
    precondition(scopes.count == scopeCount, "a template wants all scopes")
    var frame = scopes
    frame.reserveCapacity(template.frameSize)
    for _ in scopes.count..<template.frameSize { frame.append(.absent) }
    run(template.nodes, &frame)
  }

  private mutating func run(_ nodes: [TemplateNode], _ frame: inout [TemplateValue]) {
    for node in nodes {
      switch node {
      case .text(let bytes): out.append(contentsOf: bytes)
      case .hole(let access, let encoder, let site): fill(access, encoder, site, frame)
      case .loop(let list, let slot, let facts, let body):
        loop(over: list, slot, facts, body, &frame)
      case .choice(let branches):
        if let branch = branches.first(where: { $0.condition.holds(in: frame) }) {
          run(branch.body, &frame)
        }
      case .sorted(let body): sort(body, &frame)
      case .slot(let slot): insert(slot, frame)
      }
    }
  }

  private mutating func fill(
    _ access: TemplateAccess, _ encoder: Encoder, _ site: TemplateSite, _ frame: [TemplateValue]
  ) {
    guard let refusal = encoder.write(access.value(in: frame), &out) else { return }
    let message = "`\(access.text)` cannot be written as `\(encoder.name)`: \(refusal.reason)"
    diagnostics.append(site.error("value-refused", message))
  }

  private mutating func loop(
    over list: TemplateAccess, _ slot: Int, _ facts: Int, _ body: [TemplateNode],
    _ frame: inout [TemplateValue]
  ) {
    guard case .list(let elements) = list.value(in: frame) else { return }
    let before = frame[slot]
    for (index, element) in elements.enumerated() {
      frame[slot] = element
      frame[facts] = LoopFacts.value(index: index, count: elements.count)
      run(body, &frame)
    }
    frame[slot] = before
  }

  /// Blank lines are left out; what stands before the body ends in a whole line.
  private mutating func sort(_ body: [TemplateNode], _ frame: inout [TemplateValue]) {
    let start = out.count
    run(body, &frame)
    let lines = Set(out[start...].split(separator: 0x0A))
    let sorted = lines.sorted { $0.lexicographicallyPrecedes($1) }
    out.replaceSubrange(start..., with: sorted.flatMap { $0 + [0x0A] })
  }

  private mutating func insert(_ slot: TemplateSlot, _ frame: [TemplateValue]) {
    guard depth < Self.depthLimit else {
      diagnostics.append(
        slot.site.error("template-slot", "fragments of slot `\(slot.name)` hold each other"))
      return
    }
    depth += 1
    defer { depth -= 1 }
    for fragment in fragments(slot, Array(frame.prefix(scopeCount))) {
      let start = out.count
      run(fragment.template, scopes: fragment.scopes)
      if !slot.indent.isEmpty { indent(from: start, by: slot.indent) }
    }
  }

  /// Puts the blanks before every line that holds something.
  private mutating func indent(from start: Int, by blanks: [UInt8]) {
    let lines = Array(out[start...])
    out.removeSubrange(start...)
    var isLineStart = true
    for byte in lines {
      if isLineStart && byte != 0x0A { out.append(contentsOf: blanks) }
      out.append(byte)
      isLineStart = byte == 0x0A
    }
  }
}
