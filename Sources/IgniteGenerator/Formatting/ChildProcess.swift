import CSystem
import IgniteSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A program that is run to its end, without a shell and never longer than it is given.
struct ChildProcess {
  /// How a run ended.
  struct Ending: Hashable {
    /// Why it ended.
    enum Reason: Hashable {
      /// With an exit status.
      case exited(Int32)
      /// By a signal.
      case signalled(Int32)
      /// It took too long and was stopped.
      case timedOut
    }

    /// Why it ended.
    let reason: Reason
    /// What it said on standard error, cut after 64 KiB.
    let errors: String
  }

  private static let mostErrors = 1 << 16

  /// The path of the program.
  let executable: String
  /// The arguments after the program's name.
  let arguments: [String]
  /// The file that is standard input.
  var input = "/dev/null"
  /// The file that standard output is written to.
  var output = "/dev/null"

  /// Runs the program for at most `timeout` seconds.
  func run(timeout: Double) throws(TargetError) -> Ending {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .refused(executable) }
    let reader = Descriptor(owning: ends[0])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let child: pid_t
    do throws(TargetError) {
      child = try spawn(errors: ends[1])
      close(ends[1])
    } catch {
      close(ends[1])
      throw error
    }
    return Self.watch(child, reader, until: Self.now() + timeout)
  }

  private func spawn(errors: Int32) throws(TargetError) -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    // A group of its own, so that what it starts in turn is stopped with it.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var child = pid_t()
    var code: Int32 = 0
    // A program that was just installed is busy until whoever wrote it lets go of it.
    for _ in 0..<20 {
      code = posix_spawn(
        &child, executable, &actions, &attributes, words, allframe_environment())
      guard code == ETXTBSY else { break }
      usleep(10_000)
    }
    guard code == 0 else { throw .refused(executable, code) }
    return child
  }

  private static func watch(_ child: pid_t, _ reader: Descriptor, until end: Double) -> Ending {
    var errors: [UInt8] = []
    var isOpen = true
    while isOpen, now() < end { isOpen = read(reader, until: end, into: &errors) }
    let text = { String(decoding: errors, as: UTF8.self) }
    // Its end of the pipe closed, so it has ended, or is about to.
    while !isOpen, now() < end {
      if let reason = ended(child, WNOHANG) { return Ending(reason: reason, errors: text()) }
      usleep(500)
    }
    kill(-child, SIGKILL)
    kill(child, SIGKILL)
    _ = ended(child, 0)
    return Ending(reason: .timedOut, errors: text())
  }

  /// Reads what is there; false when there will be no more.
  private static func read(
    _ reader: Descriptor, until end: Double, into errors: inout [UInt8]
  ) -> Bool {
    var ready = pollfd(fd: reader.number, events: Int16(POLLIN), revents: 0)
    let wait = Int32(max(0, min((end - now()) * 1000, 1000)))
    guard poll(&ready, 1, wait) > 0 else { return true }
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    #if canImport(Glibc)
      let count = Glibc.read(reader.number, &chunk, chunk.count)
    #elseif canImport(Musl)
      let count = Musl.read(reader.number, &chunk, chunk.count)
    #else
      let count = Darwin.read(reader.number, &chunk, chunk.count)
    #endif
    if count < 0 { return errno == EINTR }
    errors += chunk.prefix(min(count, mostErrors - errors.count))
    return count > 0
  }

  private static func ended(_ child: pid_t, _ options: Int32) -> Ending.Reason? {
    var status: Int32 = 0
    while true {
      let found = waitpid(child, &status, options)
      if found == child { break }
      if found == 0 { return nil }
      if errno != EINTR { return .exited(-1) }
    }
    let signal = status & 0x7f
    return signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
  }

  /// Seconds on a clock that nobody sets.
  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
