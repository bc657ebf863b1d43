import IgniteGenerator
import IgniteSyntax

/// What would be written, as far as it is worked out.
struct PlanState: Sendable {
  /// The revision of the text that it was worked out for.
  var revision = -1
  /// How many plans there were before this one.
  var count = 0
  var isRunning = false
  /// The folder that would be written to, where it is known.
  var target: String?
  /// Absent while nothing can be written.
  var changeSet: ChangeSet?
  /// What stands in the way.
  var diagnostics: [Diagnostic] = []
}

/// A file that somebody wants to look at.
struct FileReading: Sendable {
  let asked: Change
  /// The same with its contents; absent where the config has changed meanwhile.
  let held: Change?
}

/// How far writing is.
struct GenerateState: Sendable {
  var phase = ""
  var done = 0
  var total = 0
  var lines: [String] = []
  var isFinished = false
  var hasFailed = false
  /// What to do next.
  var next: [String] = []
}
