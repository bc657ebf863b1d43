import ArgumentParser
import IgniteCatalog
import IgniteModel

/// Options that change what a config says without changing its text.
struct ConfigOptions: ParsableArguments {
  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("Apply the overlay [environments.NAME].", valueName: "name"))
  var overlay: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Give a key another value, as in settings.event_bus=redis or services.orders.ports.rest=8090; "
        + "can be repeated.", valueName: "path=value"))
  var sets: [String] = []

  /// Reads configs by the keys of a catalog, with these options and the program's environment.
  func loader(_ catalog: Catalog) -> ArchitectureLoader {
    ArchitectureLoader(
      schema: catalog.schema, environment: ProcessEnvironment.all, overlay: overlay, sets: sets)
  }
}
