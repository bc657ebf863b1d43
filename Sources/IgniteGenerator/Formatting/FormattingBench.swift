import IgniteSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A temporary folder outside any target in which a formatter works on copies.
struct FormattingBench: Sendable {
  private let path: String
  private let folder: Descriptor

  /// Makes a new folder, which only its owner can enter.
  init() throws(TargetError) {
    let above = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    let place = above.utf8.first == UInt8(ascii: "/") ? above : "/tmp"
    var template = Array("\(place)/allframe-format-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .refused(place) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard let folder = try Descriptor.root(path) else { throw .refused(path, ENOENT) }
    self.folder = folder
    // A given but empty configuration keeps the formatter from looking for one.
    try folder.create("rustfmt.toml", [], mode: 0o600, at: configPath)
  }

  /// Takes the folder away.
  func remove() {
    for name in (try? folder.names(at: path)) ?? [] {
      try? folder.removeAll(name, at: "\(path)/\(name)")
    }
    rmdir(path)
  }

  /// The empty configuration.
  var configPath: String { "\(path)/rustfmt.toml" }

  /// Where a source lies.
  func path(of index: Int) -> String { "\(path)/\(index)/0.rs" }

  /// Where the output for a source is written.
  func outputPath(of index: Int) -> String { "\(path)/\(index)/0.out" }

  /// Lays down a source, and an empty file for each module that it has in another file, because
  /// the formatter insists on finding them.
  func lay(_ source: [UInt8], _ index: Int) throws(TargetError) {
    try folder.removeAll("\(index)", at: "\(path)/\(index)")
    let own = try folder.makingFolder("\(index)", at: "\(path)/\(index)")
    try own.create("0.rs", source, mode: 0o600, at: path(of: index))
    for module in Set(RustModules.declared(in: source)) {
      try own.create("\(module).rs", [], mode: 0o600, at: "\(path)/\(index)/\(module).rs")
    }
  }

  /// What the formatter made of a source.
  func take(_ index: Int) throws(TargetError) -> [UInt8] { try read("0.rs", index) }

  /// What the formatter wrote to standard output.
  func takeOutput(_ index: Int) throws(TargetError) -> [UInt8] { try read("0.out", index) }

  private func read(_ name: String, _ index: Int) throws(TargetError) -> [UInt8] {
    let place = "\(path)/\(index)/\(name)"
    let own = try folder.folder("\(index)", at: place)
    guard let file = try own?.file(name, at: place) else { throw .refused(place, ENOENT) }
    return file.bytes
  }
}

/// The modules that a Rust source says are in other files.
enum RustModules {
  /// The names in `mod name;`, found line by line; the formatter tells where that was not enough.
  static func declared(in source: [UInt8]) -> [String] {
    source.split(separator: 0x0A).compactMap { line in
      guard line.last == UInt8(ascii: ";"), line.count < 200 else { return nil }
      let words = line.dropLast().split(separator: 0x20)
      guard words.count >= 2, words[words.count - 2].elementsEqual("mod".utf8),
        words.last?.allSatisfy(isNamePart) == true
      else { return nil }
      return words.last.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
