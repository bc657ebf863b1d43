import Foundation

/// Files beside the tests, found from the source so that they need no bundle.
public enum Fixtures {
  /// The folder `name` beside the test file that asks.
  public static func folder(_ name: String, besides file: String = #filePath) -> String {
    URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent(name).path
  }
}
