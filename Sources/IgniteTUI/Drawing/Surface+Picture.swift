extension Surface {
  /// The text of each row in its whole width, for tests and screens in documents.
  public var rows: [String] {
    (0..<size.height).map { y in
      cells[y * size.width..<(y + 1) * size.width].reduce(into: "") { $0 += $1.text }
    }
  }

  /// One letter a cell for its role, see `Role.letter`.
  public var roles: [String] {
    (0..<size.height).map { y in
      String(cells[y * size.width..<(y + 1) * size.width].map(\.role.letter))
    }
  }

  /// The rows without the spaces at their ends.
  public var picture: String {
    rows.map { row in
      var row = row[...]
      while row.last == " " { row.removeLast() }
      return row + "\n"
    }.joined()
  }
}
