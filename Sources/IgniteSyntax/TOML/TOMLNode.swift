/// A value of a TOML text in the flat tree: spans and links, decoded only on demand.
struct TOMLNode {
  /// What the node is written as.
  enum Kind: UInt8 {
    case table, inlineTable, array, arrayOfTables
    case string, integer, float, boolean
    case offsetDateTime, localDateTime, localDate, localTime
    /// A value that could not be read.
    case invalid
  }

  /// How the node came about.
  struct Traits: OptionSet {
    let rawValue: UInt8
    /// A header of its own names it.
    static let header = Traits(rawValue: 1)
    /// Dotted keys made it.
    static let dotted = Traits(rawValue: 2)
    /// It lies inside an inline value.
    static let inline = Traits(rawValue: 4)
    /// Its name lies in the buffer of decoded names.
    static let decodedName = Traits(rawValue: 8)
    /// Its string holds backslashes.
    static let escapes = Traits(rawValue: 16)
  }

  static let none: Int32 = -1

  var kind: Kind
  var traits: Traits
  var depth: UInt16
  var parent: Int32
  var firstChild = Self.none
  var lastChild = Self.none
  var next = Self.none
  /// The section whose dotted keys may extend this table.
  var section = Self.none
  /// The text of the key, quotes included; empty at -1 for elements.
  var keyStart = Self.none
  var keyEnd = Self.none
  /// The name without quotes, in the source or in the buffer of decoded names.
  var nameStart = Self.none
  var nameLength: Int32 = 0
  var hash: UInt32 = 0
  /// The text of the value; for a table the header or the first key that made it.
  var start: Int32
  var end: Int32

  init(_ kind: Kind, traits: Traits = [], depth: Int, parent: Int32, span: Span) {
    self.kind = kind
    self.traits = traits
    self.depth = UInt16(clamping: depth)
    self.parent = parent
    start = Int32(clamping: span.start)
    end = Int32(clamping: span.end)
  }

  var hasKey: Bool { keyStart >= 0 }
  var keySpan: Span { Span(Int(keyStart), Int(keyEnd)) }
  var span: Span {
    get { Span(Int(start), Int(end)) }
    set {
      start = Int32(clamping: newValue.start)
      end = Int32(clamping: newValue.end)
    }
  }
}

/// One expression of a TOML text: a header or a key with its value.
struct TOMLStatement {
  enum Kind {
    case header, arrayHeader, keyValue
  }

  var kind: Kind
  /// The first byte of its first line, indentation included.
  var start: Int
  /// The key, or the keys between the brackets of a header.
  var key = Span(0, 0)
  /// The value; absent in headers.
  var value = Span(0, 0)
  /// The byte after its last line end.
  var end = 0
  /// The table of a header, the value of a key.
  var node = TOMLNode.none
  /// The table of the section it stands in.
  var table: Int32
  /// Whether it was read without a complaint.
  var isSound = false

  var isHeader: Bool { kind != .keyValue }
}

/// One written part of a key and the node it stands for.
struct TOMLReference {
  var node: Int32
  var span: Span
}
