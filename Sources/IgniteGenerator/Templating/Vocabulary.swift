/// Everything that templates may name.
public struct Vocabulary: Sendable {
  /// A part of the architecture that files can be made for: `<service>` in a path makes the file once
  /// for each service, and `service` names that service in the template.
  public struct Scope: Hashable, Sendable {
    /// Its name, which is the name of its record too.
    public var name: String
    /// The member of its record that stands in paths.
    public var pathMember: String
    /// Where the list of them is: a member of each of these scopes' records. The innermost one that is
    /// bound counts; the first scope has none.
    public var lists: [(scope: String, member: String)]

    /// Declares a scope.
    public init(
      _ name: String, pathMember: String, in lists: [(scope: String, member: String)] = []
    ) {
      self.name = name
      self.pathMember = pathMember
      self.lists = lists
    }

    /// Whether two declarations say the same.
    public static func == (left: Scope, right: Scope) -> Bool { left.key == right.key }

    /// Feeds the declaration to a hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(key) }

    private var key: [String] { [name, pathMember] + lists.flatMap { [$0.scope, $0.member] } }
  }

  /// The records by name.
  public let records: [String: RecordShape]
  /// The scopes, outermost first; the first is the platform itself.
  public let scopes: [Scope]

  /// Declares the records and the scopes; each scope must have a record with its members.
  public init(records: [RecordShape], scopes: [Scope]) {
    self.records = Dictionary(
      records.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.scopes = scopes
    for scope in scopes {
      precondition(
        self.records[scope.name]?.position(of: scope.pathMember) != nil,
        "scope \(scope.name) has no \(scope.pathMember)")
    }
  }

  /// The place of a scope in the order of scopes.
  func position(ofScope name: String) -> Int? { scopes.firstIndex { $0.name == name } }
}
