import Testing

@testable import IgniteCatalog

struct CatalogTests {
  @Test func hasNoEntryTwice() {
    #expect(EmbeddedCatalog.files.count == Set(EmbeddedCatalog.files.map { "\($0.path)" }).count)
  }
}
