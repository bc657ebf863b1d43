/// One file of a catalog, whether it came with the program or from a person's folder.
public struct CatalogFile: Sendable {
  /// Where it stands, parts joined by `/`.
  public var path: String
  private var content: Content

  private enum Content: Sendable {
    case embedded(StaticString)
    case read([UInt8])
  }

  /// Takes a file with its bytes.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    content = .read(bytes)
  }

  init(path: StaticString, text: StaticString) {
    self.path = path.description
    content = .embedded(text)
  }

  /// What is in it.
  public var bytes: [UInt8] {
    switch content {
    case .read(let bytes): bytes
    case .embedded(let text): text.withUTF8Buffer(Array.init)
    }
  }

  /// The same file at another place.
  func moved(to path: String) -> CatalogFile {
    var file = self
    file.path = path
    return file
  }
}
