/// The workflow of a saga orchestrator.
public struct Saga: Sendable {
  /// The workflow's name, if it has one.
  public var name: Sourced<String>?
  /// Its steps in order.
  public var steps: [Step]
  /// The names that `compensation` lists, in the order of the steps.
  public var compensation: [Sourced<String>]

  /// Makes a workflow.
  public init(name: Sourced<String>?, steps: [Step], compensation: [Sourced<String>]) {
    self.name = name
    self.steps = steps
    self.compensation = compensation
  }

  /// One step of a workflow.
  public struct Step: Sendable {
    /// Its name.
    public var name: Sourced<String>
    /// The service that does it, if the step names one.
    public var service: Sourced<String>?
    /// What is asked of that service.
    public var action: Sourced<String>?
    /// What undoes it, from the step itself or from the list beside the steps.
    public var compensation: Sourced<String>?
    /// How long it may take, in seconds.
    public var timeoutSeconds: Sourced<Int64>?

    /// What a step can ask of each kind of entity of its service: `create_order`.
    public static let verbs = ["create", "fetch", "update", "remove"]

    /// Whether it only looks at what another service has, so that there is nothing to undo.
    public var isReading: Bool {
      guard service != nil, let action else { return false }
      return Naming.snake(action.value).hasPrefix("fetch_")
    }

    /// Makes a step.
    public init(
      name: Sourced<String>, service: Sourced<String>? = nil, action: Sourced<String>? = nil,
      compensation: Sourced<String>? = nil, timeoutSeconds: Sourced<Int64>? = nil
    ) {
      self.name = name
      self.service = service
      self.action = action
      self.compensation = compensation
      self.timeoutSeconds = timeoutSeconds
    }
  }
}
