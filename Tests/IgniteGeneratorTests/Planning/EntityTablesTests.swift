import IgniteModel
import IgniteSyntax
import Testing

@testable import IgniteGenerator

struct EntityTablesTests {
  private func sourced<Value>(_ value: Value) -> Sourced<Value> {
    Sourced(value, path: .root, provenance: .declaredDefault)
  }

  private func service(_ entities: [(String, [(String, FieldType)])]) -> Service {
    let entities = entities.map { name, fields in
      Entity(
        name: sourced(name),
        fields: fields.map { Entity.Field(name: sourced($0.0), type: sourced($0.1)) })
    }
    return Service(
      path: .root, span: nil, name: sourced("orders"), type: sourced("stateless"),
      entities: entities)
  }

  private func reference(_ name: String, isOptional: Bool = false, isList: Bool = false)
    -> FieldType
  {
    FieldType(.reference(name), isOptional: isOptional, isList: isList)
  }

  @Test func tablesComeAfterThoseTheyReferTo() {
    let service = service([
      ("Line", [("order", reference("Order"))]), ("Order", [("customer", reference("Customer"))]),
      ("Customer", []),
    ])
    let entities = EntityTables.entities(of: service)
    #expect(EntityTables.ordered(entities).map(\.table) == ["customers", "orders", "lines"])
    #expect(entities[0].fields[0].reference?.table == "orders")
    #expect(entities[0].fields[0].reference?.module == "order")
  }

  @Test func aCycleIsHeldOnOneSideOnly() {
    let service = service([
      ("Left", [("right", reference("Right"))]), ("Right", [("left", reference("Left"))]),
    ])
    let entities = EntityTables.entities(of: service)
    #expect(entities.map { $0.fields[0].reference?.table } == [nil, "lefts"])
  }

  @Test func aRequiredReferenceToItselfIsAPlainID() {
    let service = service([
      ("Node", [("parent", reference("Node", isOptional: true)), ("root", reference("Node"))]),
      ("Tag", [("nodes", reference("Node", isList: true))]),
    ])
    let entities = EntityTables.entities(of: service)
    #expect(entities[0].fields.map { $0.reference?.table } == ["nodes", nil])
    #expect(entities[0].fields[0].reference?.isOwn == true)
    #expect(entities[1].fields[0].reference?.table == nil)
  }

  @Test func pluralsThatMeetStayApart() {
    let entities = EntityTables.entities(of: service([("News", []), ("new", [])]))
    #expect(Set(entities.map(\.table)).count == 2)
  }

  @Test func anEntityWithoutFieldsHasAName() {
    let entities = EntityTables.entities(of: service([("Order", [])]))
    #expect(entities[0].fields.map(\.name) == ["name"])
    #expect(entities[0].fields[0].position == 5)
  }

  @Test func aLongIndexIsNamedByItsPlace() {
    let long = String(repeating: "long_", count: 10) + "field"
    let entities = EntityTables.entities(
      of: service([("Order", [(long, FieldType(.string, isIndexed: true))])]))
    #expect(entities[0].fields[0].index == "orders_" + long)
    let longer = EntityTables.entities(
      of: service([("OrderOrder", [(long, FieldType(.string, isIndexed: true))])]))
    #expect(longer[0].fields[0].index == "order_orders_index_5")
  }
}
