import Foundation
import IgniteTestSupport

/// What a terminal showed and when, in the form that asciinema plays (version 2).
struct Recording {
  let width: Int
  let height: Int
  /// Seconds from the start, `o` for output or `m` for a place with a name, and the text.
  private(set) var events: [(time: Double, kind: String, text: String)] = []
  private(set) var time = 0.0

  init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  mutating func wait(_ seconds: Double) { time += seconds }

  mutating func show(_ bytes: some Sequence<UInt8>) {
    let text = String(decoding: Array(bytes), as: UTF8.self)
    if !text.isEmpty { events.append((time, "o", text)) }
  }

  mutating func mark(_ name: String) { events.append((time, "m", name)) }

  var names: [String] { events.filter { $0.kind == "m" }.map(\.text) }

  /// What is seen at the end.
  var screen: VirtualTerminal {
    var screen = VirtualTerminal(width: width, height: height)
    for event in events where event.kind == "o" { screen.read(Array(event.text.utf8)) }
    return screen
  }

  // MARK: The file

  var text: String {
    let head: [String: Any] = [
      "version": 2, "width": width, "height": height, "title": "AllFrame Ignite: the wizard",
      "env": ["TERM": "xterm-256color"],
    ]
    return
      ([Self.line(head)]
      + events.map { event in
        let seconds = Decimal(string: String(Int(event.time * 1000) / 10)) ?? 0
        return Self.line([seconds / 100, event.kind, event.text])
      }).joined(separator: "\n") + "\n"
  }

  private static func line(_ value: Any) -> String {
    let data = try? JSONSerialization.data(
      withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
    return data.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Reads a file; nothing where it is none that can be played.
  init?(text: String) {
    let lines = text.split(separator: "\n").map { line in
      try? JSONSerialization.jsonObject(with: Data(line.utf8))
    }
    guard let head = lines.first as? [String: Any], head["version"] as? Int == 2,
      let width = head["width"] as? Int, let height = head["height"] as? Int
    else { return nil }
    self.init(width: width, height: height)
    for line in lines.dropFirst() {
      guard let event = line as? [Any], event.count == 3, let time = event[0] as? Double,
        let kind = event[1] as? String, let text = event[2] as? String, time >= self.time
      else { return nil }
      events.append((time, kind, text))
      self.time = time
    }
  }
}
