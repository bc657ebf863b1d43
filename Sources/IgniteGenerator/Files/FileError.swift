#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that the system would not give or take.
package struct FileError: Error, CustomStringConvertible {
  /// The file as the person wrote it.
  package let path: String
  /// The system's reason.
  package let reason: String

  /// Takes the reason from `errno`.
  package init(path: String, code: Int32 = errno) {
    self.path = path
    reason = String(cString: strerror(code))
  }

  /// Gives a reason of our own.
  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  package var description: String { "\(path): \(reason)" }
}
