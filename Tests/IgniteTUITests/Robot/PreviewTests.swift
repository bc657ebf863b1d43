import Foundation
import IgniteCatalog
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

@testable import IgniteGenerator
@testable import IgniteTUI

/// Whatever is edited, a look that remembers earlier ones sees what a look that knows nothing sees.
struct PreviewTests {
  private static let starts: [(text: String, edits: Int)] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../EndToEnd/architectures")
    let everything = try? String(
      contentsOf: root.appendingPathComponent("everything.toml"), encoding: .utf8)
    let starters = Robot.catalog.starters.map {
      (String(decoding: $0.architecture.bytes, as: UTF8.self), 12)
    }
    return [(everything ?? "", 5)] + starters
  }()

  /// Keys, services, what the person does to files and what is written between, in any order.
  @Test func seesWhatAFreshLookSees() throws {
    var generator = SeededGenerator(seed: 7)
    for (text, edits) in Self.starts {
      var walk = try Walk(text)
      for _ in 0..<edits {
        walk.edit(&generator)
        try walk.disturb(&generator)
        try walk.check()
      }
      #expect(walk.compared > edits / 2)
    }
  }

  @Test func rendersOnlyWhatAnEditChanges() throws {
    let walk = try Walk(Self.services(40))
    try walk.check()
    let before = walk.planned
    let path = ConfigPath.service(17).appending("responsibility")
    let edited = walk.applying([.set(path, "Something else")])
    try edited.check()
    let changed = Set(zip(before, edited.planned).filter { $0 != $1 }.map(\.1.path))
    #expect(changed.contains { $0.hasPrefix("services/service-17/") })
    #expect(!changed.contains { $0.hasPrefix("services/service-5/") })
  }

  @Test func showsRustAsItIsWritten() throws {
    let formatter = try #require(
      RustFormatter(searching: ProcessInfo.processInfo.environment["PATH"] ?? ""))
    let walk = try Walk(Self.services(1), formatter: formatter)
    let first = try walk.look()
    let changes = try #require(first.changes).changes.filter { $0.path.hasSuffix("/lib.rs") }
    let shown = walk.preview.holding(changes).compactMap { $0?.after }
    #expect(shown.count == changes.count)
    try walk.write(formatter)
    let written = try changes.map {
      [UInt8](try Data(contentsOf: walk.folder.appendingPathComponent($0.path)))
    }
    #expect(shown == written)
    let second = try walk.look()
    #expect(second.unsettled.isEmpty)
    #expect(second.changes?.isEmpty == true)
  }

  @Test func judgesByFormattedBytes() throws {
    let formatter = try #require(
      RustFormatter(searching: ProcessInfo.processInfo.environment["PATH"] ?? ""))
    let walk = try Walk(Self.services(1), formatter: formatter)
    try walk.write(formatter)
    // Without the manifest nothing is known of the files, but that they are there.
    try FileManager.default.removeItem(at: walk.folder.appendingPathComponent(".allframe"))
    var look = try walk.look()
    #expect(!look.unsettled.isEmpty)
    while walk.preview.settle(look) > 0 {}
    look = try walk.look()
    #expect(look.changes?.count(.unchanged) == look.changes?.changes.count)
  }

  private static func services(_ count: Int) -> String {
    (0..<count).reduce(into: "[architecture]\nname = \"shop\"\n") { text, number in
      text += """

        [[services]]
        name = "service-\(number)"
        type = "stateless"
        calls = [\(number > 0 ? "\"service-\(number - 1)\"" : "")]
        publishes = ["Thing\(number)Created"]

        [[services.entities]]
        name = "Thing\(number)"
        fields = { title = "string indexed", due = "timestamp" }

        """
    }
  }
}

/// A config that is edited before the eyes of one preview.
private struct Walk {
  let folder: URL
  let preview: Preview
  private let loader = ArchitectureLoader(schema: Robot.catalog.schema)
  private var document: Document
  private(set) var compared = 0
  private var added = 0

  init(_ text: String, formatter: RustFormatter? = nil) throws {
    document = Document.parse(Source(name: "architecture.toml", text: text), format: .toml)
    preview = Preview(Robot.planner, formatter: formatter)
    folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("allframe-preview-\(UUID())")
  }

  private var target: Target { Target(path: folder.path) }
  private var loaded: LoadedArchitecture { loader.load(document) }
  private var resolved: ResolvedArchitecture { ResolvedArchitecture(loaded.architecture) }

  var planned: [PlannedFile] { Robot.planner.plan(resolved, config: document).plan.files }

  func look() throws -> Preview.Look {
    try preview.look(at: resolved, config: document, in: target)
  }

  func applying(_ edits: [ConfigEdit]) -> Walk {
    var walk = self
    if case .edited(let edited) = document.applying(edits) { walk.document = edited }
    return walk
  }

  /// Holds the look against one that remembers nothing.
  func check() throws {
    let look = try look()
    let (plan, diagnostics) = Robot.planner.plan(resolved, config: document)
    guard !diagnostics.contains(where: { $0.severity == .error }) else {
      #expect(look.changes == nil)
      #expect(Self.messages(look.diagnostics) == Self.messages(diagnostics))
      return
    }
    let generation = try Generation(in: target)
    let broken = generation.contracts.check(resolved, plan: plan)
    let fresh = try generation.changeSet(for: plan)
    #expect(
      Self.messages(look.diagnostics) == Self.messages(diagnostics + broken + fresh.diagnostics))
    let seen = try #require(look.changes)
    #expect(seen.changes == fresh.changes)
    #expect(seen.records.map(\.record) == fresh.records.map(\.record))
    let held = zip(preview.holding(seen.changes), fresh.changes)
    #expect(held.allSatisfy { $0?.planned == $1.planned && $0?.after == $1.after })
  }

  private static func messages(_ diagnostics: [Diagnostic]) -> [String] {
    diagnostics.map(\.message).sorted()
  }

  func write(_ formatter: RustFormatter? = nil) throws {
    let changes = try Generation(in: target, formatter: formatter)
      .changeSet(for: Robot.planner.plan(resolved, config: document).plan)
    if !changes.hasErrors { _ = try Emitter(target: target).apply(changes) }
  }

  /// Writes the platform now and then, or does to its files what a person does.
  func disturb(_ generator: inout SeededGenerator) throws {
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: try write()
    case 1:
      guard let name = files.randomElement(using: &generator) else { return }
      try Data("mine\n".utf8).write(to: folder.appendingPathComponent(name))
    case 2:
      guard let name = files.randomElement(using: &generator) else { return }
      try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    default: break
    }
  }

  private var files: [String] {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().filter { name in
      var isFolder: ObjCBool = false
      let path = folder.appendingPathComponent(name).path
      return !name.hasPrefix(".allframe")
        && FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }

  /// Gives a key another value, or adds, copies, renames, moves or removes a service.
  mutating func edit(_ generator: inout SeededGenerator) {
    added += 1
    let architecture = loaded.architecture
    let changes = ServiceChanges(
      architecture: architecture, document: document, schema: loaded.schema)
    let service = architecture.services.indices.randomElement(using: &generator)
    guard let service else { return apply(changes.adding("new-\(added)", type: "stateless")) }
    let name = "name-\(added)"
    switch Int.random(in: 0..<12, using: &generator) {
    case 0: apply(changes.adding(name, type: "stateless"))
    case 1: apply(changes.duplicating(service, as: name))
    case 2: apply(changes.renaming(service, to: name))
    case 3: apply(changes.moving(service, by: 1))
    case 4: apply([.remove(.service(service))])
    case 5: apply([.set(.service(service).appending("responsibility"), .string("Does \(added)"))])
    case 6:
      let path = ConfigPath.service(service).appending("publishes")
      apply([.set(path, .array([.string("Made\(added)")]))])
    case 7:
      let other = architecture.services.randomElement(using: &generator)
      apply([
        .set(.service(service).appending("calls"), [.string(other?.name.value ?? "nobody")])
      ])
    default: change(service, of: architecture, &generator)
    }
  }

  private mutating func change(
    _ service: Int, of architecture: Architecture, _ generator: inout SeededGenerator
  ) {
    let type = architecture.services[service].type.value
    let keys = loader.schema.declarations.filter { key in
      key.kind != .table && key.shorthandFor == nil
        && (key.isKey(of: type) || !key.path.isBelowService)
        && key.path.components.dropFirst(key.path.isBelowService ? 2 : 0)
          .allSatisfy { if case .key = $0 { true } else { false } }
    }
    guard let key = keys.randomElement(using: &generator),
      let value = Alternatives(catalog: Robot.catalog).values(for: key, besides: nil)
        .randomElement(using: &generator)
    else { return }
    let owner = key.path.isBelowService ? architecture.services[service].path : .root
    apply([.set(ConfigPath(owner.components + key.namesBelowOwner.map { .key($0) }), value)])
  }

  private mutating func apply(_ edits: [ConfigEdit]) {
    guard case .edited(let edited) = document.applying(edits) else { return }
    document = edited
    compared += 1
  }
}
