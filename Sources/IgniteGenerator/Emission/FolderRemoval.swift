#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Descriptor {
  /// Takes away what has a name in this folder: a file, a link, or a folder with all in it.
  func removeAll(_ name: String, at path: String) throws(TargetError) {
    guard let information = status(name) else { return }
    guard information.st_mode & S_IFMT == S_IFDIR else {
      guard unlinkat(number, name, 0) == 0 || errno == ENOENT else { throw .refused(path) }
      return
    }
    if let folder = try folder(name, at: path) {
      for inner in try folder.names(at: path) {
        try folder.removeAll(inner, at: "\(path)/\(inner)")
      }
    }
    guard unlinkat(number, name, AT_REMOVEDIR) == 0 || errno == ENOENT else { throw .refused(path) }
  }

  /// The names in this folder, in no order.
  func names(at path: String) throws(TargetError) -> [String] {
    let copy = openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = fdopendir(copy) else { throw .refused(path) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
          String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
