import IgniteModel
import Testing

struct GraphPictureTests {
  private func picture(_ architecture: Architecture, style: GraphPicture.Style = .unicode) -> String {
    GraphPicture(style: style).render(ArchitectureGraph(architecture))
  }

  @Test func drawsAChainStraight() {
    let drawn = picture(sketch("web -> orders", "orders -> payments", "payments"))
    print(drawn)
  }

  @Test func x() {
    print(picture(sketch("web -> orders catalog", "orders -> payments catalog ! OrderPlaced", "payments ! PaymentSucceeded = stripe", "catalog", "mail ? OrderPlaced PaymentSucceeded", "lonely")))
    print(picture(sketch("web -> orders catalog", "orders -> payments catalog ! OrderPlaced ? PaymentSucceeded", "payments ! PaymentSucceeded = stripe", "catalog", "mail ? OrderPlaced PaymentSucceeded", "lonely")))
    print(picture(sketch("web -> orders catalog", "orders -> payments catalog ! OrderPlaced ? PaymentSucceeded", "payments ! PaymentSucceeded = stripe", "catalog", "mail ? OrderPlaced PaymentSucceeded", "lonely"), style: .ascii))
    print(picture(sketch("web -> orders catalog search users", "mobile -> orders users search basket", "orders -> payments shipping users ! OrderPlaced ? PaymentSucceeded", "payments -> ledger ! PaymentSucceeded = stripe paypal", "shipping ! Shipped ? OrderPlaced = dhl", "users ! UserJoined", "catalog ! ProductChanged", "search ? ProductChanged", "basket -> catalog", "mail ? OrderPlaced Shipped UserJoined = smtp", "ledger", "reports ? OrderPlaced PaymentSucceeded Shipped")))
  }
}
