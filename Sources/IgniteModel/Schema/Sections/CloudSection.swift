import IgniteSyntax

extension Schema {
  /// `[cloud]`: where the platform runs.
  static let cloud: [KeyDeclaration] = [
    KeyDeclaration("cloud", .table, help: "Where the platform runs."),
    KeyDeclaration(
      "cloud.primary", .choice(["aws", "gcp", "fly", "shuttle", "local"]), default: "local",
      help: "The cloud that the platform is made for.", example: "aws"),
    KeyDeclaration(
      "cloud.targets",
      .list(.choice(["aws", "gcp", "fly", "shuttle", "local", "kubernetes"])), default: [],
      help: "Further places it can be deployed to.", example: ["aws", "kubernetes"]),
    KeyDeclaration(
      "cloud.regions", .list(.shaped(.region)), default: [], help: "The regions it runs in.",
      example: ["eu-west-1", "us-east-1"]),
    KeyDeclaration(
      "cloud.prefix", .shaped(.kebabName),
      help: "What the names in a cloud begin with; the platform's name when absent.",
      example: "acme-shop"),
    KeyDeclaration(
      "cloud.iac", .choice(["terraform", "pulumi"]), default: "terraform",
      help: "The tool that sets the infrastructure up.", example: "terraform"),
    KeyDeclaration("cloud.aws", .table, help: "What AWS needs to know."),
    KeyDeclaration(
      "cloud.aws.account_id", .shaped(.accountNumber), effect: .carried,
      help: "The account to deploy to.", example: "${AWS_ACCOUNT_ID}"),
    KeyDeclaration(
      "cloud.aws.runtime", .choice(["lambda", "fargate"]), default: "fargate",
      help: "What runs the services.", example: "lambda"),
    KeyDeclaration(
      "cloud.aws.event_bridge", .boolean, default: false,
      help:
        "Whether events that go over `sqs` are put on a bus of EventBridge, too, which others hear by rules.",
      example: true),
    KeyDeclaration(
      "cloud.aws.event_bridge_days", .integer(1...3650), default: 30, unit: "days",
      switches: ["cloud.aws.event_bridge"],
      help: "How long the bus of EventBridge keeps events, so that they can be played again.",
      example: 90),
    KeyDeclaration("cloud.gcp", .table, help: "What Google Cloud needs to know."),
    KeyDeclaration(
      "cloud.gcp.project_id", .shaped(.region), effect: .carried,
      help: "The project to deploy to.", example: "${GCP_PROJECT}"),
    KeyDeclaration(
      "cloud.gcp.runtime", .choice(["cloud-run"]), default: "cloud-run",
      help: "What runs the services.", example: "cloud-run"),
    KeyDeclaration(
      "cloud.gcp.delivery", .choice(["pull", "push"]), default: "pull",
      help:
        "How services get their events: they ask for them, or Pub/Sub brings them, so that instances may stop.",
      example: "push"),
    KeyDeclaration("cloud.fly", .table, help: "What Fly needs to know."),
    KeyDeclaration(
      "cloud.fly.org", .shaped(.identifier), effect: .carried,
      help: "The organization to deploy to.", example: "${FLY_ORG:-personal}"),
    KeyDeclaration("cloud.shuttle", .table, help: "What Shuttle needed to know."),
    KeyDeclaration(
      "cloud.shuttle.project", .shaped(.identifier), effect: .carried,
      help: "The project to deploy to.", example: "shop"),
  ]
}
