/// Five fields of cron: minute, hour, day of the month, month, day of the week.
public enum CronSchedule {
  /// What is wrong with a schedule in a few words, absent when nothing is.
  public static func problem(in text: String) -> String? {
    guard text.utf8.count <= 255 else { return "it is longer than 255 characters" }
    let parts = text.split { $0 == " " || $0 == "\t" }
    guard parts.count == fields.count else {
      return "it has \(parts.count) \(parts.count == 1 ? "field" : "fields") where five belong"
    }
    for (part, field) in zip(parts, fields) where !field.accepts(part) {
      return "`\(part)` is no \(field.title), which is \(field.range.lowerBound) to "
        + "\(field.range.upperBound)"
    }
    return nil
  }

  private struct Field: Sendable {
    var title: String
    var range: ClosedRange<Int>
    var names: [String] = []

    func accepts(_ text: Substring) -> Bool {
      text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(acceptsElement)
    }

    private func acceptsElement(_ text: Substring) -> Bool {
      let halves = text.split(separator: "/", omittingEmptySubsequences: false)
      guard let span = halves.first, halves.count <= 2 else { return false }
      if halves.count == 2 {
        guard let step = number(halves[1]), (1...range.upperBound).contains(step) else {
          return false
        }
      }
      return span == "*" || acceptsSpan(span)
    }

    private func acceptsSpan(_ text: Substring) -> Bool {
      let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(value)
      switch ends.count {
      case 1: return ends[0] != nil
      case 2:
        guard let first = ends[0], let last = ends[1] else { return false }
        return first <= last
      default: return false
      }
    }

    private func value(_ text: Substring) -> Int? {
      if let place = names.firstIndex(of: text.uppercased()) { return range.lowerBound + place }
      return number(text).flatMap { range.contains($0) ? $0 : nil }
    }

    private func number(_ text: Substring) -> Int? {
      guard text.utf8.allSatisfy(\.isASCIIDigit), text.utf8.count <= 4 else { return nil }
      return Int(text)
    }
  }

  private static let fields = [
    Field(title: "minute", range: 0...59),
    Field(title: "hour", range: 0...23),
    Field(title: "day of the month", range: 1...31),
    Field(
      title: "month", range: 1...12,
      names: [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
      ]),
    Field(
      title: "day of the week", range: 0...7,
      names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
  ]
}
