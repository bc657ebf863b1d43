import ArgumentParser
import IgniteCatalog
import IgniteGenerator
import IgniteModel
import IgniteSyntax
import IgniteTUI

/// `allframe ignite`: generates a platform.
struct IgniteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ignite",
    abstract:
      "Design a platform in the terminal, or generate it from a config, a template or a name.",
    discussion: """
        allframe ignite                                     opens the wizard, at a terminal
        allframe ignite my-platform                         the same, for a platform of that name
        allframe ignite my-platform --yes                   a small platform to start from, without questions
        allframe ignite --template shop                     from a template (see `allframe list`)
        allframe ignite --template shop --cloud aws         the same, to run on a cloud
        allframe ignite --config architecture.toml          from your config
        allframe ignite --config architecture.toml --diff   what would change, line by line

      Files that you changed are never overwritten: where your changes and new ones touch different \
      lines they are merged, else the file is in conflict and --conflict says what becomes of it.

      \(ExitStatus.help)
      """)

  @Argument(help: "A name for the platform, which is its folder too.")
  var name: String?

  @Option(help: ArgumentHelp("The config; - is standard input.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("A template to start from.", valueName: "id"))
  var template: String?

  @Option(
    help: ArgumentHelp(
      "The cloud to run on. A new platform's config says so, and takes a bus and a database that "
        + "this cloud has in place of embedded ones.", valueName: "id"))
  var cloud: String?

  @Option(
    help: ArgumentHelp(
      "Where the platform goes; by default the config's folder if it was generated there, "
        + "else a folder with the platform's name.", valueName: "folder"))
  var out: String?

  @OptionGroup var options: ConfigOptions

  @Flag(help: "Show the files with what would become of them, and write nothing.")
  var dryRun = false

  @Flag(help: "Show what would change, line by line, and write nothing.")
  var diff = false

  @Option(help: "How the plan and the result are told: text or json.")
  var format: PlanFormat = .text

  @Option(help: "keep, overwrite or side-by-side: what becomes of files in conflict.")
  var conflict: ConflictChoice?

  @Flag(help: "Write files again that you deleted.")
  var restore = false

  @Flag(name: .customLong("no-format"), help: "Leave Rust as the templates made it.")
  var skipsFormatting = false

  @Flag(name: .shortAndLong, help: "Do not ask before writing into a folder with other files.")
  var yes = false

  @Flag(help: "Ask line by line instead of on the whole screen.")
  var plain = false

  func validate() throws {
    if config != nil && template != nil {
      throw ValidationError("Give --config or --template, not both.")
    }
    if config != nil && name != nil {
      throw ValidationError("A config has its own name; give NAME or --config, not both.")
    }
  }

  func run() throws {
    do {
      if opensWizard { return try openWizard() }
      try generate()
    } catch let error as TargetError {
      let report = DiagnosticReport(
        source: Source(name: error.path, bytes: []), diagnostics: [error.diagnostic])
      ReportWriter(format: .text, console: .error).write([report])
      throw ExitStatus.failed.code
    }
  }

  /// A person at a terminal who says only what the platform is called wants to be asked the rest.
  private var opensWizard: Bool {
    if plain { return true }
    let saysMore =
      config != nil || template != nil || cloud != nil || out != nil || dryRun || diff || yes
      || restore
      || skipsFormatting || conflict != nil || format == .json || !options.sets.isEmpty
    return !saysMore && Console.isInteractive && Console.output.isTerminal
  }

  private func openWizard() throws {
    let known = name.flatMap { ConfigChoice.generated($0) }
    let beginning: Wizard.Beginning =
      (config ?? known).map { .file($0) } ?? name.map { .named($0) } ?? .start
    try WizardOpening(overlay: options.overlay, isPlain: plain).open(beginning)
  }

  private func generate() throws {
    let catalog = try OwnEntries.added(to: .builtIn)
    let checked = try checkedConfig(catalog)
    let target = Target(path: out ?? checked.folder ?? checked.config.platformName)
    let resolved = ResolvedArchitecture(checked.config.loaded.architecture)
    let options = ReconcileOptions(conflicts: conflict?.resolution, restoresDeleted: restore)
    let generation = try Generation(in: target, options: options, formatter: formatter)
    let contracts = generation.contracts
    let planned = PlatformPlanner(catalog: catalog)
      .plan(resolved, config: checked.config.loaded.document, keeping: contracts.offered)
    let broken = contracts.check(resolved, plan: planned.plan)
    try require(planned.diagnostics + broken, of: checked.config)
    let teller = GenerationTeller(target: target, format: format)
    teller.tell(generation.recovery)
    let changes = try changeSet(for: planned.plan, generation, teller)
    if dryRun || diff {
      try teller.preview(changes, withDifferences: diff)
    } else {
      if !yes { try teller.confirm(changes) }
      try teller.finish(
        changes, try Emitter(target: target, progress: teller.progress).apply(changes))
    }
  }

  /// The person's rustfmt; the one beside cargo where the path has none.
  private var formatter: RustFormatter? {
    guard !skipsFormatting else { return nil }
    let home = ProcessEnvironment.value(of: "HOME").map { ":\($0)/.cargo/bin" } ?? ""
    return RustFormatter(searching: (ProcessEnvironment.value(of: "PATH") ?? "") + home)
  }

  /// The config, free of errors, and the folder it is to be generated into if that is known.
  private func checkedConfig(
    _ catalog: Catalog
  ) throws -> (config: CheckedConfig, folder: String?) {
    var choice =
      try config.map(ConfigChoice.init(config:))
      ?? ConfigChoice.named(name, template: template, catalog: catalog)
    var loader = options.loader(catalog)
    let place = CloudChoice(cloud, catalog: catalog)
    loader.sets = place.sets(for: choice, loader: loader) + loader.sets
    if choice.isNew && !loader.sets.isEmpty {
      let flagged = CheckedConfig(choice.file, loader: loader)
      try require(flagged.report.diagnostics, of: flagged)
      try choice.adopt(flagged.loaded.architecture.flagged)
      loader.sets = []
    }
    let checked = CheckedConfig(choice.file, loader: loader)
    try require(checked.report.diagnostics, of: checked)
    return (checked, choice.folder ?? (choice.isNew ? name : nil))
  }

  private func changeSet(
    for plan: FilePlan, _ generation: Generation, _ teller: GenerationTeller
  ) throws -> ChangeSet {
    let changes = try generation.changeSet(for: plan)
    guard !changes.hasErrors else {
      let report = DiagnosticReport(
        source: Source(name: generation.target.path, bytes: []), diagnostics: changes.diagnostics)
      ReportWriter(format: .text, console: .error).write([report])
      throw ExitStatus.failed.code
    }
    return changes
  }

  private func require(_ diagnostics: [Diagnostic], of config: CheckedConfig) throws {
    let report = DiagnosticReport(source: config.file.source, diagnostics: diagnostics)
    ReportWriter(format: .text, console: .error).write([report])
    if [report].count(of: .error) > 0 { throw ExitStatus.failed.code }
  }
}

/// What becomes of files in conflict, as the command line says it.
enum ConflictChoice: String, CaseIterable, ExpressibleByArgument {
  case keep, overwrite
  case sideBySide = "side-by-side"

  /// The same for the generator.
  var resolution: ConflictResolution {
    switch self {
    case .keep: .keep
    case .overwrite: .overwrite
    case .sideBySide: .sideBySide
    }
  }
}

/// How a plan is told.
enum PlanFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json
}
