import IgniteModel

/// How much of a service runs in one place.
struct ScaleFacts: Hashable, Sendable {
  /// In 1/1000 of a processor.
  let cpuMillis: Int64
  /// In MiB.
  let memory: Int64
  /// The instances that always run; one where its data is a file.
  let least: Int64
  /// The instances that run at most.
  let most: Int64
}

extension ServiceFacts {
  /// How much of it runs where instances are not stopped while nobody calls.
  var scale: ScaleFacts {
    let settings = resolved.service.settings
    let cpu = settings.integer("cloud.cpu")?.value ?? 256
    let least = hasVolume ? 1 : max(settings.integer("cloud.min_instances")?.value ?? 1, 1)
    let most = hasVolume ? 1 : max(settings.integer("cloud.max_instances")?.value ?? 4, least)
    return ScaleFacts(
      cpuMillis: (cpu * 1000 + 1023) / 1024,
      memory: settings.integer("cloud.memory_mb")?.value ?? 512, least: least, most: most)
  }
}

/// What templates can say about how much of a service runs.
enum ScaleContext {
  static let record = RecordDeclaration<ScaleFacts>(
    "scale",
    [
      .number("cpu_millis") { $0.cpuMillis },
      .number("memory_mb") { $0.memory },
      .number("least") { $0.least },
      .number("most") { $0.most },
      .flag("varies") { $0.least < $0.most },
    ])
}
