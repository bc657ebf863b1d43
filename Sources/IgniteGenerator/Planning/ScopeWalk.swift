/// Finds the things that a file or fragment is made for.
struct ScopeWalk: Sendable {
  /// For each scope, where its elements are: in order of preference a bound scope and a member of it.
  private let lists: [[TemplateAccess]]
  /// For each scope, the way to the name that stands in paths.
  let names: [TemplateAccess]

  init(_ vocabulary: Vocabulary) {
    lists = vocabulary.scopes.map { scope in
      scope.lists.compactMap { list in
        Self.access(vocabulary, list.scope, list.member)
      }.sorted { $0.slot > $1.slot }
    }
    names = vocabulary.scopes.map { scope in
      guard let access = Self.access(vocabulary, scope.name, scope.pathMember) else {
        preconditionFailure("scope \(scope.name) has no \(scope.pathMember)")
      }
      return access
    }
  }

  private static func access(
    _ vocabulary: Vocabulary, _ scope: String, _ member: String
  ) -> TemplateAccess? {
    guard let slot = vocabulary.position(ofScope: scope),
      let position = vocabulary.records[scope]?.position(of: member)
    else { return nil }
    return TemplateAccess(slot: slot, members: [position], text: "\(scope).\(member)")
  }

  /// The way to the list in which a scope is found while others are bound.
  func list(of scope: Int, bound: Set<Int>) -> TemplateAccess? {
    lists[scope].first { bound.contains($0.slot) }
  }

  /// Calls the body once for every way to bind the scopes, given outermost first, in the frame; scopes
  /// that are bound already stay.
  func each(
    _ scopes: ArraySlice<Int>, in frame: inout [TemplateValue],
    _ body: (inout [TemplateValue]) -> Void
  ) {
    guard let scope = scopes.first else { return body(&frame) }
    if case .record = frame[scope] { return each(scopes.dropFirst(), in: &frame, body) }
    defer { frame[scope] = .absent }
    for element in elements(of: scope, in: frame) {
      frame[scope] = element
      each(scopes.dropFirst(), in: &frame, body)
    }
  }

  private func elements(of scope: Int, in frame: [TemplateValue]) -> [TemplateValue] {
    for list in lists[scope] {
      guard case .record = frame[list.slot] else { continue }
      if case .list(let elements) = list.value(in: frame) { return elements }
    }
    return []
  }
}
