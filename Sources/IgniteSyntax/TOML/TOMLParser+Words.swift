extension TOMLParser {
  /// Reads a number, a date or a boolean; false where there is nothing that could be one.
  mutating func parseWord(_ id: Int32) -> Bool {
    let start = position
    position = endOfWord(from: start)
    if hasTimeAfterBlank(start) { position = endOfWord(from: position + 1) }
    guard position > start else { return reportMissingValue(id) }
    if let kind = TOMLWord.kind(word(from: start), version: version) {
      output.nodes[Int(id)].kind = kind
      emit(.word, from: start)
      return true
    }
    position = max(position, endOfValueText(from: start, of: id))
    emit(.word, from: start)
    reportInvalidWord(Span(start, position), of: id)
    return true
  }

  private func word(from start: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[start..<position])
  }

  private func endOfWord(from start: Int) -> Int {
    var end = start
    while end < bytes.count, !ByteSet.wordStop.contains(bytes[end]) { end += 1 }
    return end
  }

  private func hasTimeAfterBlank(_ start: Int) -> Bool {
    position - start == 10 && byte(at: start + 4) == Byte.minus && byte() == Byte.space
      && byte(1).isDigit && byte(2).isDigit
  }

  /// Where the text ends that was meant as the value: what a person forgot to quote may hold blanks.
  private func endOfValueText(from start: Int, of id: Int32) -> Int {
    let isInline = output.nodes[Int(id)].traits.contains(.inline)
    var end = start
    while end < bytes.count, !isNewline(at: end), bytes[end] != Byte.hash {
      let isSeparator =
        bytes[end] == Byte.comma || bytes[end] == Byte.closeBracket || bytes[end] == Byte.closeBrace
      if isInline, isSeparator { break }
      end += 1
    }
    while end > start, bytes[end - 1].isBlank { end -= 1 }
    return end
  }

  private mutating func reportMissingValue(_ id: Int32) -> Bool {
    let isLineOver = isAtEnd || isAtNewline || byte() == Byte.hash
    let end = min(position + 1, bytes.count)
    report(
      "toml-missing-value", "the value is missing",
      at: Span(position, isLineOver ? position : end), label: "a value belongs here")
    return isLineOver || byte() == Byte.comma || byte() == Byte.closeBrace
  }

  private mutating func reportInvalidWord(_ span: Span, of id: Int32) {
    complaintCount += 1
    guard output.diagnostics.count < limits.diagnostics else { return }
    let text = String(decoding: bytes[span.start..<min(span.end, span.start + 60)], as: UTF8.self)
    let fault = TOMLWordFault(text)
    var diagnostic = Diagnostic.error(fault.code, fault.message, at: span, label: fault.label)
    if let value = fault.value, span.length <= 60, let path = path(of: id) {
      diagnostic.fixes = [Fix("write `\(TOMLWriter.inline(value))`", .set(path, value))]
    }
    diagnose([diagnostic])
  }

  /// The path of a member of tables, absent inside lists that are written in brackets, where
  /// elements that cannot be read have no number.
  private func path(of id: Int32) -> ConfigPath? {
    var components: [ConfigPath.Component] = []
    var current = id
    while current > 0 {
      let node = output.nodes[Int(current)]
      guard node.parent >= 0 else { return nil }
      if node.hasKey {
        components.append(.key(TOMLSyntax.name(of: node, bytes, output.decodedNames)))
      } else if output.nodes[Int(node.parent)].kind == .arrayOfTables {
        components.append(.index(number(of: current, in: node.parent)))
      } else {
        return nil
      }
      current = node.parent
    }
    return ConfigPath(components.reversed())
  }

  private func number(of element: Int32, in array: Int32) -> Int {
    var number = 0
    var sibling = output.nodes[Int(array)].firstChild
    while sibling >= 0, sibling != element {
      number += 1
      sibling = output.nodes[Int(sibling)].next
    }
    return number
  }
}

/// Why a text is neither a number nor a date nor a boolean.
struct TOMLWordFault {
  let code: Diagnostic.Code
  let message: String
  let label: String
  /// What was probably meant.
  var value: ConfigValue?

  init(_ text: String) {
    let first = text.utf8.first ?? 0
    let digits = text.utf8.drop { $0 == Byte.plus || $0 == Byte.minus }
    if ["true", "false"].contains(text.lowercased()) {
      (code, message) = ("toml-invalid-boolean", "`\(text)` is not a boolean")
      label = "booleans are written in lower case"
      value = .boolean(text.lowercased() == "true")
    } else if !first.isDigit, first != Byte.plus, first != Byte.minus, first != Byte.dot {
      (code, message) = ("toml-unquoted-text", "text values need quotes")
      label = "neither a number nor a date nor `true` or `false`"
      value = .string(text)
    } else if text.utf8.contains(Byte.colon) || Self.isDateLike(text) {
      (code, message) = ("toml-invalid-date-time", "`\(text)` is not a date or time")
      label = "write it like `2026-01-31T12:30:00Z`"
    } else {
      code = "toml-invalid-number"
      message = "`\(text)` is not a number"
      label = Self.numberLabel(digits)
    }
  }

  private static func isDateLike(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count > 5 && bytes[4] == Byte.minus && bytes[..<4].allSatisfy(\.isDigit)
  }

  private static func numberLabel(_ digits: Substring.UTF8View.SubSequence) -> String {
    let bytes = Array(digits)
    if bytes.allSatisfy({ $0.isDigit || $0 == Byte.underscore }), bytes.count >= 19 {
      return "does not fit in 64 bits"
    }
    if bytes.count > 1, bytes[0] == Byte.zero, bytes[1].isDigit {
      return "leading zeros are not allowed"
    }
    if bytes.first == Byte.dot || bytes.last == Byte.dot {
      return "a digit belongs before and after the point"
    }
    if bytes.contains(Byte.underscore) { return "underscores stand between digits only" }
    return "write text in quotes"
  }
}
