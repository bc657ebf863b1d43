import IgniteModel
import Testing

struct ValueShapeTests {
  @Test(arguments: [
    (
      TextShape.kebabName, ["a", "order-service", "s3-store"],
      ["", "-a", "a-", "a--b", "A", "1a", "a_b", "é"]
    ),
    (
      .typeName, ["A", "OrderPlaced", "V2Order"], ["", "order", "Order_Placed", "Ordér", "2Order"]
    ),
    (.fieldName, ["a", "total_cents"], ["", "_a", "a_", "a__b", "Total", "a-b"]),
    (.identifier, ["a", "Reserve-it_2"], ["", "1a", "a b", "a.b"]),
    (.topic, ["orders.v1", "A", "0-x"], ["", ".a", "a b", "a/b"]),
    (
      .version, ["1.0.0", "0.1.2-rc.1", "1.2.3+build"],
      ["1.0", "01.0.0", "1.0.0-", "v1.0.0", "1.0.0.0"]
    ),
    (.headerName, ["X-Tenant-ID", "a"], ["", "a b", "a:", "é"]),
    (.urlPath, ["/", "/ingest/v1"], ["", "a", "/a b", "/a?b", "/ü"]),
    (
      .url, ["https://a", "postgres://u@h:1/d?x=y"],
      ["", "a", "https:/a", "https:///a", "://a", "1a://b", "https://a b"]
    ),
    (.accountNumber, ["123456789012"], ["", "12345678901", "12345678901a"]),
    (
      .duration, ["1s", "1h30m", "500ms", "0s", "7d"],
      ["", "1", "s", "1 s", "-1s", "1y", "99999999999999999999d", "9000000000000000h"]
    ),
    (
      .cron, ["* * * * *", "*/5 0-6,8 1 JAN mon-fri", "0 0 1 1 7"],
      [
        "", "* * * *", "60 * * * *", "* * 0 * *", "*/0 * * * *", "5-1 * * * *", "@daily",
        "1--2 * * * *", "a * * * *", "99999999999999999999 * * * *",
      ]
    ),
    (
      .timeZone, ["UTC", "Europe/Berlin", "Etc/GMT+5", "US/Pacific"],
      ["", "Berlin", "Factory", "europe/berlin"]
    ),
    (.region, ["eu-west-1", "fra"], ["", "EU", "-a", "a b"]),
    (
      .domain, ["internal", "shop.example.com", "a-b.c1"],
      ["", ".a", "a.", "a..b", "-a.b", "a-.b", "A.b", "a b", "a_b", "a/b"]
    ),
    (
      .imagePrefix, ["acme", "ghcr.io/acme", "localhost:5000/a/b_c", "1.2.3.4:80"],
      ["", "/a", "a/", "a//b", "A/b", "a:b/c", "a:/c", "a:1:2", "a b", "a/b:tag", "a:123456"]
    ),
  ]) func letsInWhatHasTheShape(shape: TextShape, good: [String], bad: [String]) throws {
    let pattern = try Regex(shape.pattern)
    for text in good {
      #expect(shape.matches(text), "\(text)")
      #expect(text.firstMatch(of: pattern) != nil, "\(text)")
    }
    for text in bad { #expect(!shape.matches(text), "\(text)") }
  }

  @Test(arguments: [
    "string", "i64?", "text[]", "string[]?", "uuid unique indexed", "enum(red|green)",
    "enum(a-b|C)[] indexed", "ref(Order)?", "bytes pii",
  ]) func readsAndWritesFieldTypes(text: String) throws {
    #expect(try FieldType(text).description == text)
    #expect(TextShape.fieldType.matches(text))
    #expect(text.firstMatch(of: try Regex(TextShape.fieldType.pattern)) != nil)
  }

  @Test(arguments: [
    "", " ", "?", "[]", "strin", "string??", "string[][]", "string unique unique", "string x",
    "enum()", "enum(a", "enum(a||b)", "ref()", "ref(a)", "ref(A|B)", "string pii,unique", "é", "(",
    "ref(A))", "enum(1)", "\u{0}",
  ]) func refusesOtherFieldTypes(text: String) {
    #expect(throws: FieldType.Problem.self) { try FieldType(text) }
  }

  @Test(arguments: [
    ("", "", ""), ("order-service", "OrderService", "order_service"),
    ("OrderPlaced", "OrderPlaced", "order_placed"),
    ("HTTPServer2Go", "HttpServer2Go", "http_server2_go"),
    ("a__b", "AB", "a_b"), ("ümlaut", "Mlaut", "mlaut"),
  ]) func spellsNames(name: String, pascal: String, snake: String) {
    #expect(Naming.pascal(name) == pascal)
    #expect(Naming.snake(name) == snake)
  }

  @Test(arguments: [
    ("order", "orders"), ("category", "categories"), ("day", "days"), ("address", "addresses"),
    ("box", "boxes"), ("batch", "batches"), ("person", "people"), ("SalesPerson", "SalesPeople"),
    ("order_index", "order_indices"), ("human", "humans"), ("metadata", "metadata"), ("y", "ys"),
    ("quiz", "quizzes"), ("", "s"),
  ]) func makesPlurals(one: String, many: String) {
    #expect(Naming.plural(one) == many)
  }

  @Test func readsVariables() throws {
    let parts = try Interpolation("a${B}$${c}$d${E:-f}").parts
    #expect(parts.count == 4)
    #expect(throws: Interpolation.Problem.unclosed) { try Interpolation("${A") }
    for text in ["${}", "${1}", "${A:x}", "${A-b}", "${A:-${B}}", "${A B}"] {
      #expect(throws: Interpolation.Problem.self, "\(text)") { try Interpolation(text) }
    }
  }
}
