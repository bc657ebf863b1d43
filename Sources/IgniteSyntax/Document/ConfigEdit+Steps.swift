extension ConfigEdit {
  /// The smaller edits that turn one collection at `path` into another of its kind and leave what is
  /// equal alone; none for other values.
  static func steps(
    from old: ConfigValue, to new: ConfigValue, at path: ConfigPath
  ) -> [ConfigEdit] {
    switch (old, new) {
    case (.table(let old), .table(let new)): memberSteps(old, new, path)
    case (.array(let old), .array(let new)): elementSteps(old, new, path)
    default: []
    }
  }

  private static func memberSteps(
    _ old: [ConfigMember], _ new: [ConfigMember], _ path: ConfigPath
  ) -> [ConfigEdit] {
    let names = Set(new.map(\.key))
    let removals = old.filter { !names.contains($0.key) }
    return new.map { .set(path.appending($0.key), $0.value) }
      + removals.map { .remove(path.appending($0.key)) }
  }

  private static func elementSteps(
    _ old: [ConfigValue], _ new: [ConfigValue], _ path: ConfigPath
  ) -> [ConfigEdit] {
    let start = zip(old, new).prefix { $0.isSameTree(as: $1) }.count
    let limit = min(old.count, new.count) - start
    let end = zip(old.reversed(), new.reversed()).prefix { $0.isSameTree(as: $1) }.count
    let tail = min(end, limit)
    let common = limit - tail
    let from = start + common
    return (start..<from).map { .set(path.appending($0), new[$0]) }
      + (from..<max(from, new.count - tail)).map { .insert(path, at: $0, new[$0]) }
      + (from..<max(from, old.count - tail)).reversed().map { .remove(path.appending($0)) }
  }
}
