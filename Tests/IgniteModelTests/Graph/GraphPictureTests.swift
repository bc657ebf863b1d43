import IgniteModel
import Testing

struct GraphPictureTests {
  private func picture(
    of architecture: Architecture, style: GraphPicture.Style = .unicode
  ) -> String {
    GraphPicture(style: style).render(ArchitectureGraph(architecture))
  }

  private let shop = sketch(
    "web -> orders catalog", "orders -> payments catalog ! OrderPlaced ? PaymentSucceeded",
    "payments ! PaymentSucceeded = stripe", "catalog", "mail ? OrderPlaced PaymentSucceeded",
    "lonely")

  @Test func drawsAChainStraight() {
    #expect(
      picture(of: sketch("web -> orders", "orders -> payments", "payments")) == """
        ┌─────┐   ┌────────┐   ┌──────────┐
        │ web ├──▶│ orders ├──▶│ payments │
        └─────┘   └────────┘   └──────────┘

        """)
  }

  @Test func joinsLinesThatLeaveOneBoxOrReachOne() {
    #expect(
      picture(of: shop) == """
        ┌─────┐     ┌────────┐     ┌──────────┐     ╭╌╌╌╌╌╌╌╌╮
        │ web ├─┬──▶│ orders │◁┬──▶│ payments ├─┬──▶┊ stripe ┊
        └─────┘ │   └────────┘ │   └──────────┘ ┆   ╰╌╌╌╌╌╌╌╌╯
                │              │                ┆
                │              │                ┆   ┌──────┐
                │              ├┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┴┄┄▷│ mail │
                │              │   ┌─────────┐      └──────┘
                └──────────────┴──▶│ catalog │
                                   └─────────┘

        without connections:
          lonely

        events:
          OrderPlaced: orders ┄▷ mail
          PaymentSucceeded: payments ┄▷ orders, mail

        """)
  }

  @Test func drawsWithASCIIOnly() {
    #expect(
      picture(of: shop, style: .ascii) == #"""
        +-----+     +--------+     +----------+     /........\
        | web +-+-->| orders |<+-->| payments +-+-->: stripe :
        +-----+ |   +--------+ |   +----------+ :   \......../
                |              |                :
                |              |                :   +------+
                |              +................+..>| mail |
                |              |   +---------+      +------+
                +--------------+-->| catalog |
                                   +---------+

        without connections:
          lonely

        events:
          OrderPlaced: orders ..> mail
          PaymentSucceeded: payments ..> orders, mail

        """#)
  }

  @Test func keepsLinesApartThatBelongToDifferentBoxes() {
    #expect(
      picture(of: sketch("a -> d", "b -> c", "c", "d", "e -> c d")) == """
        ┌───┐
        │ a ├───┐
        └───┘   │   ┌───┐
              ┌─┴──▶│ d │
        ┌───┐ │     └───┘
        │ e ├─┤
        └───┘ │     ┌───┐
              └─┬──▶│ c │
        ┌───┐   │   └───┘
        │ b ├───┘
        └───┘

        """)
  }

  @Test func leadsCirclesBack() {
    #expect(
      picture(of: sketch("a -> b ? B", "b -> c", "c -> a ! B")) == """
                  ┌───┐
              ┌──▶│ b ├─┐
        ┌───┐ │   └───┘ │   ┌───┐
        │ a │◀┴─────────┴──▶│ c │
        └───┘               └───┘

        calls that close a circle:
          c ─▶ a

        events:
          B: c ┄▷ a

        """)
  }

  @Test func leadsEventsBackAndPassesLayers() {
    #expect(
      picture(of: sketch("a -> b c ? C", "b -> c", "c ! C")) == """
                    ┌───┐
              ┌────▶│ b ├─┐
        ┌───┐ │     └───┘ │     ┌───┐
        │ a │◁┴─┬─────────┴─┬──▶│ c │
        └───┘   ┆           ┆   └───┘
                └┄┄┄┄┄┄┄┄┄┄┄┘

        events:
          C: c ┄▷ a

        """)
  }

  @Test func measuresWideAndShowsControlCharacters() {
    #expect(
      picture(of: sketch("注文 -> \u{1B}[31m", "\u{1B}[31m -> ok", "ok")) == """
        ┌──────┐   ┌───────┐   ┌────┐
        │ 注文 ├──▶│ ␛[31m ├──▶│ ok │
        └──────┘   └───────┘   └────┘

        """)
  }

  @Test func drawsNothingForNothing() {
    #expect(picture(of: sketch()) == "")
    #expect(picture(of: sketch("orders")) == "\nwithout connections:\n  orders\n")
  }
}
