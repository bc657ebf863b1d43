import Foundation
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteTUI

/// What the wizard does in the person's own folders.
@Suite struct WorldTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private var home: String { scratch.folder.path }

  private func world(_ variables: [String: String] = [:]) -> World {
    let environment = ["HOME": home].merging(variables) { $1 }
    let workshop = Workshop(catalog: Robot.catalog, formatter: nil, wake: {})
    return World(
      workshop, homes: Homes(environment: environment), environment: environment)
  }

  private func write(_ name: String, _ text: String = "") throws {
    let file = scratch.folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  // MARK: Themes

  @Test func remembersTheThemeThatWasChosenNotOneThatWasLookedAt() {
    defer { scratch.remove() }
    var robot = Robot(opening: Sample.clean)
    let world = world()
    _ = world.run(.showTheme("dracula"), robot.state)
    #expect(world.theme == nil)
    _ = world.run(.theme("nord"), robot.state)
    #expect(self.world().theme == "nord")
    robot.hit("escape")
  }

  @Test func showsAThemeBeforeItIsTakenAndGoesBackWithEscape() {
    defer { scratch.remove() }
    var surroundings = Robot(opening: Sample.clean).state
    surroundings.themes = ThemeCatalog.builtInIds
    var state = surroundings
    func hit(_ key: Key) -> [Effect] { Reducer.reduce(&state, .key(key)) }
    _ = hit(Key("t"))
    #expect("nord".flatMap { hit(Key($0)) }.last == .showTheme("nord"))
    #expect(hit(Key(.escape)) == [.showTheme("default-dark")])
    #expect(state.themeID == "default-dark")
    _ = hit(Key("t"))
    for letter in "nord" { _ = hit(Key(letter)) }
    #expect(hit(Key(.enter)) == [.theme("nord")])
    #expect(state.themeID == "nord")
  }

  // MARK: Paths

  @Test func completesPathsAsFarAsThereIsNoDoubt() throws {
    defer { scratch.remove() }
    for name in [
      "shop one.toml", "shop two.yaml", "shop.txt", "übung.yml", ".secret.toml", "deep/er/a.toml",
    ] { try write(name) }
    let blanks = PathCompletion("\(home)/sh", home: nil)
    #expect(blanks.text == "\(home)/shop ")
    #expect(blanks.names == ["shop one.toml", "shop two.yaml"])
    #expect(PathCompletion("~/ü", home: home).text == "~/übung.yml")
    #expect(PathCompletion("~", home: home).text == "~/")
    #expect(PathCompletion("~/de", home: home).text == "~/deep/")
    #expect(PathCompletion("~/deep/", home: home).text == "~/deep/er/")
    #expect(PathCompletion("~/.s", home: home).names == [".secret.toml"])
    #expect(!PathCompletion("~/", home: home).names.contains(".secret.toml"))
    let none = PathCompletion("~/nowhere/x", home: home)
    #expect(none.text == "~/nowhere/x" && none.names.isEmpty)
    let closed = scratch.folder.appendingPathComponent("deep")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: closed.path)
    defer {
      try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: closed.path)
    }
    #expect(PathCompletion("~/deep/x", home: home).names.isEmpty)
  }

  @Test func tabCompletesThePathAndEnterOpensIt() throws {
    defer { scratch.remove() }
    try write("one.toml", Sample.clean)
    try write("other.toml")
    var robot = Robot()
    robot.go(to: "Open a file")
    robot.hit("enter ctrl-u")
    robot.type("~/o")
    robot.hit("tab")
    #expect(robot.asked.last == .complete("~/o"))
    let world = world()
    for action in world.run(.complete("~/o"), robot.state) { robot.take(action) }
    #expect(robot.rows.contains { $0.contains("one.toml") })
    #expect(robot.rows.contains { $0.contains("other.toml") })
    robot.type("n")
    #expect(!robot.rows.contains { $0.contains("other.toml") })
    robot.hit("tab")
    for action in world.run(.complete("~/on"), robot.state) { robot.take(action) }
    robot.hit("enter")
    #expect(robot.asked.last == .open("~/one.toml"))
    for action in world.run(.open("~/one.toml"), robot.state) { robot.take(action) }
    #expect(robot.text == Sample.clean)
    #expect(robot.state.session?.path == "\(home)/one.toml")
  }

  // MARK: Files

  @Test func savingKeepsTheModeAndTheLink() throws {
    defer { scratch.remove() }
    try write("real.toml", Sample.clean)
    let (real, link) = ("\(home)/real.toml", "\(home)/link.toml")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: real)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
    let owner = try FileManager.default.attributesOfItem(atPath: real)[.ownerAccountID] as? Int
    var robot = Robot(opening: Sample.clean, path: link)
    robot.hit("alt-4")
    robot.type("#")
    for action in world().run(.save(link), robot.state) { robot.take(action) }
    #expect(!robot.state.isUnsaved)
    #expect(try String(contentsOfFile: real, encoding: .utf8) == robot.text)
    let attributes = try FileManager.default.attributesOfItem(atPath: real)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    #expect(attributes[.ownerAccountID] as? Int == owner)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == real)
  }

  @Test func savesOverNoFileOfSomebodyElse() throws {
    defer { scratch.remove() }
    try write("taken.toml", "mine = true\n")
    var robot = Robot(opening: Sample.clean)
    for action in world().run(.save("\(home)/taken.toml"), robot.state) { robot.take(action) }
    #expect(robot.state.message?.text.contains("is there already") == true)
    #expect(try String(contentsOfFile: "\(home)/taken.toml", encoding: .utf8) == "mine = true\n")
  }

  @Test func opensTheEditorAtTheLineOfTheField() {
    defer { scratch.remove() }
    var robot = Robot(opening: Sample.clean)
    robot.go(to: "orders")
    robot.hit("enter")
    robot.go(to: "Publishes")
    robot.hit("ctrl-o")
    let line =
      Sample.clean.split(separator: "\n", omittingEmptySubsequences: false)
      .firstIndex { $0.hasPrefix("publishes = [\"OrderPlaced\"]") }.map { $0 + 1 } ?? 0
    #expect(robot.asked.last == .editor(line))
    let command = world(["EDITOR": "nvim -n"]).editorCommand(robot.state, line: line)
    #expect(command?.prefix(3) == ["nvim", "-n", "+\(line)"])
  }

  @Test func takesThePersonsKeysFromTheirFile() throws {
    defer { scratch.remove() }
    try write(".config/allframe/keys.toml", "save = [\"ctrl-k\"]\n")
    let (map, problem) = world().keyMap
    #expect(problem == nil)
    #expect(map.command(for: Key("k", .control), isTyping: false) == .save)
    try write(".config/allframe/keys.toml", "sav = [\"ctrl-k\"]\n")
    #expect(world().keyMap.map == .standard)
    #expect(world().keyMap.problem?.contains("keys.toml:1: there is no command `sav`") == true)
  }
}
