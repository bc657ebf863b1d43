import IgniteModel

/// Names of an architecture as names in Protocol Buffers, in the form that code made from them keeps.
enum ProtoNames {
  /// A name in upper camel case in which no two capitals follow each other.
  static func type(_ name: String) -> String { Naming.pascal(Naming.pascal(name)) }

  /// The version of the contract of a service.
  static func version(of service: Service) -> Int64 {
    service.settings.integer("grpc.version")?.value ?? 1
  }

  /// Names the messages of the entities of one service, and what is inside them, no two alike.
  static func assign(_ entities: inout [EntityFacts]) {
    var taken: Set<String> = []
    for index in entities.indices {
      var name = type(entities[index].type)
      let plural = type(entities[index].table)
      while !taken.isDisjoint(with: messages(of: name, plural)) { name += "Entity" }
      taken.formUnion(messages(of: name, plural))
      entities[index].protoName = name
      entities[index].protoPlural = plural
      assign(&entities[index].fields)
    }
  }

  private static func messages(of name: String, _ plural: String) -> Set<String> {
    let own = ["", "Fields", "Filter", "Service"].map { name + $0 }
    let one = ["Get", "Create", "Update", "Delete"].map { $0 + name + "Request" }
    let many = ["List", "BatchGet"].flatMap { [$0 + plural + "Request", $0 + plural + "Response"] }
    return Set(own + one + many + ["Delete\(name)Response"])
  }

  /// Names the types of the fields of one entity and their words.
  private static func assign(_ fields: inout [FieldFacts]) {
    var types: Set<String> = []
    var words: Set<String> = []
    for index in fields.indices {
      let field = fields[index]
      guard field.isEnumeration || field.isWrappedInProto else { continue }
      var name = type(field.name) + (field.isWrappedInProto ? "List" : "")
      while !types.insert(name).inserted { name += "Value" }
      fields[index].protoInner = name
      let prefix = Naming.screamingSnake(field.name) + "_"
      words.insert(prefix + "UNSPECIFIED")
      for place in field.variants.indices {
        var word = prefix + field.variants[place].graphqlName
        while !words.insert(word).inserted { word += "_VALUE" }
        fields[index].variants[place].protoName = word
      }
    }
  }
}

extension EntityFacts {
  /// Gives every field and word its number: the one that the last contract has for it, else the next
  /// that was never used. What is gone keeps its number for good.
  mutating func number(after written: ProtoForm?) {
    let message = "\(protoName)Fields"
    let form = written?.blocks[message]
    let (numbers, reserved) = Self.numbers(for: fields.map(\.name), after: form)
    protoReserved = reserved
    for index in fields.indices {
      fields[index].protoNumber = numbers[index]
      let form = written?.blocks["\(message).\(fields[index].protoWords)"]
      let words = Self.numbers(for: fields[index].variants.map(\.protoName), after: form)
      fields[index].protoReserved = words.reserved
      for (place, number) in words.numbers.enumerated() {
        fields[index].variants[place].protoNumber = number
      }
    }
  }

  private static func numbers(
    for names: [String], after form: ProtoForm.Block?
  ) -> (numbers: [Int64], reserved: [Int64]) {
    let known = (form?.fields ?? [:]).mapValues(\.number)
    let used = (form?.reserved ?? []).union(known.values)
    var next = max(used.max() ?? 0, 0) + 1
    let numbers = names.map { name in
      if let number = known[name] { return number }
      defer { next += 1 }
      // A range that the language keeps for itself.
      if next == 19_000 { next = 20_000 }
      return next
    }
    return (numbers, used.subtracting(numbers).subtracting([0]).sorted())
  }
}

extension FieldFacts {
  /// Whether a list that may be absent needs a message around it, because lists are always there.
  var isWrappedInProto: Bool { type.isList && type.isOptional }
  /// The name of its enumeration.
  var protoWords: String { isWrappedInProto ? protoInner + "Words" : protoInner }
  /// The type of one value.
  var protoScalar: String {
    isEnumeration ? protoWords : Self.protoTypes[kind, default: "string"]
  }
  /// What its enumeration says where nothing was said.
  var protoUnspecified: String { Naming.screamingSnake(name) + "_UNSPECIFIED" }
  /// Whether it is always there, but the code made from the message may lack it.
  var isRequiredMessageInProto: Bool {
    kind == "timestamp" && !type.isList && !type.isOptional
  }
  /// The member of the struct that is made from the message.
  var protoIdentifier: String {
    ["crate", "extern", "self", "super"].contains(name) ? name + "_" : name
  }

  private static let protoTypes = [
    "bool": "bool", "i32": "int32", "i64": "int64", "f64": "double", "bytes": "bytes",
    "timestamp": "google.protobuf.Timestamp",
  ]
}
