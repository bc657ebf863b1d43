import Dispatch
import Synchronization

/// Shares work over as many threads as are of use.
package enum Workers {
  /// More threads than this only wait for each other in the file system.
  private static let most = 4

  /// The results for consecutive ranges that cover `0..<count`, in order; small work stays on one
  /// thread.
  package static func map<Result: Sendable>(
    _ count: Int, atLeast smallest: Int = 256, _ work: @Sendable (Range<Int>) -> Result
  ) -> [Result] {
    let parts = min(max(count / smallest, 1), most)
    if parts == 1 { return [work(0..<count)] }
    let results = Mutex<[Int: Result]>([:])
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      BackgroundThread.begin()
      let result = work(count * part / parts..<count * (part + 1) / parts)
      results.withLock { $0[part] = result }
    }
    return results.withLock { results in (0..<parts).compactMap { results[$0] } }
  }
}
