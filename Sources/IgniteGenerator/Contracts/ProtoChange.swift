import IgniteModel

extension ProtoForm {
  /// What a newer contract takes from those who hold the older one, in lower-case lines.
  func broken(by new: ProtoForm) -> [String] {
    let lostMethods = methods.subtracting(new.methods).sorted().map { "`\($0)` is gone" }
    let lost = blocks.keys.filter { new.blocks[$0] == nil }.sorted()
      // What is inside something that is gone needs no line of its own.
      .filter { name in
        !blocks.keys.contains { name.hasPrefix("\($0).") && new.blocks[$0] == nil }
      }
      .filter { !isKnownByItsField($0, in: new) }
      .map { "`\($0)` is gone" }
    let changed = blocks.keys.sorted().flatMap { name in
      new.blocks[name].map { Self.changes(of: name, blocks[name] ?? Block(), $0) } ?? []
    }
    return lostMethods + lost + changed
  }

  /// Whether a type inside a message is gone with the only field that has it.
  private func isKnownByItsField(_ name: String, in new: ProtoForm) -> Bool {
    name.contains(".") && new.blocks[String(name.prefix { $0 != "." })] != nil
  }

  private static func changes(of name: String, _ old: Block, _ new: Block) -> [String] {
    let kept = old.fields.keys.sorted().flatMap { field -> [String] in
      guard let before = old.fields[field] else { return [] }
      guard let now = new.fields[field] else { return gone(field, of: name, before, old) }
      if before.number != now.number {
        return ["`\(name).\(field)` had the number \(before.number) and has \(now.number)"]
      }
      return change(of: "\(name).\(field)", before.type, now.type)
    }
    let added = new.fields.keys.sorted().filter { old.fields[$0] == nil }
      .filter { new.fields[$0].map(isNeeded) == true && name.hasSuffix("Fields") }
      .map { "`\(name).\($0)` is new and always there" }
    return kept + added
  }

  private static func gone(
    _ field: String, of name: String, _ before: Field, _ old: Block
  ) -> [String] {
    if old.isEnumeration { return ["`\(name)` has `\(field)` no more"] }
    return isNeeded(before) ? ["`\(name).\(field)`, which was always there, is gone"] : []
  }

  private static func change(of name: String, _ before: String, _ now: String) -> [String] {
    guard before != now else { return [] }
    let optional = "optional "
    if before == optional + now { return ["`\(name)` may not be absent any more"] }
    if now == optional + before { return ["`\(name)` may be absent now"] }
    return ["`\(name)` was `\(before)` and is `\(now)`"]
  }

  /// Whether a client has to say it, or reads it always.
  private static func isNeeded(_ field: Field) -> Bool {
    !field.type.isEmpty && !field.type.hasPrefix("optional ") && !field.type.hasPrefix("repeated ")
  }
}
