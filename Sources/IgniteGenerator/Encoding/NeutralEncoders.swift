import IgniteSyntax

extension Encoders {
  /// Texts that mean nothing special in any language.
  static let neutral: [Encoder] = [
    .text("path.segment", .neutral, write: NeutralEncoding.pathSegment),
    .text("url.segment", .neutral, write: NeutralEncoding.urlSegment),
  ]
}

/// How texts become parts of paths and URLs.
enum NeutralEncoding {
  /// One name of a file or folder: letters, digits, `-`, `_` and `.`, neither `.` nor `..`.
  static func pathSegment(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    guard isPathSegment(text) else { return Refusal("`\(text)` is no part of a path") }
    out += text.utf8
    return nil
  }

  static func isPathSegment(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 255 && text != "." && text != ".."
      && text.utf8.allSatisfy {
        $0.isWordByte || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
      }
      && text.utf8.first != UInt8(ascii: "-")
  }

  /// One segment of a URL's path, percent-encoded.
  static func urlSegment(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    if text.isEmpty || text == "." || text == ".." {
      return Refusal("`\(text)` is no segment of a URL")
    }
    for byte in text.utf8 {
      if byte.isWordByte || "-.~".utf8.contains(byte) {
        out.append(byte)
      } else {
        out += "%\(VisibleText.hexadecimal(UInt32(byte), width: 2))".utf8
      }
    }
    return nil
  }
}
