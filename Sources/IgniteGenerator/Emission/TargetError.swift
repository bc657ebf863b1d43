public import IgniteSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Something in or around a target that stands in the way of reading or writing it.
public struct TargetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Which kind it is.
  public let code: Diagnostic.Code
  /// The file or folder, as a person can find it.
  public let path: String
  /// What is wrong with it, in one lower-case line.
  public let reason: String
  /// What can be done.
  public let notes: [String]

  /// Makes an error.
  init(_ code: Diagnostic.Code, _ path: String, _ reason: String, notes: [String] = []) {
    self.code = code
    self.path = path
    self.reason = reason
    self.notes = notes
  }

  /// The system refused `path`, for the reason in `errno`.
  static func refused(_ path: String, _ code: Int32 = errno) -> TargetError {
    TargetError("target-refused", path, String(cString: strerror(code)).lowercasedFirst)
  }

  /// A symbolic link where a file or folder of the target should be.
  static func symlink(_ path: String) -> TargetError {
    TargetError(
      "target-symlink", path, "is a symbolic link, which is never followed",
      notes: ["replace the link with the file or folder that it points to"])
  }

  /// Something that is no folder where one is needed.
  static func notAFolder(_ path: String) -> TargetError {
    TargetError(
      "target-not-a-folder", path, "is not a folder, but files are to be written below it",
      notes: ["move it out of the way"])
  }

  /// Something that is no plain file where one is needed.
  static func notAFile(_ path: String, _ kind: String) -> TargetError {
    TargetError(
      "target-not-a-file", path, "is \(kind), but a file is to be written there",
      notes: ["move it out of the way"])
  }

  /// Another run holds the target.
  static func busy(_ path: String) -> TargetError {
    TargetError(
      "target-busy", path, "another run is writing here", notes: ["wait until it is done"])
  }

  /// The path and the reason on one line.
  public var description: String { "\(path): \(reason)" }

  /// The error as data for the renderers.
  public var diagnostic: Diagnostic {
    var diagnostic = Diagnostic.error(code, "`\(path)`: \(reason)")
    diagnostic.notes = notes
    return diagnostic
  }
}

extension String {
  /// The text with a small first letter, as messages begin.
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
