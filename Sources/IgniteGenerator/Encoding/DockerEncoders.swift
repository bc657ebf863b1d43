extension Encoders {
  /// Dockerfiles: a word between double quotes for ENV, LABEL, ARG and the like.
  static let docker: [Encoder] = [
    .text("docker.word", .language(.docker), write: DockerEncoding.word),
    CommentEncoding.encoder("docker.comment", .docker, marks: ["#"]),
    .number("docker.number", .language(.docker)),
  ]
}

/// How texts become words of a Dockerfile.
enum DockerEncoding {
  static func word(_ text: String, _ out: inout [UInt8]) -> Refusal? {
    let hasControl = text.unicodeScalars.contains {
      ($0.value < 0x20 && $0 != "\t") || $0.value == 0x7F || Scalars.isLineEnd($0)
    }
    if hasControl { return Refusal("a word of a Dockerfile has no line ends or controls") }
    out.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "$") {
        out.append(UInt8(ascii: "\\"))
      }
      out.append(byte)
    }
    out.append(UInt8(ascii: "\""))
    return nil
  }
}
