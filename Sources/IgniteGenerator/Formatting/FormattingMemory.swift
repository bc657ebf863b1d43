import Synchronization

/// What the formatter made of sources, known by their digests: one that was formatted once is not again.
final class FormattingMemory: Sendable {
  /// What became of one source.
  enum Known: Sendable {
    case formatted(Digest, lineCount: Int)
    case refused
  }

  let formatter: RustFormatter?
  private let known = Mutex<[Digest: Known]>([:])

  init(_ formatter: RustFormatter?) { self.formatter = formatter }

  /// What is known of a source.
  subscript(source: Digest) -> Known? { known.withLock { $0[source] } }

  /// The formatted bytes; the source itself where there is no formatter or it refuses.
  func formatted(_ source: [UInt8]) -> [UInt8] { formatted([source])[0] }

  /// The formatted bytes of sources, in their order.
  func formatted(_ sources: [[UInt8]]) -> [[UInt8]] {
    guard let formatter else { return sources }
    return zip(sources, formatter.results(sources)).map { source, result in
      let digest = Digest(of: source)
      switch result {
      case .refused:
        known.withLock { $0[digest] = .refused }
        return source
      case .formatted(let bytes):
        let lines = FileContents.lineCount(of: bytes)
        known.withLock { $0[digest] = .formatted(Digest(of: bytes), lineCount: lines) }
        return bytes
      }
    }
  }
}

/// Contents that a formatter makes of others.
final class FormattedContents: ContentsSource {
  private let sources: any ContentsSource
  private let memory: FormattingMemory

  init(of sources: any ContentsSource, _ memory: FormattingMemory) {
    self.sources = sources
    self.memory = memory
  }

  func bytes(of path: String) -> [UInt8]? { sources.bytes(of: path).map(memory.formatted) }
}
