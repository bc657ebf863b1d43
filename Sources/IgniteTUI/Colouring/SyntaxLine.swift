/// One line while its runs are found.
struct SyntaxLine {
  let language: SyntaxLanguage
  let bytes: [UInt8]
  private(set) var runs: [SyntaxRun] = []
  private var place = 0
  private var isFirst = true

  init(language: SyntaxLanguage, bytes: [UInt8]) {
    self.language = language
    self.bytes = bytes
  }

  mutating func scan(from state: inout SyntaxScanner.State) {
    if case .quote(let number) = state, language.quotes.indices.contains(number) {
      state = closeQuote(number, from: 0)
    }
    while place < bytes.count { step(&state) }
  }

  private mutating func step(_ state: inout SyntaxScanner.State) {
    let byte = bytes[place]
    if byte == 0x20 || byte == 0x09 {
      place += 1
      return
    }
    if takeComment() || takeSection() || takeAttribute() { return }
    if let next = takeQuote() {
      state = next
    } else if !takeVariable(), !takeNumber(), !takeWord() {
      place += 1
    }
    isFirst = false
  }

  private mutating func add(_ end: Int, _ kind: SyntaxKind) {
    if kind != .plain, end > place { runs.append(SyntaxRun(place..<end, kind)) }
    place = end
  }

  private func starts(with text: [UInt8], at place: Int) -> Bool {
    guard !text.isEmpty, place + text.count <= bytes.count else { return false }
    for offset in text.indices where bytes[place + offset] != text[offset] { return false }
    return true
  }

  private mutating func takeComment() -> Bool {
    guard language.lineComments.contains(where: { starts(with: $0, at: place) }) else {
      return false
    }
    if language.attributeStart == [0x23], bytes[place] == 0x23 { return false }
    // In YAML and shell a `#` inside of a word is part of it.
    if bytes[place] == 0x23, place > 0, isWord(bytes[place - 1]) { return false }
    add(bytes.count, .comment)
    return true
  }

  private mutating func takeSection() -> Bool {
    guard language.hasSections, isFirst, bytes[place] == 0x5B else { return false }
    let end = bytes[place...].lastIndex(of: 0x5D).map { $0 + 1 } ?? bytes.count
    let comment = bytes[place...].firstIndex(of: 0x23) ?? bytes.count
    add(min(end, comment), .heading)
    isFirst = false
    return true
  }

  private mutating func takeAttribute() -> Bool {
    guard starts(with: language.attributeStart, at: place) else { return false }
    let rest = bytes[place...]
    if bytes[place] == 0x23 {
      guard let next = bytes[place...].dropFirst().first, next == 0x5B || next == 0x21 else {
        return false
      }
      add(rest.lastIndex(of: 0x5D).map { $0 + 1 } ?? bytes.count, .attribute)
    } else {
      var end = place + 1
      while end < bytes.count, isWord(bytes[end]) { end += 1 }
      add(end, .attribute)
    }
    isFirst = false
    return true
  }

  private mutating func takeQuote() -> SyntaxScanner.State? {
    if language.hasLifetimes, bytes[place] == 0x27 {
      takeCharacter()
      return .code
    }
    guard let number = language.quotes.firstIndex(where: { starts(with: $0.open, at: place) })
    else { return nil }
    return closeQuote(number, from: place + language.quotes[number].open.count)
  }

  /// `'a'` is a character, `'a` a lifetime.
  private mutating func takeCharacter() {
    var end = place + 1
    if end < bytes.count, bytes[end] == 0x5C { end += 1 }
    end += 1
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    if end < bytes.count, bytes[end] == 0x27 { return add(end + 1, .string) }
    end = place + 1
    while end < bytes.count, isWord(bytes[end]) { end += 1 }
    add(end, .attribute)
  }

  private mutating func closeQuote(_ number: Int, from start: Int) -> SyntaxScanner.State {
    let quote = language.quotes[number]
    var end = start
    while end < bytes.count {
      if quote.escapes, bytes[end] == 0x5C {
        end += 2
      } else if starts(with: quote.close, at: end) {
        end += quote.close.count
        add(end, quote.kind == .string && isKey(before: end) ? .key : quote.kind)
        return .code
      } else {
        end += 1
      }
    }
    add(bytes.count, quote.kind)
    return quote.spansLines ? .quote(number) : .code
  }

  private mutating func takeVariable() -> Bool {
    guard language.hasVariables, bytes[place] == 0x24, place + 1 < bytes.count else { return false }
    var end = place + 1
    if let close = [0x7B: UInt8(0x7D), 0x28: 0x29][bytes[end]] {
      end = bytes[end...].firstIndex(of: close).map { $0 + 1 } ?? bytes.count
    } else {
      while end < bytes.count, isWord(bytes[end]) { end += 1 }
    }
    add(max(end, place + 1), .attribute)
    return true
  }

  private mutating func takeNumber() -> Bool {
    guard (0x30...0x39).contains(bytes[place]) else { return false }
    var end = place
    while end < bytes.count, isWord(bytes[end]) || bytes[end] == 0x2E || bytes[end] == 0x3A {
      // `1..2` is a range of two numbers.
      if bytes[end] == 0x2E, end + 1 < bytes.count, bytes[end + 1] == 0x2E { break }
      end += 1
    }
    add(end, isKey(before: end) ? .key : .number)
    return true
  }

  private mutating func takeWord() -> Bool {
    guard isWord(bytes[place]) else { return false }
    var end = place
    while end < bytes.count, isWord(bytes[end]) || language.joiners.contains(bytes[end]) {
      end += 1
    }
    add(end, kind(ofWordTo: end))
    return true
  }

  private func kind(ofWordTo end: Int) -> SyntaxKind {
    let spelled = String(decoding: bytes[place..<end], as: UTF8.self)
    let word = language.ignoresCase ? spelled.lowercased() : spelled
    if isKey(before: end) { return .key }
    if language.keywords.contains(word) { return .keyword }
    if language.constants.contains(word) { return .number }
    if language.types.contains(word) { return .type }
    let next = end < bytes.count ? bytes[end] : 0
    if language.hasCalls, next == 0x28 || next == 0x21 { return .function }
    if language.hasCapitalTypes, (0x41...0x5A).contains(bytes[place]) { return .type }
    return .plain
  }

  /// Whether the sign of a value follows, but not `==` or `=>`.
  private func isKey(before end: Int) -> Bool {
    guard !language.keySigns.isEmpty else { return false }
    var next = end
    while next < bytes.count, bytes[next] == 0x20 { next += 1 }
    guard next < bytes.count, language.keySigns.contains(bytes[next]) else { return false }
    let after = next + 1 < bytes.count ? bytes[next + 1] : 0x20
    if bytes[next] == 0x3D { return after != 0x3D && after != 0x3E }
    return language.keySigns.count > 1 || after == 0x20 || after == 0x09
      || next + 1 == bytes.count || language.quotes.count == 1
  }

  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...0xFF: true
    default: false
    }
  }
}
