import IgniteCatalog
import IgniteSyntax

/// An estimate as JSON for other programs.
public enum CostJSON {
  /// The estimate with its assumptions and the sources of its prices.
  public static func render(_ estimate: CostEstimate) -> String {
    let assumptions = estimate.assumptions
    return JSONText.pretty([
      "is_estimate": .boolean(true),
      "assumptions": [
        "requests_per_second": .number(assumptions.requestsPerSecond),
        "answer_kb": .number(assumptions.answer), "volume_gb": .number(assumptions.volume),
        "events_per_request": .number(assumptions.publications),
        "logs_kb_per_request": .number(assumptions.logs),
      ],
      "targets": .array(estimate.targets.map(target)),
    ])
  }

  private static func target(_ target: CostEstimate.Target) -> JSONValue {
    let prices = target.prices
    return [
      "cloud": .string(target.cloud), "regions": texts(target.regions),
      "currency": prices.map { JSONValue.string($0.currency) } ?? .null,
      "prices_of": prices?.region.map { JSONValue.string($0) } ?? .null,
      "hours_a_month": prices.map { JSONValue.number($0.hours) } ?? .null,
      "least": money(target.least), "most": money(target.most),
      "lines": .array(target.lines.map(line)), "uncounted": texts(target.uncounted),
      "prices": .array((prices?.prices ?? []).map(price)),
    ]
  }

  private static func line(_ line: CostEstimate.Line) -> JSONValue {
    [
      "service": line.service.map { JSONValue.string($0) } ?? .null, "what": .string(line.what),
      "least": money(line.least), "most": money(line.most),
    ]
  }

  private static func price(_ price: PriceTable.Price) -> JSONValue {
    [
      "quantity": .string(price.quantity.rawValue),
      "label": .string(price.label), "only": texts(price.only),
      "source": .string(price.source), "date": .string(price.date),
    ]
  }

  private static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

  private static func money(_ value: Double) -> JSONValue { .number((value * 100).rounded() / 100) }
}
