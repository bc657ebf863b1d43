extension TOMLWriter {
  /// A whole document: the keys of the root, then a section for each table.
  public static func document(_ members: [ConfigMember]) -> String {
    let writer = TOMLSectionWriter(lineEnd: "\n", hasGaps: true)
    return writer.text(writer.body(members, path: []).droppingFirstGap)
  }
}

/// Writes tables as sections with headers.
struct TOMLSectionWriter {
  let lineEnd: String
  /// Whether an empty line stands before each header.
  let hasGaps: Bool
  var headerIndentation = ""
  var keyIndentation = ""

  /// Lines as text.
  func text(_ lines: [String]) -> String { lines.map { $0 + lineEnd }.joined() }

  /// The section of a table, or the sections of the elements of a list of tables.
  func section(_ value: ConfigValue, path: [String]) -> [String] {
    switch value {
    case .array(let elements): elements.flatMap { element($0, path: path) }
    case .table(let members):
      if isSuperTable(members, path: path) {
        body(members, path: path)
      } else {
        headed("[\(TOMLWriter.key(path))]", body(members, path: path))
      }
    default: []
    }
  }

  /// The section of one element of a list of tables.
  func element(_ value: ConfigValue, path: [String]) -> [String] {
    guard case .table(let members) = value else { return [] }
    return headed("[[\(TOMLWriter.key(path))]]", body(members, path: path))
  }

  private func headed(_ header: String, _ body: [String]) -> [String] {
    (hasGaps ? [""] : []) + [headerIndentation + header] + body
  }

  /// The keys of a table, then the sections below it.
  func body(_ members: [ConfigMember], path: [String]) -> [String] {
    var lines: [String] = []
    for member in members where !isSection(member, path: path) { lines += keyLine(member) }
    for member in members where isSection(member, path: path) {
      lines += section(member.value, path: path + [member.key])
    }
    return lines
  }

  /// `key = value`, one line for each line of the value.
  func keyLine(_ member: ConfigMember) -> [String] {
    let start = "\(keyIndentation)\(TOMLWriter.key(member.key)) = "
    let value = TOMLWriter.statementValue(
      member.value, column: start.utf8.count, indentation: keyIndentation, lineEnd: lineEnd)
    return [start + value]
  }

  /// Whether a member gets a header: tables of the root always, deeper ones when they are long or
  /// hold tables themselves.
  func isSection(_ member: ConfigMember, path: [String]) -> Bool {
    switch member.value {
    case .table(let members):
      if path.isEmpty { return true }
      let holdsTables = members.contains { $0.value.isTable || $0.value.isListOfTables }
      let width = member.key.utf8.count + TOMLWriter.inline(member.value).utf8.count
      return holdsTables || width > 60
    case .array: return member.value.isListOfTables
    default: return false
    }
  }

  /// A table whose members all have sections needs no header of its own.
  private func isSuperTable(_ members: [ConfigMember], path: [String]) -> Bool {
    !members.isEmpty && members.allSatisfy { isSection($0, path: path) }
  }
}

extension [String] {
  /// The lines without an empty one at their start.
  var droppingFirstGap: [String] { first?.isEmpty == true ? Array(dropFirst()) : self }
}

extension ConfigValue {
  /// Whether it is a list of one table or more and of nothing else.
  var isListOfTables: Bool {
    guard case .array(let elements) = self, !elements.isEmpty else { return false }
    return elements.allSatisfy(\.isTable)
  }
}
