#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that the system would not give or take.
struct FileError: Error, CustomStringConvertible {
  /// The file as the person wrote it.
  let path: String
  /// The system's reason.
  let reason: String

  /// Takes the reason from `errno`.
  init(path: String, code: Int32 = errno) {
    self.path = path
    reason = String(cString: strerror(code))
  }

  /// Gives a reason of our own.
  init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  var description: String { "\(path): \(reason)" }
}
