/// Puts the equals signs and trailing comments of neighbouring lines in one column, as
/// `terraform fmt` does.
enum HCLAlignment {
  /// The text with its lines aligned; nothing else changes.
  static func align(_ text: [UInt8]) -> [UInt8] {
    var lines = HCLLine.lines(of: text)
    alignCells(&lines, at: \.assignment) { $0.lead }
    alignCells(&lines, at: \.comment) { $0.lead + $0.assignment }
    var out: [UInt8] = []
    out.reserveCapacity(text.count + 256)
    for (number, line) in lines.enumerated() {
      if number > 0 { out.append(0x0A) }
      out += line.lead
      out += line.assignment
      out += line.comment
      out += line.heredoc
    }
    return out
  }

  /// Pads the cells of each chain of neighbouring lines that have one.
  private static func alignCells(
    _ lines: inout [HCLLine], at cell: WritableKeyPath<HCLLine, [UInt8]>,
    before: (HCLLine) -> [UInt8]
  ) {
    var start = 0
    while start < lines.count {
      var end = start
      while end < lines.count, !lines[end][keyPath: cell].isEmpty { end += 1 }
      let widths = lines[start..<end].map { width(before($0)) }
      let widest = widths.max() ?? 0
      for (index, width) in zip(start..<end, widths) {
        let padding = [UInt8](repeating: 0x20, count: widest - width + 1)
        lines[index][keyPath: cell] = padding + lines[index][keyPath: cell]
      }
      start = end + 1
    }
  }

  private static func width(_ bytes: [UInt8]) -> Int {
    bytes.allSatisfy { $0 < 0x80 } ? bytes.count : String(decoding: bytes, as: UTF8.self).count
  }
}

/// One line of HCL in the three cells that are aligned.
struct HCLLine {
  /// Everything up to the blanks before the equals sign, or before the comment.
  var lead: [UInt8]
  /// The equals sign and the value, when the value ends on the line.
  var assignment: [UInt8] = []
  /// A comment behind code.
  var comment: [UInt8] = []
  /// The lines of a text that starts on the line, each after its line end.
  var heredoc: [UInt8] = []

  static func lines(of text: [UInt8]) -> [HCLLine] {
    var lines: [HCLLine] = []
    var heredoc: [UInt8]?
    for slice in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let line = Array(slice)
      if let mark = heredoc {
        lines[lines.count - 1].heredoc += [0x0A] + line
        if trimmed(line) == mark { heredoc = nil }
        continue
      }
      let scan = HCLLineScan(line)
      heredoc = scan.heredoc
      lines.append(cells(of: line, scan))
    }
    return lines
  }

  private static func cells(of line: [UInt8], _ scan: HCLLineScan) -> HCLLine {
    var cells = HCLLine(lead: line)
    if let comment = scan.comment, line[..<comment].contains(where: { $0 != 0x20 }) {
      cells.comment = Array(line[comment...])
      cells.lead = trimmedEnd(line[..<comment])
    }
    if let equals = scan.equals, scan.netBrackets == 0 {
      cells.assignment = Array(cells.lead[equals...])
      cells.lead = trimmedEnd(cells.lead[..<equals])
    }
    return cells
  }

  private static func trimmedEnd(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var bytes = bytes
    while bytes.last == 0x20 { bytes.removeLast() }
    return Array(bytes)
  }

  private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    trimmedEnd(bytes.drop { $0 == 0x20 || $0 == 0x09 })
  }
}

/// What one line of HCL holds outside its texts.
struct HCLLineScan {
  /// The offset of the first equals sign that assigns.
  private(set) var equals: Int?
  /// The offset of a comment.
  private(set) var comment: Int?
  /// Brackets opened less brackets closed behind the equals sign.
  private(set) var netBrackets = 0
  /// The word that ends the heredoc that starts here.
  private(set) var heredoc: [UInt8]?
  private let line: [UInt8]

  init(_ line: [UInt8]) {
    self.line = line
    var offset = 0
    while offset < line.count, comment == nil, heredoc == nil { offset = step(at: offset) }
  }

  private mutating func step(at offset: Int) -> Int {
    switch line[offset] {
    case UInt8(ascii: "\""): return endOfText(from: offset)
    case UInt8(ascii: "#"): comment = offset
    case UInt8(ascii: "/") where byte(offset + 1) == UInt8(ascii: "/"): comment = offset
    case UInt8(ascii: "<") where byte(offset + 1) == UInt8(ascii: "<"): openHeredoc(at: offset)
    case UInt8(ascii: "="): return equalsSign(at: offset)
    case UInt8(ascii: "!"), UInt8(ascii: ">"), UInt8(ascii: "<"):
      return byte(offset + 1) == UInt8(ascii: "=") ? offset + 2 : offset + 1
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): count(1)
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): count(-1)
    default: break
    }
    return offset + 1
  }

  private mutating func equalsSign(at offset: Int) -> Int {
    let next = byte(offset + 1)
    if next == UInt8(ascii: "=") || next == UInt8(ascii: ">") { return offset + 2 }
    if equals == nil && offset > 0 { equals = offset }
    return offset + 1
  }

  private mutating func count(_ change: Int) {
    if equals != nil { netBrackets += change }
  }

  private mutating func openHeredoc(at offset: Int) {
    let word = line[offset...].dropFirst(2).drop { $0 == UInt8(ascii: "-") }
    guard let first = word.first, first.isWordByte else { return }
    heredoc = Array(word.prefix { $0.isWordByte })
  }

  /// The offset behind a text; one with templates inside may hold further texts.
  private func endOfText(from start: Int) -> Int {
    var offset = start + 1
    var braces = 0
    while offset < line.count {
      switch line[offset] {
      case UInt8(ascii: "\\") where braces == 0: offset += 1
      case UInt8(ascii: "\"") where braces == 0: return offset + 1
      case UInt8(ascii: "\""): offset = endOfText(from: offset) - 1
      case UInt8(ascii: "{") where braces > 0 || opensTemplate(at: offset): braces += 1
      case UInt8(ascii: "}") where braces > 0: braces -= 1
      default: break
      }
      offset += 1
    }
    return line.count
  }

  private func opensTemplate(at offset: Int) -> Bool {
    guard offset > 0, line[offset - 1] == UInt8(ascii: "$") || line[offset - 1] == UInt8(ascii: "%")
    else { return false }
    return offset < 2 || line[offset - 2] != line[offset - 1]
  }

  private func byte(_ offset: Int) -> UInt8? { offset < line.count ? line[offset] : nil }
}
