/// The folder that a platform is written to.
public struct Target: Hashable, Sendable {
  /// The folder, as the person gave it; it need not be there yet.
  public let path: String

  /// The program's own folder in a target.
  static let ownFolder = ".allframe"

  /// Takes a path; a closing `/` is dropped.
  public init(path: String) {
    var path = path.isEmpty ? "." : path
    while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
  }

  /// How messages name a place in the target.
  func named(_ place: String) -> String { path == "." ? place : prefix + place }

  /// What messages put before a path in the target.
  var prefix: String { path == "." ? "" : path == "/" ? "/" : path + "/" }
}
