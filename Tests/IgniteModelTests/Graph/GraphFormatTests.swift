import Foundation
import IgniteModel
import IgniteSyntax
import IgniteTestSupport
import Testing

struct GraphFormatTests {
  private let hostile = sketch("a\"\\]|b -> c", "c ! E<br>\n\u{1B}", "d ? E<br>\n\u{1B}")

  @Test func writesDOT() {
    #expect(
      GraphDOT.render(
        ArchitectureGraph(sketch("web -> orders", "orders ! Placed", "mail ? Placed")))
          == #"""
          digraph architecture {
            rankdir=LR;
            node [fontname="sans-serif"];
            "service:web" [label="web\ngateway", shape=box];
            "service:orders" [label="orders\ngateway", shape=box];
            "service:mail" [label="mail\ngateway", shape=box];
            "bus:memory" [label="memory\nmemory", shape=box3d];
            "service:web" -> "service:orders" [label="calls", style=solid];
            "service:orders" -> "bus:memory" [label="Placed", style=dashed];
            "bus:memory" -> "service:mail" [label="Placed", style=dashed];
          }

          """#)
  }

  @Test func escapesForDOT() {
    let text = GraphDOT.render(ArchitectureGraph(hostile))
    #expect(text.contains(#""service:a\"\\]|b" [label="a\"\\]|b\ngateway", shape=box];"#))
    #expect(text.contains("[label=\"E<br>\\n\u{FFFD}\", style=dashed]"))
  }

  @Test func writesMermaid() {
    #expect(
      GraphMermaid.render(
        ArchitectureGraph(sketch("web -> orders", "orders ! Placed = dhl", "mail ? Placed"))) == """
          flowchart LR
            n0["web<br>gateway"]
            n1["orders<br>gateway"]
            n2["mail<br>gateway"]
            n3(["dhl"])
            n4{{"memory<br>memory"}}
            n0 -->|"calls"| n1
            n1 -->|"calls"| n3
            n1 -.->|"Placed"| n4
            n4 -.->|"Placed"| n2

          """)
  }

  @Test func escapesForMermaid() {
    let text = GraphMermaid.render(ArchitectureGraph(hostile))
    #expect(text.contains("n0[\"a#34;#92;#93;#124;b<br>gateway\"]"))
    #expect(text.contains("n1 -.->|\"E#60;br#62;#65533;#65533;\"| n3"))
  }

  @Test func writesJSONThatOthersRead() throws {
    let json = GraphJSON.render(ArchitectureGraph(hostile), source: Source(name: "x", text: " "))
    let value = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    let nodes = value?["nodes"] as? [[String: Any]]
    #expect(nodes?.map { $0["name"] as? String } == ["a\"\\]|b", "c", "d", "memory"])
    let edges = value?["edges"] as? [[String: Any]]
    #expect(edges?.compactMap { $0["event"] as? String } == ["E<br>\n\u{1B}", "E<br>\n\u{1B}"])
    #expect(edges?.first?["line"] as? Int == 1)
    #expect(value?["cycles"] as? [[String]] == [])
    #expect((value?["layers"] as? [[String]])?.count == 3)
  }
}
