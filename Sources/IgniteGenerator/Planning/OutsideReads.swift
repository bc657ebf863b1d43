/// What the files that are made for one kind of thing read besides that thing: values of the platform.
struct OutsideReads: Sendable {
  private var accesses: [[Int]: TemplateAccess] = [:]
  private var slots: Set<TemplateSlot> = []

  /// Finds what all templates, conditions and fragments that can be used for things of a scope read.
  init(_ planner: Planner, scope: Int) {
    for (index, number) in planner.files[scope] ?? [] {
      let entry = planner.entries[index]
      add(entry.condition)
      let file = entry.files[number]
      addLists(of: file.path.scopes.dropFirst(), bound: [0, scope], planner)
      if case .template(let template) = file.content { add(template, planner) }
    }
  }

  /// Feeds what is read to a hasher; false when something of it cannot be told from something else.
  func hash(_ frame: [TemplateValue], into hasher: inout Hasher) -> Bool {
    accesses.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .allSatisfy { $0.value.value(in: frame).hashContent(into: &hasher) }
  }

  private mutating func add(_ template: Template, _ planner: Planner) {
    add(template.nodes)
    for slot in template.slots where slots.insert(slot).inserted {
      for (index, fragment) in planner.fragments[slot.name] ?? [] {
        add(planner.entries[index].condition)
        addLists(of: fragment.scopes[...], bound: slot.boundScopes.union([0]), planner)
        add(fragment.template, planner)
      }
    }
  }

  private mutating func add(_ nodes: [TemplateNode]) {
    for node in nodes {
      switch node {
      case .text, .slot: break
      case .hole(let access, _, _): add(access)
      case .loop(let list, slot: _, facts: _, body: let body):
        add(list)
        add(body)
      case .sorted(let body): add(body)
      case .choice(let branches):
        for branch in branches {
          add(branch.condition)
          add(branch.body)
        }
      }
    }
  }

  private mutating func add(_ condition: TemplateCondition) {
    switch condition {
    case .always: break
    case .truth(let access, isNegated: _), .equality(let access, _, isNegated: _),
      .membership(let access, _):
      add(access)
    }
  }

  /// Scopes that are not bound are walked through, perhaps in a list of the platform.
  private mutating func addLists(
    of scopes: ArraySlice<Int>, bound: Set<Int>, _ planner: Planner
  ) {
    var bound = bound
    for scope in scopes where bound.insert(scope).inserted {
      if let list = planner.walk.list(of: scope, bound: bound.subtracting([scope])) { add(list) }
    }
  }

  private mutating func add(_ access: TemplateAccess) {
    if access.slot == 0 { accesses[access.members] = access }
  }
}

extension TemplateValue {
  /// Feeds the value to a hasher; false for a record that cannot be told from others.
  func hashContent(into hasher: inout Hasher) -> Bool {
    switch self {
    case .absent: hasher.combine(0)
    case .text(let text):
      hasher.combine(1)
      hasher.combine(text)
    case .number(let number):
      hasher.combine(2)
      hasher.combine(number)
    case .decimal(let number):
      hasher.combine(3)
      hasher.combine(number)
    case .flag(let flag):
      hasher.combine(4)
      hasher.combine(flag)
    case .list(let elements):
      hasher.combine(5)
      hasher.combine(elements.count)
      return elements.allSatisfy { $0.hashContent(into: &hasher) }
    case .record(let record):
      guard let subject = record as? any TemplateSubject else { return false }
      subject.hashContent(into: &hasher)
    }
    return true
  }
}
