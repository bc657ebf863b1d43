/// Tells titles, code, links and lists of Markdown apart.
enum MarkdownScanner {
  static func runs(
    in line: ArraySlice<UInt8>, from state: inout SyntaxScanner.State
  ) -> [SyntaxRun] {
    let bytes = Array(line)
    let text = bytes.drop { $0 == 0x20 }
    let isMark = text.starts(with: Array("```".utf8))
    if isMark { state = state == .fence ? .code : .fence }
    if isMark || state == .fence { return whole(bytes, .string) }
    if text.first == 0x23 { return whole(bytes, .heading) }
    if text.first == 0x3E { return whole(bytes, .comment) }
    return bullet(text) + inline(bytes)
  }

  private static func whole(_ bytes: [UInt8], _ kind: SyntaxKind) -> [SyntaxRun] {
    bytes.isEmpty ? [] : [SyntaxRun(0..<bytes.count, kind)]
  }

  private static func bullet(_ text: ArraySlice<UInt8>) -> [SyntaxRun] {
    guard let first = text.first, first == 0x2D || first == 0x2A || first == 0x7C else { return [] }
    return [SyntaxRun(text.startIndex..<text.startIndex + 1, .keyword)]
  }

  private static func inline(_ bytes: [UInt8]) -> [SyntaxRun] {
    var runs: [SyntaxRun] = []
    var place = 0
    while place < bytes.count {
      let close: UInt8? = bytes[place] == 0x60 ? 0x60 : bytes[place] == 0x5B ? 0x5D : nil
      if let close, let end = bytes[(place + 1)...].firstIndex(of: close) {
        runs.append(SyntaxRun(place..<end + 1, close == 0x60 ? .string : .function))
        place = end + 1
      } else {
        place += 1
      }
    }
    return runs
  }
}
