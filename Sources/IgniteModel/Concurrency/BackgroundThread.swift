import CSystem
import Synchronization

/// What each thread needs that works beside the first one.
package enum BackgroundThread {
  private static let stepsBack = Atomic(false)

  /// From now on threads that begin let the first thread go first: a person waits for it.
  package static func letTheFirstThreadGoFirst() { stepsBack.store(true, ordering: .relaxed) }

  /// Gives the thread that calls a second stack, so that the terminal can be given back even where the usual
  /// one overflowed.
  package static func begin() {
    allframe_take_spare_stack()
    if stepsBack.load(ordering: .relaxed) { allframe_step_back() }
  }
}
