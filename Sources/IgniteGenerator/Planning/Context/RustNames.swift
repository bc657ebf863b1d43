import IgniteModel

/// Names of an architecture as names in Rust and SQL; what is taken already steps aside.
enum RustNames {
  /// The type of an entity or an event.
  static func type(_ name: String, suffix: String) -> String {
    let isTaken =
      ReservedWords.types.contains(name) || ReservedWords.values.contains(Naming.snake(name))
      || ReservedWords.keywords.contains(Naming.snake(name))
    return isTaken ? name + suffix : name
  }

  /// The module and the variable of a type.
  static func module(_ type: String) -> String { Naming.snake(type) }

  /// A field; templates add a `rename` where the field has another name.
  static func field(_ name: String) -> String {
    ReservedWords.keywords.contains(name) ? name + "_" : name
  }

  /// The type of a field's words.
  static func enumeration(of field: String, in entityType: String) -> String {
    let type = entityType + Naming.pascal(field)
    let others = ["Fields", "Filter", "Repository", "UseCases"].map { entityType + $0 }
    return others.contains(type) ? type + "Value" : type
  }

  /// The words of an enumeration with the names of their variants, no two of them alike.
  static func variants(of scalar: FieldType.Scalar) -> [FieldFacts.Variant] {
    guard case .enumeration(let words) = scalar else { return [] }
    var taken: Set<String> = []
    return words.map { word in
      var identifier = variant(word)
      while !taken.insert(identifier).inserted { identifier += "Value" }
      return FieldFacts.Variant(
        name: word, identifier: identifier, graphqlName: Naming.screamingSnake(identifier))
    }
  }

  private static func variant(_ word: String) -> String {
    let name = Naming.pascal(word)
    guard let first = name.utf8.first else { return "Blank" }
    if (0x30...0x39).contains(first) { return "Value" + name }
    return ["Self", "Some", "None", "Ok", "Err"].contains(name) ? name + "Value" : name
  }

  /// The package of a service.
  static func package(_ name: String) -> String {
    ReservedWords.packages.contains(name) ? name + "-service" : name
  }

  /// A name as a part of a statement, in quotes only where SQL gives it a meaning of its own.
  static func sql(_ name: String) -> String {
    ReservedWords.sql.contains(name) ? "\"\(name)\"" : name
  }
}
