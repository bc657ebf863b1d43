import Foundation
import IgniteTestSupport
import Testing

/// The walk that `scripts/record.sh` records: from nothing to a platform that is written.
@Suite(.serialized) struct RecordingTests {
  private static let file = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/wizard.cast")

  @Test func walksFromNothingToAPlatform() throws {
    let home = try WizardHome()
    defer { home.remove() }
    var walk = Walk(home)
    walk.run()
    try #require(walk.isWhole)
    #expect(walk.session.exitStatus() == 0)
    let config = try home.program.read("shop/architecture.toml")
    #expect(config.contains("consumes = [\"OrderPlaced\"]"))
    if ProcessInfo.processInfo.environment["IGNITE_RECORD"] == "1" {
      try walk.recording.text.write(to: Self.file, atomically: true, encoding: .utf8)
      Issue.record("recorded docs/wizard.cast")
      return
    }
    let recorded = try #require(
      Recording(text: String(contentsOf: Self.file, encoding: .utf8)))
    #expect(recorded.names == walk.recording.names)
    #expect(recorded.screen.unknown.isEmpty)
  }

  @Test func theRecordingCanBePlayed() throws {
    let text = try String(contentsOf: Self.file, encoding: .utf8)
    let recorded = try #require(Recording(text: text))
    #expect(recorded.screen.modes.isSubset(of: [7, 8, 25]))
    var seen: [String] = []
    var screen = VirtualTerminal(width: recorded.width, height: recorded.height)
    for event in recorded.events {
      if event.kind == "m" { seen.append(screen.picture) }
      screen.read(Array((event.kind == "o" ? event.text : "").utf8))
    }
    for (picture, words) in zip(
      seen, ["Start from nothing", "orders", "OrderPlaced", "crates/"])
    { #expect(picture.contains(words)) }
    #expect(seen.last?.contains("cargo run -p dev") == true)
    #expect(!text.contains("/tmp/"))
  }
}

/// A person who knows where they are going.
private struct Walk {
  let session: TerminalSession
  private(set) var recording = Recording(width: 120, height: 36)
  private var shown = 0
  /// Whether every step showed what it should.
  private(set) var isWhole = true

  init(_ home: WizardHome) {
    session = home.open(
      "ignite", variables: ["COLORTERM": "truecolor"], width: 120, height: 36)
  }

  mutating func run() {
    see("Start from nothing", "start")
    hit("\r", "my-platform")
    hit("\r", "Esc as it was")
    type("\u{15}shop")
    hit("\r", "shop")
    hit("\u{1B}[1;3C", "No service yet")
    addService("orders")
    addEntity()
    publish()
    addService("mail")
    consume()
    look()
    write()
  }

  private mutating func addService(_ name: String) {
    hit("a", "What kind of service?")
    type("stateless")
    hit("\r", "What is the service called?")
    type(name)
    hit("\r", "Responsibility")
  }

  private mutating func addEntity() {
    hit("a", "What is the entity called?")
    type("Order")
    hit("\r", "+ add field")
    hit("a", "What is the field called?")
    type("total_cents i64")
    hit("\r", "total_cents")
    hit("\u{1B}", "Responsibility")
    mark("a service with an entity")
  }

  private mutating func publish() {
    go(to: "Publishes")
    hit("\r", "type to find one")
    type("OrderPlaced")
    hit("\r", "OrderPlaced")
    hit("\u{1B}", "+ add a service")
  }

  private mutating func consume() {
    go(to: "Consumes")
    hit("\r", "type to find one")
    hit(" ", "OrderPlaced")
    hit("\r", "OrderPlaced")
    mark("an event between two services")
  }

  private mutating func look() {
    hit("\u{1B}3", "crates/")
    mark("the files")
    hit("\u{1B}4", "consumes = [")
    hit("\u{1B}1", "Responsibility")
  }

  private mutating func write() {
    hit("\u{7}", "Write the platform")
    see(" new", "before it is written")
    go(to: "Write the platform")
    hit("\r", "cargo run -p dev")
    mark("written")
    hit("\u{1B}[21~", "")
  }

  // MARK: Steps

  private mutating func mark(_ name: String) {
    recording.mark(name)
    recording.wait(1.2)
  }

  private mutating func see(_ text: String, _ name: String) {
    check(text)
    take()
    mark(name)
  }

  /// Built for debugging beside other tests, files take their time.
  private mutating func check(_ text: String) {
    guard isWhole else { return }
    isWhole = session.shows(text, seconds: 240)
    #expect(isWhole, "\(text)\n\(session.screen.picture)")
  }

  private mutating func hit(_ keys: String, _ text: String) {
    recording.wait(0.5)
    session.send(keys)
    session.settle(milliseconds: 60)
    check(text)
    take()
  }

  private mutating func type(_ text: String) {
    for character in text {
      session.send(String(character))
      session.settle(milliseconds: 25)
      recording.wait(0.07)
      take()
    }
  }

  private mutating func go(to row: String) {
    session.send("\u{1B}[H")
    for _ in 0..<60 {
      session.settle(milliseconds: 40)
      take()
      if session.screen.picture.contains("› \(row)") { return }
      recording.wait(0.12)
      session.send("\u{1B}[B")
    }
    isWhole = false
    Issue.record("no row \(row)\n\(session.screen.picture)")
  }

  private mutating func take() {
    session.settle(milliseconds: 20)
    recording.show(session.output[shown...])
    shown = session.output.count
  }
}
