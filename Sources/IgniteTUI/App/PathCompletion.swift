#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

import IgniteSyntax

/// What a half-typed path may go on with: folders, and files that can be configs.
struct PathCompletion: Hashable, Sendable {
  /// The path as it was typed.
  var asked: String
  /// The path as far as there is no doubt.
  var text: String
  /// The names that it may go on with, sorted, folders with a slash behind.
  var names: [String]
}

extension PathCompletion {
  /// Looks into the folder that a path leads to; one that cannot be read has nothing to offer.
  init(_ text: String, home: String?) {
    asked = text
    if text == "~", home != nil {
      (self.text, names) = ("~/", ["~/"])
      return
    }
    let slash = text.lastIndex(of: "/")
    let folder = slash.map { String(text[...$0]) } ?? ""
    let start = slash.map { String(text[text.index(after: $0)...]) } ?? text
    let place = folder.isEmpty ? "./" : Self.expanded(folder, home: home)
    names = OwnFile.names(in: place, withHidden: start.hasPrefix("."))
      .filter { $0.hasPrefix(start) && TextDraft($0).text == $0 }
      .compactMap { Self.offered($0, in: place) }
    self.text = folder + (Self.commonStart(of: names) ?? start)
  }

  /// The name with what shows that it is a folder; nothing for what cannot be opened here.
  private static func offered(_ name: String, in folder: String) -> String? {
    var information = stat()
    guard stat(folder + name, &information) == 0 else { return nil }
    if information.st_mode & S_IFMT == S_IFDIR { return name + "/" }
    return ConfigFormat(path: name) == nil ? nil : name
  }

  private static func commonStart(of names: [String]) -> String? {
    guard var start = names.first else { return nil }
    for name in names { while !name.hasPrefix(start) { start.removeLast() } }
    return start
  }

  /// A path with the home of the person in place of `~`.
  static func expanded(_ path: String, home: String?) -> String {
    guard let home, path == "~" || path.hasPrefix("~/") else { return path }
    return home + path.dropFirst()
  }
}
