import IgniteSyntax

extension ArchitectureIndex {
  /// The fix that gives a service another name wherever the file says it; none when another service has
  /// either name or the name does not stand in the file.
  func renaming(_ service: Service, to spelling: String) -> [Fix] {
    let name = service.name
    guard servicesByName[spelling] == nil, servicesByName[name.value]?.count == 1,
      name.provenance.isEditable
    else { return [] }
    var fix = Fix("call it `\(spelling)`", .set(name.path, .string(spelling)))
    if let document { fix.edits = document.renaming(.service(name.value), to: spelling) }
    return fix.edits.isEmpty ? [] : [fix]
  }
}
