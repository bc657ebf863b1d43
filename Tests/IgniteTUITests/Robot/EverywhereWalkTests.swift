import IgniteCatalog
import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteTUI

/// What is the same on every page: where one is, how to leave, how to find, and that nothing blocks.
@Suite struct EverywhereWalkTests {
  @Test func everyPageSaysWhereOneIsWhatIsUnsavedAndWhichKeysWork() {
    var robot = Robot(opening: Sample.shop)
    robot.take(.command(.pane4))
    robot.type("# mine")
    robot.hit("enter alt-1")
    robot.take(.command(.previousStep))
    for step in WizardStep.all {
      #expect(robot.state.step?.id == step.id)
      let rows = robot.rows
      #expect(rows[0].contains("shop › \(step.title)"))
      #expect(rows[0].contains("unsaved"))
      #expect(rows[1].contains("5 Problems ✗2 !1"))
      #expect(rows[23].contains("F1 help"))
      #expect(rows[23].contains("Enter") || rows[23].contains("next step"))
      robot.hit("alt-right")
    }
  }

  @Test func stepsCanBeTakenInAnyOrderWhateverIsWrong() {
    var robot = Robot(opening: "[architecture]\nname = \"No Name\"\n\n[[services]]\nname = \"a\"\n")
    #expect(robot.state.analysis.errorCount > 0)
    for step in WizardStep.all.reversed() {
      robot.take(.command(.palette))
      robot.type("go to \(step.title)")
      robot.hit("enter")
      #expect(robot.state.step?.id == step.id)
    }
    robot.take(.command(.nextStep))
    robot.go(to: "a")
    robot.hit("enter")
    robot.go(to: "Name")
    robot.hit("enter")
    robot.type(" ?")
    robot.hit("enter escape")
    #expect(robot.state.route == .step(.services))
  }

  @Test func escapeClosesOneLevelAndNeverQuits() {
    var robot = Robot(opening: Sample.shop)
    robot.go(to: "orders")
    robot.hit("enter alt-2 f1")
    robot.hit("escape")
    #expect(robot.state.overlays.isEmpty)
    #expect(robot.state.focus == .pane(.graph))
    robot.hit("escape")
    #expect(robot.state.focus == .form)
    robot.hit("escape")
    #expect(robot.state.route == .step(.services))
    let before = robot.asked.count
    robot.hit("escape escape escape")
    #expect(robot.asked.count == before)
    #expect(!robot.state.isFinished)
    #expect(robot.state.message?.text.contains("F10 quits") == true)
  }

  @Test func asksBeforeItLeavesWhatIsUnsaved() {
    for key in ["ctrl-c", "f10", "ctrl-q"] {
      var robot = Robot(opening: Sample.shop)
      robot.hit("alt-4")
      robot.type("#")
      robot.hit(key)
      #expect(robot.rows.contains { $0.contains("Leave with unsaved changes?") })
      robot.hit("4")
      #expect(!robot.asked.contains(.quit))
    }
  }

  @Test func savesFromAnyPage() {
    for step in WizardStep.all {
      var robot = Robot(opening: Sample.shop)
      robot.take(.command(.palette))
      robot.type("go to \(step.title)")
      robot.hit("enter ctrl-s")
      #expect(robot.asked.last == .save("architecture.toml"))
    }
  }

  /// Half a value is no reason to tell anybody, and no reason to stop.
  @Test func tellsWhatIsWrongWithAFieldWhenItIsLeft() {
    var robot = Robot(opening: Sample.clean)
    robot.go(to: "orders")
    robot.hit("enter")
    robot.go(to: "Responsibility")
    robot.hit("enter")
    robot.type("Sells ${X")
    #expect(robot.text.contains("${X"))
    #expect(robot.rows[1].contains("✗1"))
    #expect(!robot.rows.contains { $0.contains("✗ ") })
    robot.hit("enter")
    #expect(robot.rows.contains { $0.contains("✗ ") })
    // It was shown already, so it stays in view until it is mended.
    robot.go(to: "Responsibility")
    robot.hit("enter")
    #expect(robot.rows.contains { $0.contains("✗ ") })
    robot.hit("ctrl-u")
    robot.type("Sells")
    #expect(!robot.rows.contains { $0.contains("✗ ") })
  }

  /// A letter is seen before anybody has worked out what it means; what was found elsewhere stays.
  @Test func judgesBehindTheFrame() {
    var robot = Robot(opening: Sample.shop)
    robot.go(to: "gateway")
    robot.hit("enter")
    robot.go(to: "Responsibility")
    robot.hit("enter")
    var state = robot.state
    let found = state.analysis.diagnostics
    #expect(found.count > 2)
    for letter in "Leads" {
      let effects = Reducer.reduce(&state, .key(Key(letter)))
      #expect(effects.contains(.judge) && !effects.contains(.plan))
      #expect(!state.isJudged)
    }
    #expect(state.session?.document.source.text.contains("\"Leads\"") == true)
    #expect(state.analysis.diagnostics == found)
    #expect(Reducer.reduce(&state, .judge) == [.plan])
    #expect(state.isJudged)
    let moved = state.analysis.diagnostics
    #expect(moved.map(\.message) == found.map(\.message) && moved != found)
    #expect(Reducer.reduce(&state, .judge).isEmpty)
    // Everything but typing waits for the rules.
    _ = Reducer.reduce(&state, .key(Key("!")))
    _ = Reducer.reduce(&state, .key(Key(.enter)))
    #expect(state.isJudged)
  }

  /// Letters that come and go between two frames leave no key behind.
  @Test func forgetsWhatIsTakenBackBeforeItIsJudged() {
    var robot = Robot(opening: Sample.shop)
    robot.go(to: "gateway")
    robot.hit("enter")
    robot.go(to: "Responsibility")
    var state = robot.state
    let before = state.session?.document.source.bytes
    for key in [Key(.enter), Key("x"), Key("y"), Key(.backspace), Key(.backspace)] {
      _ = Reducer.reduce(&state, .key(key))
    }
    #expect(!state.isJudged && state.session?.document.source.bytes == before)
    _ = Reducer.reduce(&state, .key(Key(.enter)))
    #expect(state.isJudged && state.analysis.document.source.bytes == before)
  }

  @Test func searchesServicesEntitiesEventsAndSteps() {
    for (word, route) in [
      ("paym", Route.table(.service(3))), ("Resil", .step(.resilience)),
      ("entity of", .table(ConfigPath.service(1).appending("entities").appending(0))),
    ] {
      var robot = Robot(opening: Sample.clean)
      robot.hit("/")
      robot.type(word)
      robot.hit("enter")
      #expect(robot.state.route == route, "\(word)")
    }
    var robot = Robot(opening: Sample.clean)
    robot.hit("/")
    robot.type("OrderPlaced")
    robot.hit("enter")
    #expect(robot.state.field?.label == "Publishes")
  }

  @Test func everyCommandIsInThePaletteWithItsKeys() {
    var robot = Robot(opening: Sample.clean)
    robot.hit("ctrl-p")
    robot.type("undo")
    #expect(robot.rows.contains { $0.contains("› undo") && $0.contains("Alt-U") })
    robot.hit("escape")
    robot.hit("alt-4")
    robot.type("#")
    robot.hit("ctrl-p")
    robot.type("undo")
    robot.hit("enter")
    #expect(robot.text == Sample.clean)
  }

  @Test func copiesThePathOfTheFieldOrTheFile() {
    var robot = Robot(opening: Sample.clean, path: "/tmp/shop.toml")
    robot.hit("y")
    #expect(robot.asked.last == .copy("/tmp/shop.toml"))
    robot.go(to: "orders")
    robot.hit("enter")
    robot.go(to: "Publishes")
    robot.hit("y")
    #expect(robot.asked.last == .copy("services[1].publishes"))
    #expect(robot.state.message?.text == "copied services[1].publishes")
    robot.hit("alt-2 y")
    #expect(robot.asked.last == .copy("orders"))
  }

  // MARK: Steps

  /// A step with nothing to decide says so instead of asking what changes nothing.
  @Test func saysWhereNothingIsToBeDecided() {
    var robot = Robot(opening: Sample.clean)
    robot.take(.command(.previousStep))
    for step in WizardStep.all where ![.services, .review, .generate].contains(step.id) {
      robot.take(.command(.palette))
      robot.type("go to \(step.title)")
      robot.hit("enter")
      let hasFields = robot.state.form.rows.contains { $0.field != nil }
      let isSaid = robot.state.form.rows.contains {
        if case .text(let text) = $0 { text.hasPrefix("Nothing to decide here") } else { false }
      }
      #expect(hasFields != isSaid, "\(step.id)")
    }
  }

  @Test func eachWayOfMessagingSaysWhatItIs() {
    var robot = Robot(opening: Sample.clean)
    robot.hit("alt-right")
    let asked = robot.state.form.rows.compactMap(\.field).filter { field in
      field.path.dotted == "settings.event_bus" || "\(field.path)".hasSuffix("messaging.pattern")
    }
    #expect(asked.count >= 2)
    for field in asked {
      guard case .choice(let choices, _) = field.control else {
        Issue.record("\(field.path) is no choice")
        continue
      }
      #expect(choices.count > 1)
      #expect(choices.allSatisfy { !$0.summary.isEmpty }, "\(field.path)")
    }
  }

  /// A key that is declared and changes something is asked: there is no code for it here.
  @Test func asksForADeclaredKeyWithoutCode() {
    let declaration = KeyDeclaration(
      "services[].sparkle", .integer(1...9), default: 3, help: "How much it sparkles.", example: 4)
    let schema = Robot.catalog.schema.adding([declaration])
    var state = AppState(
      Surroundings(
        catalog: Robot.catalog, loader: ArchitectureLoader(schema: schema),
        explanation: { _ in nil }))
    let key = Reach.Key(pattern: declaration.path, archetype: "stateless", cloud: nil)
    for reach in [Reach(keys: []), Reach(keys: [key])] {
      _ = Reducer.reduce(&state, .reached(reach))
      let document = Document.parse(Source(name: "a.toml", text: Sample.clean), format: .toml)
      _ = Reducer.reduce(
        &state,
        .open(document, path: nil, savedBytes: nil, route: .table(.service(0))))
      let field = state.form.rows.compactMap(\.field).first { $0.label == "Sparkle" }
      #expect((field != nil) == (reach != Reach(keys: [])))
      #expect(field?.valueText ?? "3" == "3")
    }
  }
}
