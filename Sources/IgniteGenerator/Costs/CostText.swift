import IgniteCatalog
import IgniteSyntax

/// An estimate as tables for people.
public enum CostText {
  /// The text, which ends with a line end.
  public static func render(_ estimate: CostEstimate) -> String {
    guard !estimate.targets.isEmpty else {
      return
        "no cloud: set `cloud.primary` or `cloud.targets` to one that `allframe list clouds` tells\n"
    }
    return estimate.targets.map { target($0, estimate.assumptions) }.joined(separator: "\n")
  }

  private static func target(
    _ target: CostEstimate.Target, _ assumptions: CostEstimate.Assumptions
  ) -> String {
    guard let prices = target.prices else {
      return "\(target.title): the catalog has no prices for it\n"
    }
    let places = target.regions.isEmpty ? "" : " in \(target.regions.joined(separator: ", "))"
    var text = "\(target.title)\(places): an estimate in \(prices.currency) a month\n\n"
    var rows = [["service", "what", "at least", "at most"]]
    rows += target.lines.map {
      [VisibleText.line($0.service ?? "(shared)"), $0.what, amount($0.least), amount($0.most)]
    }
    rows.append(["total", "", amount(target.least), amount(target.most)])
    text += table(rows)
    text += "\n" + assumed(assumptions, prices)
    let uncounted = target.uncounted.map { "  \($0)\n" }.joined()
    if !uncounted.isEmpty { text += "Not counted:\n\(uncounted)" }
    let sources = Set(prices.prices.map { "  \($0.source) as of \($0.date)\n" }).sorted()
    let region = prices.region.map { " of \($0)" } ?? ""
    return text
      + "Prices\(region), without taxes, discounts and free shares; what the cloud asks today may differ:\n"
      + sources.joined()
  }

  private static func assumed(_ assumptions: CostEstimate.Assumptions, _ prices: PriceTable)
    -> String
  {
    var text = "At least: nobody calls. At most: all instances run all the time, and "
    text += "\(Int(assumptions.requestsPerSecond)) requests a second\ncome from outside "
    text +=
      "(testing.load_testing.baseline_rps), each answered with \(Int(assumptions.answer)) KB. "
    text += "A month has \(Int(prices.hours)) hours,\na volume \(Int(assumptions.volume)) GB.\n"
    let quantities = Set(prices.prices.map(\.quantity))
    if quantities.contains(.publications) || quantities.contains(.deliveries) {
      text += "One request in \(Int((1 / assumptions.publications).rounded())) publishes an event. "
    }
    if quantities.contains(.logs) {
      text += "A request leaves \(Int(assumptions.logs)) KB of logs.\n"
    }
    return text
  }

  /// Two digits, so that columns line up.
  static func amount(_ value: Double) -> String {
    let cents = Int64((value * 100).rounded())
    return "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
  }

  private static func table(_ rows: [[String]]) -> String {
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        return column < 2 ? cell + blanks : blanks + cell
      }
      return "  " + cells.joined(separator: "  ") + "\n"
    }.joined()
  }
}
