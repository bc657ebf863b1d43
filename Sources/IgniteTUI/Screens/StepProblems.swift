import IgniteModel
import IgniteSyntax

/// How many errors belong to each step of the walk.
struct StepProblems: Sendable {
  /// The stamp of the analysis that they were counted in.
  private(set) var stamp = -4
  private(set) var counts: [WizardStep.ID: Int] = [:]

  /// Nothing counted yet.
  init() {}

  /// Counts the errors of a text by the key that they point to.
  init(_ analysis: Analysis) {
    stamp = analysis.stamp
    for diagnostic in analysis.diagnostics.prefix(100) where diagnostic.severity == .error {
      guard let span = diagnostic.primary?.span,
        let path = analysis.document.root.path(around: span.start)
      else { continue }
      counts[Self.step(of: path), default: 0] += 1
    }
  }

  private static func step(of path: ConfigPath) -> WizardStep.ID {
    if path.components.first == .key("services") { return .services }
    let text = path.description
    let step = WizardStep.all.first { step in
      step.keys.contains { text == $0 || text.hasPrefix($0 + ".") }
    }
    return step?.id ?? .platform
  }
}

extension AppState {
  /// The service whose page is shown or under the cursor.
  var service: String? {
    let route: Route? =
      if case .button(let button)? = form.rows[safe: cursor], case .open(let target) = button.deed {
        target
      } else {
        self.route
      }
    for case .table(let path) in [route, self.route] {
      guard let index = path.serviceIndex else { continue }
      return analysis.architecture.services.first { $0.path == .service(index) }?.name.value
    }
    return nil
  }
}
