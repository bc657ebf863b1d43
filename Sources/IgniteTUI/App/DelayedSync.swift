import Dispatch
import IgniteModel
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Brings what was written to the disk a little later, off the thread that takes the keys: many letters
/// share one wait.
final class DelayedSync: Sendable {
  private let queue = DispatchQueue(label: "allframe.draft")
  /// The file with something to be brought to the disk, while that is asked for.
  private let due = Mutex<Int32?>(nil)
  /// In milliseconds: what a power cut takes at most, besides what the disk itself takes.
  private let delay: Int

  init(delay: Int = 200) { self.delay = delay }

  /// Asks for a file to be brought to the disk.
  func ask(for file: Int32) {
    let isAsked = due.withLock { due in
      defer { due = file }
      return due != nil
    }
    guard !isAsked else { return }
    queue.asyncAfter(deadline: .now() + .milliseconds(delay)) { [self] in
      BackgroundThread.begin()
      sync()
    }
  }

  /// Brings everything to the disk that waits for it, so that the file can be closed.
  func finish() { queue.sync { sync() } }

  private func sync() {
    guard let file = due.withLock({ $0.take() }) else { return }
    _ = fsync(file)
  }
}
