import IgniteGenerator
import IgniteSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// Generates a platform of small files so that tests can end the process at any moment:
// probe TARGET STATE COUNT. Exit status 0 done, 1 refused; 3 files were left alone.

let arguments = CommandLine.arguments
guard arguments.count == 4, let state = Int(arguments[2]), let count = Int(arguments[3]) else {
  exit(64)
}

/// Every third file is in one state only, so that states differ in files and folders too.
var files: [PlannedFile] = []
for number in 0..<count where number % 3 != state % 3 {
  let text = String(repeating: "file \(number) in state \(state)\n", count: 20 + number % 40)
  files.append(
    PlannedFile(
      path: "services/s\(number / 8)/part \(number % 3)/file-\(number).txt",
      bytes: Array(text.utf8), isExecutable: number % 5 == 0, entry: "probe"))
}
var diagnostics: [Diagnostic] = []
let plan = FilePlan(files, diagnostics: &diagnostics)

do {
  let target = Target(path: arguments[1])
  let changes = try Generation(in: target).changeSet(for: plan)
  for diagnostic in changes.diagnostics { print(diagnostic.message) }
  if changes.hasErrors { exit(1) }
  let outcome = try Emitter(target: target).apply(changes)
  exit(outcome.skipped.isEmpty && changes.openConflicts.isEmpty ? 0 : 3)
} catch {
  print(error)
  exit(1)
}
