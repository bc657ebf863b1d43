import IgniteModel
import IgniteSyntax
import Testing

struct SettingsTests {
  @Test func givesNumbersWhetherWholeOrNot() {
    var settings = Settings()
    settings["a.rate"] = Sourced(.integer(3), path: .root, provenance: .declaredDefault)
    settings["a.ratio"] = Sourced(.float(0.5), path: .root, provenance: .declaredDefault)
    #expect(settings.number("a.rate")?.value == 3)
    #expect(settings.number("a.ratio")?.value == 0.5)
    #expect(settings.integer("a.ratio") == nil)
    #expect(settings.paths == ["a.rate", "a.ratio"])
  }
}
