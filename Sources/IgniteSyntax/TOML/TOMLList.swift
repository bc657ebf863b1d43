/// The layout of what stands between the brackets of an array or the braces of an inline table.
struct TOMLList {
  let layout: TOMLLayout
  /// The brackets and everything between them.
  let span: Span
  /// The elements, or the members with their keys.
  let items: [Span]

  /// The layout of a list, absent when its closing bracket is missing.
  init?(_ id: Int32, _ layout: TOMLLayout) {
    self.layout = layout
    let nodes = layout.syntax.nodes
    span = nodes[Int(id)].span
    var items: [Span] = []
    for child in layout.children(of: id) {
      Self.collect(child, nodes, layout, &items)
    }
    self.items = items.sorted { $0.start < $1.start }
    guard isClosed else { return nil }
  }

  private var isClosed: Bool {
    guard span.length >= 2, (items.map(\.end).max() ?? span.start) <= close else { return false }
    return bytes[close]
      == (bytes[span.start] == Byte.openBrace ? Byte.closeBrace : Byte.closeBracket)
  }

  /// Adds an item; a table that dotted keys made inside braces stands for its members.
  private static func collect(
    _ id: Int32, _ nodes: [TOMLNode], _ layout: TOMLLayout, _ items: inout [Span]
  ) {
    let node = nodes[Int(id)]
    if node.kind == .table {
      for child in layout.children(of: id) { collect(child, nodes, layout, &items) }
    } else {
      let start = node.hasKey ? Self.keyStart(of: id, layout) : Int(node.start)
      items.append(Span(start, Int(node.end)))
    }
  }

  /// Where the dotted key begins that leads to a member.
  private static func keyStart(of id: Int32, _ layout: TOMLLayout) -> Int {
    let node = layout.syntax.nodes[Int(id)]
    return layout.keyPrefix(endingAt: node.keySpan)?.start ?? Int(node.keyStart)
  }

  /// The number of the item that begins at `offset`.
  func index(ofItemAt offset: Int) -> Int? { items.firstIndex { $0.start == offset } }

  /// The byte of the closing bracket.
  var close: Int { span.end - 1 }

  private var bytes: [UInt8] { layout.bytes }

  /// Where the comma after an item stands, absent when none follows.
  func comma(after item: Span) -> Int? {
    var offset = item.end
    while offset < close {
      switch bytes[offset] {
      case Byte.comma: return offset
      case Byte.hash: offset = layout.nextLine(offset)
      case Byte.newline, Byte.carriageReturn, Byte.space, Byte.tab: offset += 1
      default: return nil
      }
    }
    return nil
  }

  private func end(_ item: Span) -> Int { comma(after: item).map { $0 + 1 } ?? item.end }

  private func isPlain(_ span: Span) -> Bool {
    bytes[span.start..<span.end].allSatisfy { $0.isBlank || $0 == Byte.comma }
  }

  /// Whether an item begins a line and nothing but its comma and a comment follows on its last one.
  func isOnOwnLines(_ item: Span) -> Bool {
    let start = layout.lineStart(item.start)
    guard start > span.start, layout.contentStart(start) == item.start else { return false }
    let rest = layout.contentStart(end(item))
    return rest < close && (bytes[rest] == Byte.hash || layout.isBlankLine(rest))
      && layout.nextLine(rest) <= close
  }

  /// The lines of an item, with the comment lines above that belong to it.
  private func lines(_ index: Int) -> Span {
    let item = items[index]
    let limit = index > 0 ? layout.nextLine(end(items[index - 1])) : layout.nextLine(span.start)
    let start = layout.lineStart(item.start)
    let own = layout.ownStart(start, after: min(limit, start))
    return Span(own, layout.nextLine(layout.contentStart(end(item))))
  }

  // MARK: Insertion

  /// The edits that put `text` before the item numbered `index`, at the end for the count.
  func inserting(_ text: String, at index: Int) -> [TextEdit] {
    guard let last = items.last else { return insertingFirst(text) }
    if index < items.count { return inserting(text, before: index) }
    if isOnOwnLines(last) { return insertingLine(text, afterLast: last) }
    return insertingInline(text, afterLast: last)
  }

  private func insertingFirst(_ text: String) -> [TextEdit] {
    let inside = Span(span.start + 1, close)
    if bytes[inside.start..<inside.end].allSatisfy(\.isBlank) {
      let isTable = bytes[span.start] == Byte.openBrace
      return [TextEdit(inside, isTable ? " \(text) " : text)]
    }
    let lineStart = layout.lineStart(close)
    guard lineStart > span.start, layout.contentStart(lineStart) == close else { return [] }
    let indentation = layout.text(Span(lineStart, close))
    return [TextEdit(at: lineStart, "\(indentation)  \(text)\(layout.lineEnd)")]
  }

  private func inserting(_ text: String, before index: Int) -> [TextEdit] {
    let item = items[index]
    guard isOnOwnLines(item) else { return [TextEdit(at: item.start, "\(text), ")] }
    let indentation = layout.text(Span(layout.lineStart(item.start), item.start))
    return [TextEdit(at: lines(index).start, "\(indentation)\(text),\(layout.lineEnd)")]
  }

  private func insertingLine(_ text: String, afterLast last: Span) -> [TextEdit] {
    let indentation = layout.text(Span(layout.lineStart(last.start), last.start))
    let hasComma = comma(after: last) != nil
    let line = "\(indentation)\(text)\(hasComma ? "," : "")\(layout.lineEnd)"
    let end = layout.nextLine(layout.contentStart(end(last)))
    return (hasComma ? [] : [TextEdit(at: last.end, ",")]) + [TextEdit(at: end, line)]
  }

  private func insertingInline(_ text: String, afterLast last: Span) -> [TextEdit] {
    guard let comma = comma(after: last) else { return [TextEdit(at: last.end, ", \(text)")] }
    return [TextEdit(at: comma + 1, " \(text),")]
  }

  // MARK: Removal

  /// The edits that take an item away, with its comma and its comments.
  func removing(_ index: Int) -> [TextEdit] {
    let item = items[index]
    if isOnOwnLines(item) { return removingLines(index) }
    if items.count == 1 { return removingOnly(item) }
    if index + 1 < items.count {
      let between = Span(item.start, items[index + 1].start)
      let isPlain = isPlain(Span(item.end, between.end))
      return [TextEdit(isPlain ? between : Span(item.start, layout.contentStart(end(item))), "")]
    }
    let before = Span(items[index - 1].end, item.start)
    let hasComma = comma(after: item) != nil
    guard isPlain(before) else { return [TextEdit(Span(item.start, end(item)), "")] }
    return [TextEdit(Span(hasComma ? item.start : before.start, end(item)), "")]
      + (hasComma ? trimmed(before) : [])
  }

  /// Keeps the comma of the item before as the new trailing one, without the blanks after it.
  private func trimmed(_ between: Span) -> [TextEdit] {
    let comma = bytes[between.start..<between.end].firstIndex(of: Byte.comma)
    guard let comma, comma + 1 < between.end else { return [] }
    return [TextEdit(Span(comma + 1, between.end), "")]
  }

  private func removingOnly(_ item: Span) -> [TextEdit] {
    let isAlone =
      bytes[span.start + 1..<item.start].allSatisfy(\.isBlank)
      && bytes[end(item)..<close].allSatisfy(\.isBlank)
    return [TextEdit(isAlone ? Span(span.start + 1, close) : Span(item.start, end(item)), "")]
  }

  private func removingLines(_ index: Int) -> [TextEdit] {
    let removal = TextEdit(lines(index), "")
    let isLast = index == items.count - 1
    guard isLast, index > 0, comma(after: items[index]) == nil,
      let comma = comma(after: items[index - 1])
    else { return [removal] }
    return [TextEdit(Span(comma, comma + 1), ""), removal]
  }

  // MARK: Moves

  /// The edits that bring an item to another place.
  func moving(from: Int, to: Int) -> [TextEdit] {
    let range = min(from, to)...max(from, to)
    let order = Self.order(range, from: from, to: to)
    if range.allSatisfy({ isOnOwnLines(items[$0]) }) { return movingLines(range, order) }
    return zip(range, order).compactMap { place, item in
      place == item ? nil : TextEdit(items[place], layout.text(items[item]))
    }
  }

  /// The numbers of the items in their new order.
  static func order(_ range: ClosedRange<Int>, from: Int, to: Int) -> [Int] {
    var order = Array(range)
    order.insert(order.remove(at: from - range.lowerBound), at: to - range.lowerBound)
    return order
  }

  private func movingLines(_ range: ClosedRange<Int>, _ order: [Int]) -> [TextEdit] {
    let lastHasComma = comma(after: items[range.upperBound]) != nil
    return zip(range, order).map { place, item in
      let needsComma = lastHasComma || place != range.upperBound
      return TextEdit(lines(place), text(ofLines: item, hasComma: needsComma))
    }
  }

  private func text(ofLines index: Int, hasComma: Bool) -> String {
    let block = lines(index)
    let item = items[index]
    guard let comma = comma(after: item) else {
      let comma = hasComma ? "," : ""
      return layout.text(Span(block.start, item.end)) + comma
        + layout.text(Span(item.end, block.end))
    }
    if hasComma { return layout.text(block) }
    return layout.text(Span(block.start, comma)) + layout.text(Span(comma + 1, block.end))
  }
}
