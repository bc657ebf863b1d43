import IgniteSyntax

/// Where one is in the wizard.
enum Route: Hashable, Sendable {
  /// Before there is a config: new, starter, recent, open.
  case start
  /// A step of the walk.
  case step(WizardStep.ID)
  /// A table of its own page: a service, an entity, a job.
  case table(ConfigPath)
}

/// What takes the keys.
enum Focus: Hashable, Sendable {
  case form
  case pane(PaneID)
}
