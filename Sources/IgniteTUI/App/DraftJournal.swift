import IgniteGenerator
import IgniteModel
import IgniteSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Keeps every change of the open text in a file, so that neither a kill nor a power cut loses one.
///
/// The file is locked while the program lives: a draft without a lock belongs to one that ended.
final class DraftJournal {
  private let folder: String
  private let stem: String
  /// How many drafts were left behind for later.
  private var number = 0
  private var descriptor: Int32 = -1
  private var known: [UInt8] = []
  private let disk = DelayedSync()

  init(folder: String) {
    self.folder = folder
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    stem = "\(folder)/\(now.tv_sec)-\(getpid())"
  }

  private var path: String { number == 0 ? "\(stem).draft" : "\(stem)-\(number).draft" }

  /// Whether changes are kept.
  var isOpen: Bool { descriptor >= 0 }

  /// Begins anew with a text that was just opened.
  func start(path config: String?, format: ConfigFormat, base: [UInt8]) {
    end()
    OwnFile.makeFolder(folder)
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    _ = flock(descriptor, LOCK_EX | LOCK_NB)
    known = base
    append(DraftText.start(path: config, format: format, base: base))
  }

  /// Adds what changed since the last call.
  func add(_ text: [UInt8]) {
    guard descriptor >= 0, text != known else { return }
    append(DraftText.record(TextChange(from: known, to: text)))
    known = text
  }

  /// Takes the file away: there is nothing left to be resumed.
  func forget() {
    guard descriptor >= 0 else { return }
    unlink(path)
    end()
  }

  /// Leaves the draft to be resumed later; the next text gets another one.
  func leave() {
    guard descriptor >= 0 else { return }
    end()
    number += 1
  }

  private func end() {
    if descriptor >= 0 {
      disk.finish()
      close(descriptor)
    }
    descriptor = -1
  }

  /// What is written survives a kill at once, and a power cut as soon as the disk has it, which the person
  /// does not wait for.
  private func append(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return
      }
      rest = rest.dropFirst(count)
    }
    disk.ask(for: descriptor)
  }

  /// The drafts that nobody has open and that hold changes, the newest first.
  static func left(in folder: String) -> [(id: String, draft: DraftText)] {
    OwnFile.names(in: folder).filter { $0.hasSuffix(".draft") }.reversed().compactMap { name in
      let path = "\(folder)/\(name)"
      guard !isOpen(path), let bytes = try? FileReader.bytes(of: path) else { return nil }
      guard let draft = DraftText(bytes), draft.text != draft.base else {
        unlink(path)
        return nil
      }
      return (path, draft)
    }
  }

  private static func isOpen(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }

  deinit { end() }
}
