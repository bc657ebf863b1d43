import IgniteSyntax

extension Sourced<String> {
  /// The fix that gives this name another spelling wherever it stands; none when one of the places cannot
  /// be edited.
  func renaming(to spelling: String, mentions: [Sourced<String>]) -> [Fix] {
    let places = [self] + mentions
    guard places.allSatisfy(\.provenance.isEditable) else { return [] }
    var fix = Fix("call it `\(spelling)`")
    fix.edits = places.map { .set($0.path, .string(spelling)) }
    return [fix]
  }
}

extension ArchitectureIndex {
  /// The fix that gives a service another name and follows it through all calls; none when another service
  /// has either name.
  func renaming(_ service: Service, to spelling: String) -> [Fix] {
    guard servicesByName[spelling] == nil, servicesByName[service.name.value]?.count == 1 else {
      return []
    }
    let mentions = calls(to: service.name.value)
    return service.name.renaming(to: spelling, mentions: mentions)
  }
}
