import Foundation
import IgniteSyntax
import TOMLKit

/// `parse-benchmark FILE…`: MB/s of this project's TOML document and of TOMLKit on the same files, in
/// turns, as the median of the rounds.
@main
enum ParseBenchmark {
  static func main() throws {
    let files = try CommandLine.arguments.dropFirst().map { path in
      (name: path, bytes: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
    }
    for file in files {
      let text = String(decoding: file.bytes, as: UTF8.self)
      let repeats = max(1, 4_000_000 / max(file.bytes.count, 1))
      var ours: [Double] = []
      var theirs: [Double] = []
      for _ in 0..<7 {
        ours.append(
          seconds {
            for _ in 0..<repeats {
              let document = Document.parse(
                Source(name: file.name, bytes: file.bytes), format: .toml)
              precondition(document.diagnostics.isEmpty)
            }
          })
        theirs.append(
          try seconds { for _ in 0..<repeats { _ = try TOMLTable(string: text) } })
      }
      let megabytes = Double(file.bytes.count * repeats) / 1_000_000
      report(file.name, "allframe", megabytes / ours.sorted()[3])
      report(file.name, "TOMLKit", megabytes / theirs.sorted()[3])
    }
  }

  private static func seconds(_ work: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let elapsed = try clock.measure(work)
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
  }

  private static func report(_ file: String, _ parser: String, _ rate: Double) {
    let name = URL(fileURLWithPath: file).lastPathComponent
    print("\(name)\t\(parser)\t\(String(format: "%.1f", rate)) MB/s")
  }
}
