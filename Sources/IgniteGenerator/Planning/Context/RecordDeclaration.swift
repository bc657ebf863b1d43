/// The names that templates can use for one kind of thing, each with the way to its value: declared
/// once, they give both the shape that templates are checked against and the values.
///
/// ```swift
/// enum StoreContext {
///   static let record = RecordDeclaration<Store>("store", [
///     .text("name") { $0.name },
///     .flag("is_sql") { $0.isSQL },
///   ])
/// }
/// ```
struct RecordDeclaration<Subject: Sendable>: Sendable {
  /// One name and the way to its value.
  struct Member: Sendable {
    var name: String
    var shape: Shape
    var value: @Sendable (Subject) -> TemplateValue
  }

  let shape: RecordShape
  private let members: [Member]

  init(_ name: String, _ members: [Member]) {
    self.members = members
    shape = RecordShape(name, members.map { .init($0.name, $0.shape) })
  }

  /// The values for one thing, each worked out when a template asks for it.
  func value(of subject: Subject) -> TemplateValue {
    .record(SubjectRecord(subject, members))
  }
}

/// The values for one thing, made from it when they are asked for: a template asks for few of them.
final class SubjectRecord<Subject: Sendable>: TemplateRecord {
  let subject: Subject
  private let members: [RecordDeclaration<Subject>.Member]

  init(_ subject: Subject, _ members: [RecordDeclaration<Subject>.Member]) {
    self.subject = subject
    self.members = members
  }

  subscript(position: Int) -> TemplateValue { members[position].value(subject) }
}

/// A thing that can be told from others without asking for the values of its record.
protocol TemplateSubject {
  /// Feeds everything that its values follow from to a hasher.
  func hashContent(into hasher: inout Hasher)
}

extension SubjectRecord: TemplateSubject where Subject: TemplateSubject {
  func hashContent(into hasher: inout Hasher) { subject.hashContent(into: &hasher) }
}

extension RecordDeclaration.Member {
  /// A text; nothing is there where the closure gives nil.
  static func text(_ name: String, _ read: @escaping @Sendable (Subject) -> String?) -> Self {
    Self(name: name, shape: .text) { read($0).map(TemplateValue.text) ?? .absent }
  }

  /// A whole number; nothing is there where the closure gives nil.
  static func number(_ name: String, _ read: @escaping @Sendable (Subject) -> Int64?) -> Self {
    Self(name: name, shape: .number) { read($0).map(TemplateValue.number) ?? .absent }
  }

  /// A fractional number; nothing is there where the closure gives nil.
  static func decimal(_ name: String, _ read: @escaping @Sendable (Subject) -> Double?) -> Self {
    Self(name: name, shape: .decimal) { read($0).map(TemplateValue.decimal) ?? .absent }
  }

  /// A truth value.
  static func flag(_ name: String, _ read: @escaping @Sendable (Subject) -> Bool) -> Self {
    Self(name: name, shape: .flag) { .flag(read($0)) }
  }

  /// A list of texts.
  static func texts(_ name: String, _ read: @escaping @Sendable (Subject) -> [String]) -> Self {
    Self(name: name, shape: .list(.text)) { .list(read($0).map(TemplateValue.text)) }
  }

  /// A list of things that have a declaration of their own.
  static func list<Element>(
    _ name: String, of element: RecordDeclaration<Element>,
    _ read: @escaping @Sendable (Subject) -> [Element]
  ) -> Self {
    Self(name: name, shape: .list(.record(element.shape.name))) { subject in
      .list(read(subject).map(element.value))
    }
  }

  /// A thing that has a declaration of its own; nothing is there where the closure gives nil.
  static func record<Element>(
    _ name: String, of element: RecordDeclaration<Element>,
    _ read: @escaping @Sendable (Subject) -> Element?
  ) -> Self {
    Self(name: name, shape: .record(element.shape.name)) { subject in
      read(subject).map(element.value) ?? .absent
    }
  }
}
