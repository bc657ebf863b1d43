import Foundation

/// How long each stage took, every time it ran.
struct StageTimes {
  private var stages: [String] = []
  private var times: [String: [Duration]] = [:]

  /// Runs a stage and keeps its time.
  mutating func measure<Result>(
    _ stage: String, _ work: () throws -> Result
  ) rethrows -> Result {
    var result: Result?
    let time = try ContinuousClock().measure { result = try work() }
    if times[stage] == nil { stages.append(stage) }
    times[stage, default: []].append(time)
    guard let result else { preconditionFailure("the work gave nothing") }
    return result
  }

  /// Prints a line for each stage.
  func print() {
    for stage in stages {
      let sorted = (times[stage] ?? []).sorted()
      let late = min(sorted.count - 1, sorted.count * 99 / 100)
      let figures = [sorted[0], sorted[sorted.count / 2], sorted[late]].map(milliseconds)
      Swift.print(
        "\(stage)\tleast \(figures[0])\tmedian \(figures[1])\tp99 \(figures[2])")
    }
  }

  private func milliseconds(_ time: Duration) -> String {
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    return String(format: "%.2f ms", 1000 * seconds)
  }
}

extension String {
  /// The text of a file.
  init(contentsOfFileAt path: String) throws {
    self.init(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }
}
