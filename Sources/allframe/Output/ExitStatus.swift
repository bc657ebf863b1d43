import ArgumentParser

/// How the program ends; the numbers are part of its interface.
enum ExitStatus: Int32 {
  /// All is done.
  case done = 0
  /// The config, the catalog or the disk stands in the way.
  case failed = 1
  /// `--dry-run`: there is something to do.
  case pending = 2
  /// Files that a person changed were left alone.
  case conflicts = 3

  /// The status as the argument parser wants it thrown.
  var code: ExitCode { ExitCode(rawValue) }

  /// What `--help` says of them.
  static let help = """
    Exit status: 0 done, 1 errors, 2 with --dry-run when there is something to do, 3 conflicts, \
    64 wrong arguments.
    """
}
