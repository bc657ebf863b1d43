/// What a loop tells about itself: `loop.first`, `loop.last`, `loop.index` from zero and `loop.number`
/// from one.
enum LoopFacts {
  static let shape = RecordShape(
    "loop",
    [
      .init("first", .flag), .init("last", .flag), .init("index", .number),
      .init("number", .number),
    ])

  static func value(index: Int, count: Int) -> TemplateValue {
    .record(
      FixedRecord([
        .flag(index == 0), .flag(index == count - 1), .number(Int64(index)),
        .number(Int64(index + 1)),
      ]))
  }
}
