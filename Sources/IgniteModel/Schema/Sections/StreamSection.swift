import IgniteSyntax

extension Schema {
  /// `[services.stream]` of a stream processor.
  static let stream: [KeyDeclaration] = [
    KeyDeclaration("services[].stream", .table, help: "What flows in and out."),
    KeyDeclaration(
      "services[].stream.input_topics", .list(.shaped(.topic)), default: [], role: .consumes,
      help: "Topics that are read; an event's name is its topic.", example: ["OrderPlaced"]),
    KeyDeclaration(
      "services[].stream.output_topics", .list(.shaped(.topic)), default: [],
      role: .publishes, help: "Topics that are written; an event's name is its topic.",
      example: ["RevenueUpdated"]),
    KeyDeclaration("services[].stream.windowing", .table, help: "How time is cut up."),
    KeyDeclaration(
      "services[].stream.windowing.type", .choice(["tumbling", "sliding", "session", "none"]),
      default: "tumbling", help: "How windows follow each other.", example: "sliding"),
    KeyDeclaration(
      "services[].stream.windowing.size", .shaped(.duration), default: "1m",
      help: "How long a window is.", example: "5m"),
    KeyDeclaration(
      "services[].stream.windowing.slide", .shaped(.duration),
      help: "How far a sliding window moves.", example: "1m"),
    KeyDeclaration(
      "services[].stream.windowing.gap", .shaped(.duration),
      help: "The silence that ends a session.", example: "30s"),
    KeyDeclaration(
      "services[].stream.late_arrival_tolerance_seconds", .integer(0...604_800), default: 0,
      unit: "s", help: "How late an event may come and still count.", example: 30),
  ].map { $0.only(for: "stream-processor") }
}
