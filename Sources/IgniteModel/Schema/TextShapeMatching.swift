extension TextShape {
  /// Whether a text has the shape.
  public func matches(_ text: String) -> Bool {
    switch self {
    case .kebabName: Self.isWords(text, joinedBy: 0x2D, atMost: 40)
    case .fieldName: Self.isWords(text, joinedBy: 0x5F, atMost: 63)
    case .typeName: Self.isTypeName(text)
    case .identifier:
      Self.isName(text, atMost: 64, first: \.isASCIILetter, others: [0x2D, 0x5F])
    case .topic:
      Self.isName(text, atMost: 249, first: \.isASCIIAlphanumeric, others: [0x2D, 0x2E, 0x5F])
    case .region: Self.isRegion(text)
    case .version: Self.isVersion(text)
    case .headerName: Self.isHeaderName(text)
    case .urlPath: Self.isURLPath(text)
    case .url: Self.isURL(text)
    case .accountNumber: text.utf8.count == 12 && text.utf8.allSatisfy(\.isASCIIDigit)
    case .duration: TimeSpan(text) != nil
    case .cron: CronSchedule.problem(in: text) == nil
    case .timeZone: TimeZoneNames.contains(text)
    case .domain: Self.isDomain(text, atMost: 190)
    case .imagePrefix: Self.isImagePrefix(text)
    case .fieldType: (try? FieldType(text)) != nil
    }
  }

  /// Lower-case words of letters and digits with one joiner between two, a letter first.
  private static func isWords(_ text: String, joinedBy joiner: UInt8, atMost limit: Int) -> Bool {
    var previous = joiner
    var count = 0
    for byte in text.utf8 {
      count += 1
      guard byte == joiner || byte.isASCIILowercase || byte.isASCIIDigit else { return false }
      if previous == joiner && byte == joiner { return false }
      if count == 1 && !byte.isASCIILowercase { return false }
      previous = byte
    }
    return count > 0 && count <= limit && previous != joiner
  }

  private static func isTypeName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isASCIIUppercase, text.utf8.count <= 64 else {
      return false
    }
    return text.utf8.allSatisfy(\.isASCIIAlphanumeric)
  }

  private static func isName(
    _ text: String, atMost limit: Int, first: (UInt8) -> Bool, others: [UInt8]
  ) -> Bool {
    guard let start = text.utf8.first, first(start), text.utf8.count <= limit else { return false }
    return text.utf8.allSatisfy { $0.isASCIIAlphanumeric || others.contains($0) }
  }

  private static func isDomain(_ text: String, atMost limit: Int) -> Bool {
    text.utf8.count <= limit && !text.isEmpty
      && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
        label.utf8.count <= 63 && isSegment(label, marks: [0x2D])
      }
  }

  /// A host that may have a port, and segments of a path.
  private static func isImagePrefix(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard text.utf8.count <= 150, let first = parts.first else { return false }
    let host = first.split(separator: ":", omittingEmptySubsequences: false)
    guard host.count <= 2, isSegment(host[0], marks: [0x2D, 0x2E]) else { return false }
    if host.count == 2 {
      let port = host[1].utf8
      guard (1...5).contains(port.count), port.allSatisfy(\.isASCIIDigit) else { return false }
    }
    return parts.dropFirst().allSatisfy { isSegment($0, marks: [0x2D, 0x2E, 0x5F]) }
  }

  /// Lower-case letters and digits, with marks only between them.
  private static func isSegment(_ text: Substring, marks: [UInt8]) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    return !marks.contains(first) && !marks.contains(last)
      && text.utf8.allSatisfy { $0.isASCIILowercase || $0.isASCIIDigit || marks.contains($0) }
  }

  private static func isRegion(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isASCIILowercase, text.utf8.count <= 40 else {
      return false
    }
    return text.utf8.allSatisfy { $0.isASCIILowercase || $0.isASCIIDigit || $0 == 0x2D }
  }

  private static func isVersion(_ text: String) -> Bool {
    let end = text.firstIndex { $0 == "-" || $0 == "+" } ?? text.endIndex
    let numbers = text[..<end].split(separator: ".", omittingEmptySubsequences: false)
    let suffix = text[end...].utf8
    return numbers.count == 3 && numbers.allSatisfy(isVersionNumber)
      && (suffix.isEmpty || suffix.count > 1)
      && suffix.allSatisfy { $0.isASCIIAlphanumeric || [0x2B, 0x2D, 0x2E].contains($0) }
  }

  private static func isVersionNumber(_ text: Substring) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy(\.isASCIIDigit) else {
      return false
    }
    return text == "0" || !text.hasPrefix("0")
  }

  private static func isHeaderName(_ text: String) -> Bool {
    let marks = Array("!#$%&'*+.^_`|~-".utf8)
    return (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || marks.contains($0) }
  }

  private static func isURLPath(_ text: String) -> Bool {
    let marks = Array("._~!$&'()*+,;=:@%/-".utf8)
    return text.hasPrefix("/") && text.utf8.count <= 255
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || marks.contains($0) }
  }

  /// A scheme, `://`, something that is not a slash, and no blank or control character.
  private static func isURL(_ text: String) -> Bool {
    guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
      return false
    }
    let scheme = text[..<colon].utf8
    let host = text[colon...].dropFirst(3).utf8
    guard let first = scheme.first, first.isASCIILetter, let start = host.first else {
      return false
    }
    return scheme.allSatisfy { $0.isASCIIAlphanumeric || [0x2B, 0x2D, 0x2E].contains($0) }
      && ![0x2F, 0x3F, 0x23].contains(start) && host.allSatisfy { $0 > 0x20 && $0 != 0x7F }
      && text.utf8.count <= 2048
  }
}

extension UInt8 {
  /// Whether it is an ASCII letter or digit.
  var isASCIIAlphanumeric: Bool { isASCIILetter || isASCIIDigit }
}
