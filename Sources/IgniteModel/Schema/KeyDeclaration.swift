public import IgniteSyntax

/// Everything the program knows about one key of the config, said once.
public struct KeyDeclaration: Hashable, Sendable {
  /// What the value of a key means for the graph of services.
  public enum GraphRole: String, Hashable, Sendable, CaseIterable {
    /// It names services that are called and waited for.
    case calls
    /// It names events that the service owns.
    case publishes
    /// It names events of other services.
    case consumes
    /// It names the kind of store that the service keeps its data in.
    case stores
    /// It names the bus that carries the events.
    case bus
  }

  /// Where the value of a key ends up.
  public enum Effect: String, Hashable, Sendable, CaseIterable {
    /// It decides what is generated, so it must be known when generating.
    case shapesOutput = "shapes-output"
    /// It is text for people and shows up as it is written; variables have no place in it.
    case prose
    /// It belongs to a deployment; a variable in it becomes an input of the deployment.
    case carried
    /// The rules hold it against the rest of the architecture, but nothing is generated from it.
    case checkedOnly = "checked-only"
  }

  /// Which key.
  public var path: KeyPattern
  /// What the value must be.
  public var kind: ValueKind
  /// The value when the key is absent.
  public var defaultValue: ConfigValue?
  /// The key whose value is taken when this one is absent.
  public var inherits: KeyPattern?
  /// Whether the table around it is incomplete without the key.
  public var isRequired: Bool
  /// One line on what it is for.
  public var help: String
  /// A valid value; absent for tables, whose members have their own.
  public var example: ConfigValue?
  /// What a number counts, such as `ms`.
  public var unit: String?
  /// What it means for the graph.
  public var role: GraphRole?
  /// Where its value ends up.
  public var effect: Effect
  /// The archetypes whose services have the key; empty for all.
  public var archetypes: [String]
  /// The switches of the platform of which one must be on for the key to change anything; empty for none.
  public var switches: [KeyPattern]
  /// Whether a value written in the file may give a secret away.
  public var isSecret: Bool
  /// The key to write instead, when this one is a shorthand.
  public var shorthandFor: KeyPattern?
  /// What the name itself must be, when the key stands for members of any name.
  public var nameKind: ValueKind?
  /// Other spellings of words of a choice, and the word each stands for.
  public var synonyms: [String: String]

  /// Declares a key that holds a value.
  public init(
    _ path: KeyPattern, _ kind: ValueKind, default defaultValue: ConfigValue? = nil,
    inherits: KeyPattern? = nil, isRequired: Bool = false, unit: String? = nil,
    role: GraphRole? = nil, effect: Effect = .shapesOutput, archetypes: [String] = [],
    switches: [KeyPattern] = [], isSecret: Bool = false, shorthandFor: KeyPattern? = nil,
    nameKind: ValueKind? = nil, synonyms: [String: String] = [:], help: String,
    example: ConfigValue? = nil
  ) {
    self.path = path
    self.kind = kind
    self.defaultValue = defaultValue
    self.inherits = inherits
    self.isRequired = isRequired
    self.unit = unit
    self.role = role
    self.effect = effect
    self.archetypes = archetypes
    self.switches = switches
    self.isSecret = isSecret
    self.shorthandFor = shorthandFor
    self.nameKind = nameKind
    self.synonyms = synonyms
    self.help = help
    self.example = example
  }
}

extension KeyDeclaration {
  /// The same key, for services of one archetype only.
  func only(for archetype: String) -> KeyDeclaration {
    var narrowed = self
    narrowed.archetypes = [archetype]
    return narrowed
  }
}
