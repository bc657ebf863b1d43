import IgniteModel
import IgniteSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The person's own `rustfmt`, with its default style whatever configuration lies around.
public struct RustFormatter: Hashable, Sendable {
  /// The edition that is formatted for, which `rustfmt` cannot know from a single file.
  static let edition = "2024"

  /// The path of the program.
  public let executable: String
  /// The seconds after which one call is stopped.
  public let timeout: Double

  /// Takes the path of a `rustfmt`.
  public init(executable: String, timeout: Double = 120) {
    self.executable = executable
    self.timeout = timeout
  }

  /// The first `rustfmt` in the folders of a `PATH`, absent where there is none.
  public init?(searching path: String) {
    for folder in path.split(separator: ":") where folder.utf8.first == UInt8(ascii: "/") {
      let candidate = "\(folder)/rustfmt"
      var information = stat()
      guard stat(candidate, &information) == 0, information.st_mode & S_IFMT == S_IFREG,
        access(candidate, X_OK) == 0
      else { continue }
      self.init(executable: candidate)
      return
    }
    return nil
  }

  /// What became of one source.
  enum Result: Hashable, Sendable {
    /// The source as `cargo fmt` would leave it.
    case formatted([UInt8])
    /// Nothing, for a reason in one line.
    case refused(String)
  }

  /// The results for sources, in their order; `progress` is told on any thread how many are done.
  func results(
    _ sources: [[UInt8]], progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) -> [Result] {
    if sources.isEmpty { return [] }
    do throws(TargetError) {
      let bench = try FormattingBench()
      defer { bench.remove() }
      let batches = Self.batches(of: sources)
      return Workers.map(batches.count, atLeast: 1) { range in
        batches[range].flatMap { batch in
          let results = run(batch, of: sources, on: bench)
          progress(batch.count)
          return results
        }
      }.flatMap { $0 }
    } catch {
      return sources.map { _ in .refused(error.description) }
    }
  }

  /// Enough batches to keep two cores busy, none longer than a command line can be.
  private static func batches(of sources: [[UInt8]]) -> [Range<Int>] {
    let size = min(max(sources.count / 2, 16), 200)
    return stride(from: 0, to: sources.count, by: size).map { start in
      start..<min(start + size, sources.count)
    }
  }

  private func run(
    _ batch: Range<Int>, of sources: [[UInt8]], on bench: FormattingBench
  ) -> [Result] {
    do throws(TargetError) {
      for index in batch { try bench.lay(sources[index], index) }
      let ending = try ChildProcess(
        executable: executable,
        arguments: arguments(bench) + ["--"] + batch.map { bench.path(of: $0) }
      ).run(timeout: timeout)
      if ending.reason == .exited(0) {
        return try batch.map { index throws(TargetError) in .formatted(try bench.take(index)) }
      }
      guard case .exited = ending.reason else { return batch.map { _ in .refused(said(ending)) } }
      return try separate(batch, sources, ending, on: bench)
    } catch {
      return batch.map { _ in .refused(error.description) }
    }
  }

  /// Tells the sources that failed from those that were formatted beside them.
  private func separate(
    _ batch: Range<Int>, _ sources: [[UInt8]], _ ending: ChildProcess.Ending,
    on bench: FormattingBench
  ) throws(TargetError) -> [Result] {
    let named = batch.filter { ending.errors.contains(bench.path(of: $0)) }
    if named.isEmpty {
      let isWorking = try ChildProcess(executable: executable, arguments: ["--version"])
        .run(timeout: timeout)
      guard isWorking.reason == .exited(0) else { return batch.map { _ in .refused(said(ending)) } }
    }
    let suspects = Set(named.isEmpty ? Array(batch) : named)
    return try batch.map { index throws(TargetError) in
      guard suspects.contains(index) else { return .formatted(try bench.take(index)) }
      return try alone(sources[index], index, on: bench)
    }
  }

  /// Formats one source from standard input, where modules in other files are not looked for.
  private func alone(
    _ source: [UInt8], _ index: Int, on bench: FormattingBench
  ) throws(TargetError) -> Result {
    try bench.lay(source, index)
    let output = bench.outputPath(of: index)
    let ending = try ChildProcess(
      executable: executable, arguments: arguments(bench) + ["--emit", "stdout"],
      input: bench.path(of: index), output: output
    ).run(timeout: timeout)
    guard ending.reason == .exited(0) else { return .refused(said(ending)) }
    return .formatted(try bench.takeOutput(index))
  }

  private func arguments(_ bench: FormattingBench) -> [String] {
    ["--edition", Self.edition, "--quiet", "--color", "never", "--config-path", bench.configPath]
  }

  private func said(_ ending: ChildProcess.Ending) -> String {
    switch ending.reason {
    case .timedOut: return "rustfmt took longer than \(Int(timeout)) s and was stopped"
    case .signalled(let signal): return "rustfmt was ended by signal \(signal)"
    case .exited(let status):
      let line = ending.errors.split(separator: "\n").first { !$0.isEmpty }
      return line.map { VisibleText.line($0, limit: 200) } ?? "rustfmt ended with status \(status)"
    }
  }
}
