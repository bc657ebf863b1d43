import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Shares work over as many threads as are of use.
package enum Workers {
  /// More threads than this only wait for each other in the file system.
  @TaskLocal private static var most = 4

  /// Does work that leaves a core to a person who waits for something else.
  package static func leavingRoom<Result>(_ work: () -> Result) -> Result {
    let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    return $most.withValue(min(max(cores - 1, 1), 4), operation: work)
  }

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
