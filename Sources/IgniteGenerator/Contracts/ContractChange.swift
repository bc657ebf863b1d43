/// A difference between two forms of an event, and who could not live with it.
struct ContractChange: Hashable, Sendable {
  /// Whom it breaks.
  enum Direction: Hashable, Sendable {
    /// Who knows the new form and reads an old event.
    case backward
    /// Who knows the old form and reads a new event.
    case forward
  }

  /// The fact in one lower-case line.
  var fact: String
  /// Whom it breaks.
  var breaks: Set<Direction>

  /// What changes between two forms, by the names of the members.
  static func changes(from old: ContractForm, to new: ContractForm) -> [ContractChange] {
    Set(old.properties.keys).union(new.properties.keys).sorted().flatMap { name in
      changes(of: name, from: old.properties[name], to: new.properties[name])
    }
  }

  private static func changes(
    of name: String, from old: ContractForm.Property?, to new: ContractForm.Property?
  ) -> [ContractChange] {
    switch (old, new) {
    case (nil, let new?) where !new.isOptional:
      [ContractChange(fact: "`\(name)` is new and always there", breaks: [.backward])]
    case (let old?, nil) where !old.isOptional:
      [ContractChange(fact: "`\(name)`, which was always there, is gone", breaks: [.forward])]
    case (let old?, let new?): changes(of: name, old, new)
    default: []
    }
  }

  private static func changes(
    of name: String, _ old: ContractForm.Property, _ new: ContractForm.Property
  ) -> [ContractChange] {
    guard old.kind == new.kind else {
      let fact = "`\(name)` was \(old.name) and is \(new.name)"
      return [ContractChange(fact: fact, breaks: [.backward, .forward])]
    }
    var changes: [ContractChange] = []
    if old.isOptional != new.isOptional {
      let fact =
        new.isOptional ? "`\(name)` may be absent now" : "`\(name)` may not be absent any more"
      changes.append(ContractChange(fact: fact, breaks: [new.isOptional ? .forward : .backward]))
    }
    if old.isBounded != new.isBounded {
      let fact = "`\(name)` may be \(new.isBounded ? "less" : "more") than before"
      changes.append(ContractChange(fact: fact, breaks: [new.isBounded ? .backward : .forward]))
    }
    return changes
  }
}
