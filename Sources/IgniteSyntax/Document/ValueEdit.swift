/// What an edit makes of a value.
enum ValueEditOutcome {
  /// The value after the edit.
  case value(ConfigValue)
  /// Why there is no value to edit.
  case refused(Diagnostic)
}

extension ConfigValue {
  /// The value that an edit makes of this one: what every language's text must decode to afterwards.
  func applying(_ edit: ConfigEdit) -> ValueEditOutcome {
    var root: ConfigValue? = self
    let problem =
      switch edit {
      case .set(let path, let value): Self.set(&root, path, value)
      case .remove(let path): Self.remove(&root, path)
      case .insert(let path, let index, let value): Self.insert(&root, path, at: index, value)
      case .move(let path, let from, let to): Self.move(&root, path, from: from, to: to)
      case .rename(let path, let name): Self.rename(&root, path, to: name)
      }
    if let problem { return .refused(problem) }
    return .value(root ?? .table([]))
  }

  private static func set(
    _ root: inout ConfigValue?, _ path: ConfigPath, _ value: ConfigValue
  ) -> Diagnostic? {
    guard path != .root || value.isTable else { return .rootMustStay }
    return change(&root, path, isCreating: true) { found in
      found = value
      return nil
    }
  }

  private static func remove(_ root: inout ConfigValue?, _ path: ConfigPath) -> Diagnostic? {
    guard path != .root else { return .rootMustStay }
    return change(&root, path, isCreating: false) { found in
      guard found != nil else { return .unknownPath(path) }
      found = nil
      return nil
    }
  }

  private static func insert(
    _ root: inout ConfigValue?, _ path: ConfigPath, at index: Int, _ value: ConfigValue
  ) -> Diagnostic? {
    guard path != .root else { return .notAList(path) }
    return change(&root, path, isCreating: true) { found in
      guard case .array(var elements) = found ?? .array([]) else { return .notAList(path) }
      guard 0...elements.count ~= index else { return .outOfRange(path, index, elements.count) }
      elements.insert(value, at: index)
      found = .array(elements)
      return nil
    }
  }

  private static func move(
    _ root: inout ConfigValue?, _ path: ConfigPath, from: Int, to: Int
  ) -> Diagnostic? {
    change(&root, path, isCreating: false) { found in
      guard let value = found else { return .unknownPath(path) }
      guard case .array(var elements) = value else { return .notAList(path) }
      for index in [from, to] where !elements.indices.contains(index) {
        return .outOfRange(path, index, elements.count)
      }
      elements.insert(elements.remove(at: from), at: to)
      found = .array(elements)
      return nil
    }
  }

  private static func rename(
    _ root: inout ConfigValue?, _ path: ConfigPath, to name: String
  ) -> Diagnostic? {
    guard case .key(let key)? = path.last else { return .notAKey(path) }
    return change(&root, path.parent, isCreating: false) { found in
      guard case .table(var members)? = found,
        let index = members.firstIndex(where: { $0.key == key })
      else { return .unknownPath(path) }
      if key != name, members.contains(where: { $0.key == name }) {
        return .keyExists(path.parent.appending(name))
      }
      members[index].key = name
      found = .table(members)
      return nil
    }
  }

  /// Lets `body` change the value at the end of the path, where nothing stands for no value.
  private static func change(
    _ value: inout ConfigValue?, _ path: ConfigPath, isCreating: Bool,
    _ body: @escaping (inout ConfigValue?) -> Diagnostic?
  ) -> Diagnostic? {
    ValueWalk(path: path, isCreating: isCreating, body: body).change(&value, depth: 0)
  }

  /// Whether it holds members.
  var isTable: Bool {
    if case .table = self { true } else { false }
  }
}

/// One way down a value along a path.
private struct ValueWalk {
  let path: ConfigPath
  let isCreating: Bool
  let body: (inout ConfigValue?) -> Diagnostic?

  func change(_ value: inout ConfigValue?, depth: Int) -> Diagnostic? {
    guard depth < path.components.count else { return body(&value) }
    if value == nil {
      guard isCreating else { return .unknownPath(path) }
      value = if case .key = path.components[depth] { .table([]) } else { .array([]) }
    }
    switch (path.components[depth], value) {
    case (.key(let key), .table(var members)):
      value = nil
      let problem = changeMember(key, of: &members, depth: depth + 1)
      value = .table(members)
      return problem
    case (.index(let index), .array(var elements)):
      value = nil
      let problem = changeElement(index, of: &elements, depth: depth + 1)
      value = .array(elements)
      return problem
    case (.key, _): return .notATable(walked(depth))
    case (.index, _): return .notAList(walked(depth))
    }
  }

  private func walked(_ depth: Int) -> ConfigPath {
    ConfigPath(Array(path.components.prefix(depth)))
  }

  private func changeMember(
    _ key: String, of members: inout [ConfigMember], depth: Int
  ) -> Diagnostic? {
    let index = members.firstIndex { $0.key == key }
    var member = index.map { members[$0].value }
    if let problem = change(&member, depth: depth) { return problem }
    switch (index, member) {
    case (let index?, let member?): members[index].value = member
    case (nil, let member?): members.append(ConfigMember(key, member))
    case (let index?, nil): members.remove(at: index)
    case (nil, nil): break
    }
    return nil
  }

  private func changeElement(
    _ index: Int, of elements: inout [ConfigValue], depth: Int
  ) -> Diagnostic? {
    guard elements.indices.contains(index) || (isCreating && index == elements.count)
    else { return .outOfRange(walked(depth - 1), index, elements.count) }
    var element = index < elements.count ? elements[index] : nil
    if let problem = change(&element, depth: depth) { return problem }
    switch element {
    case let element? where index < elements.count: elements[index] = element
    case let element?: elements.append(element)
    case nil where index < elements.count: elements.remove(at: index)
    case nil: break
    }
    return nil
  }
}

extension Diagnostic {
  fileprivate static var rootMustStay: Diagnostic {
    .error("edit-root", "the document itself can only be replaced by a table")
  }
  fileprivate static func unknownPath(_ path: ConfigPath) -> Diagnostic {
    .error("edit-unknown-path", "there is no `\(path)`")
  }
  fileprivate static func notATable(_ path: ConfigPath) -> Diagnostic {
    .error("edit-not-a-table", "`\(path)` is not a table")
  }
  fileprivate static func notAList(_ path: ConfigPath) -> Diagnostic {
    .error("edit-not-a-list", "`\(path)` is not a list")
  }
  fileprivate static func notAKey(_ path: ConfigPath) -> Diagnostic {
    .error("edit-not-a-key", "`\(path)` is not a key")
  }
  fileprivate static func keyExists(_ path: ConfigPath) -> Diagnostic {
    .error("edit-key-exists", "`\(path)` exists already")
  }
  fileprivate static func outOfRange(_ path: ConfigPath, _ index: Int, _ count: Int) -> Diagnostic {
    .error("edit-out-of-range", "`\(path)` has \(count) elements, there is no place \(index)")
  }
}
