import IgniteModel
import Testing

@testable import IgniteTUI

struct GraphPaneTests {
  private func picture(
    _ pane: inout GraphPane, _ width: Int, _ height: Int, glyphs: GlyphSet = .unicode
  ) -> Surface {
    var surface = Surface(width: width, height: height, glyphs: glyphs)
    pane.draw(in: surface.bounds, on: &surface, isFocused: true)
    return surface
  }

  @Test func drawsServicesWithTypesStoresAndBrokenReferences() throws {
    var pane = Sample.graphPane()
    try PictureGolden.check(picture(&pane, 96, 24), "graph-full", withRoles: true)
    try PictureGolden.check(picture(&pane, 96, 24, glyphs: .ascii), "graph-full-ascii")
  }

  @Test func zoomsToNamesAndDots() throws {
    var pane = Sample.graphPane()
    _ = pane.handle(Key("-"))
    try PictureGolden.check(picture(&pane, 80, 16), "graph-names")
    _ = pane.handle(Key("-"))
    try PictureGolden.check(picture(&pane, 40, 16), "graph-dots")
  }

  @Test func showsStoresAndTheBusOnDemand() throws {
    var pane = Sample.graphPane()
    _ = pane.handle(Key("d"))
    try PictureGolden.check(picture(&pane, 120, 30), "graph-data")
  }

  @Test func walksAlongTheColumnsAndOpensServices() {
    var pane = Sample.graphPane()
    pane.select("gateway")
    _ = pane.handle(Key(.right))
    #expect(pane.handle(Key(.enter)) == [.goToService("orders")])
    _ = pane.handle(Key("h"))
    #expect(pane.handle(Key(.enter)) == [.goToService("gateway")])
  }

  @Test func liftsTheBlastRadiusOut() throws {
    var pane = Sample.graphPane()
    pane.select("catalog")
    _ = pane.handle(Key("b"))
    try PictureGolden.check(picture(&pane, 96, 24), "graph-blast", withRoles: true)
  }

  @Test func leavesOutTheLinksOfAnotherKind() throws {
    var pane = Sample.graphPane()
    _ = pane.handle(Key("f"))
    try PictureGolden.check(picture(&pane, 96, 24), "graph-calls")
    _ = pane.handle(Key("f"))
    try PictureGolden.check(picture(&pane, 96, 24), "graph-events")
  }

  @Test func liftsTheCriticalPathOut() throws {
    var pane = Sample.graphPane(Sample.clean)
    _ = pane.handle(Key("c"))
    try PictureGolden.check(picture(&pane, 96, 24), "graph-critical", withRoles: true)
  }

  @Test func marksCyclesAndWhatNobodyDeclares() throws {
    let text = """
      [architecture]
      name = "round"

      [[services]]
      name = "one"
      type = "stateless"
      calls = ["two", "nobody"]

      [[services]]
      name = "two"
      type = "stateless"
      calls = ["one"]
      """
    var pane = Sample.graphPane(text)
    try PictureGolden.check(picture(&pane, 80, 20), "graph-cycle", withRoles: true)
  }

  @Test func pansAwayFromTheChosenBoxAndBack() {
    var pane = Sample.graphPane(Sample.large(60))
    _ = picture(&pane, 80, 20)
    let before = pane.origin
    for letter in "JJLL" { _ = pane.handle(Key(letter)) }
    _ = picture(&pane, 80, 20)
    #expect(pane.origin != before)
    _ = pane.handle(Key(.home))
    _ = picture(&pane, 80, 20)
    #expect(pane.origin == before)
  }

  /// A key may take 8 ms on an ordinary machine; this leaves room for a slow one under load.
  @Test(arguments: [60, 300]) func drawsAFrameOfManyServicesWithoutWaiting(count: Int) {
    var pane = Sample.graphPane(Sample.large(count))
    _ = picture(&pane, 120, 40)
    let start = ContinuousClock.now
    for number in 0..<10 {
      pane.select("service-\(number)")
      _ = picture(&pane, 120, 40)
    }
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test(arguments: [60, 300]) func drawsManyServicesAtOnce(count: Int) {
    var pane = Sample.graphPane(Sample.large(count))
    for number in 0..<count where number.isMultiple(of: 7) {
      pane.select("service-\(number)")
      let surface = picture(&pane, 120, 40)
      #expect(surface.rows.contains { $0.contains("service-\(number) ") })
    }
    #expect(pane.layout != nil)
  }

  @Test func anyKeyLeavesAChosenBoxInThePane() {
    var pane = Sample.graphPane(Sample.large(40))
    for letter in "jjlll+-zzhkfcbdJJJLLLj" {
      _ = pane.handle(Key(letter))
      _ = picture(&pane, 60, 20)
      #expect(pane.scene.nodes.indices.contains(pane.selected))
    }
  }
}
