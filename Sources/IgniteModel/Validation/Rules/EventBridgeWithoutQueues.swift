public import IgniteSyntax

/// EventBridge hears what goes over SNS and SQS on AWS.
public struct EventBridgeWithoutQueues: ValidationRule {
  /// `event-bridge-without-queues`.
  public static let code: Diagnostic.Code = "event-bridge-without-queues"

  /// The rule in one sentence.
  public static let summary = "EventBridge hears what goes over SNS and SQS on AWS."

  /// Why EventBridge depends on the bus.
  public static let explanation = """
    With `cloud.aws.event_bridge` a queue of its own hears all topics of SNS, and a pipe puts what \
    comes there on a bus of EventBridge with an archive, where other accounts and tools hear it by \
    rules. Topics are made where the bus is `sqs`; with another bus there is nothing to hear, and \
    without AWS nobody to hear it.

    Wrong: `[cloud.aws] event_bridge = true` with `[settings] event_bus = "kafka"`.

    Right: `event_bus = "sqs"`, or no `event_bridge`.
    """

  /// Makes the rule.
  public init() {}

  /// An error where the bus is another one, a warning where AWS is no cloud of the platform.
  public func check(_ index: ArchitectureIndex) -> [Diagnostic] {
    guard let asked = index.architecture.settings.boolean("cloud.aws.event_bridge"), asked.value
    else { return [] }
    guard index.clouds.contains(where: { $0.id.value == "aws" }) else {
      var diagnostic = warning(
        "EventBridge is a service of AWS, where this platform does not run", at: asked,
        label: "changes nothing")
      diagnostic.fixes = asked.removal("remove it")
      return [diagnostic]
    }
    guard let bus = index.bus, bus.id.value != "sqs" else { return [] }
    var diagnostic = error(
      "EventBridge hears the topics of `sqs`, and the bus is `\(bus.id.value)`", at: asked,
      label: "there is nothing to hear")
    diagnostic.secondary = bus.id.label("the bus")
    diagnostic.fixes =
      bus.id.fix("use `sqs`", to: .string("sqs"))
      + asked.fix("do without EventBridge", to: .boolean(false))
    return [diagnostic]
  }
}
