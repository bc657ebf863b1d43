extension SyntaxLanguage {
  private static func words(_ text: String) -> Set<String> {
    Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
  }

  private static func comments(_ starts: String...) -> [[UInt8]] { starts.map { Array($0.utf8) } }

  static let rust = SyntaxLanguage(
    lineComments: comments("//"),
    quotes: [
      Quote("r#\"", "\"#", escapes: false, spansLines: true),
      Quote("/*", "*/", escapes: false, spansLines: true, kind: .comment),
      Quote("\"", spansLines: true),
    ],
    keywords: words(
      """
      as async await break const continue crate dyn else enum extern fn for if impl in let loop match
      mod move mut pub ref return self static struct super trait type unsafe use where while
      """),
    constants: words("true false None Some Ok Err"),
    types: words("bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize Self"),
    hasCapitalTypes: true, hasCalls: true, attributeStart: Array("#".utf8), hasLifetimes: true)

  static let toml = SyntaxLanguage(
    lineComments: comments("#"),
    quotes: [
      Quote("\"\"\"", spansLines: true), Quote("'''", escapes: false, spansLines: true),
      Quote("\""), Quote("'", escapes: false),
    ],
    constants: words("true false inf nan"), keySigns: [UInt8(ascii: "=")],
    joiners: Set("-.".utf8), hasSections: true)

  static let yaml = SyntaxLanguage(
    lineComments: comments("#"), quotes: [Quote("\""), Quote("'", escapes: false)],
    constants: words("true false null"), keySigns: [UInt8(ascii: ":")], joiners: Set("-./".utf8),
    hasVariables: true)

  static let hcl = SyntaxLanguage(
    lineComments: comments("#", "//"),
    quotes: [Quote("/*", "*/", escapes: false, spansLines: true, kind: .comment), Quote("\"")],
    keywords: words(
      "resource data variable output module provider terraform locals for in if backend dynamic"),
    constants: words("true false null"),
    types: words("string number bool list map object set any"),
    keySigns: [UInt8(ascii: "=")], hasCalls: true, joiners: Set("-".utf8))

  static let sql = SyntaxLanguage(
    lineComments: comments("--"),
    quotes: [
      Quote("/*", "*/", escapes: false, spansLines: true, kind: .comment),
      Quote("'", escapes: false, spansLines: true),
      Quote("\"", escapes: false, kind: .plain),
    ],
    keywords: words(
      """
      select from where insert into values update set delete create table index unique primary key
      foreign references not null default and or on conflict do nothing returning if exists alter
      add column drop check constraint cascade order by group limit offset join left inner as begin
      commit for skip locked using with in is between like case when then else end
      """),
    constants: words("true false null"),
    types: words(
      """
      uuid text integer bigint smallint boolean blob bytea timestamp timestamptz date numeric real
      jsonb json varchar
      """),
    ignoresCase: true, hasCalls: true)

  static let proto = SyntaxLanguage(
    lineComments: comments("//", "#"),
    quotes: [
      Quote("/*", "*/", escapes: false, spansLines: true, kind: .comment),
      Quote("\"\"\"", escapes: false, spansLines: true, kind: .comment), Quote("\""), Quote("'"),
    ],
    keywords: words(
      """
      syntax package import option message enum service rpc returns repeated optional oneof map
      reserved stream type query mutation input interface schema scalar extend
      """),
    constants: words("true false"),
    types: words("string bytes bool int32 int64 uint32 uint64 double float"),
    hasCapitalTypes: true)

  static let dockerfile = SyntaxLanguage(
    lineComments: comments("#"), quotes: [Quote("\""), Quote("'", escapes: false)],
    keywords: words(
      """
      FROM AS RUN COPY ADD ENV ARG WORKDIR USER EXPOSE ENTRYPOINT CMD HEALTHCHECK LABEL VOLUME
      STOPSIGNAL SHELL ONBUILD
      """), keySigns: [UInt8(ascii: "=")], joiners: Set("-".utf8), hasVariables: true)

  static let json = SyntaxLanguage(
    quotes: [Quote("\"")], constants: words("true false null"), keySigns: [UInt8(ascii: ":")])

  static let shell = SyntaxLanguage(
    lineComments: comments("#"),
    quotes: [Quote("\"", spansLines: true), Quote("'", escapes: false, spansLines: true)],
    keywords: words(
      "if then else elif fi for in do done while until case esac function return local export set"),
    keySigns: [UInt8(ascii: "=")], joiners: Set("-".utf8), hasVariables: true)

  static let make = SyntaxLanguage(
    lineComments: comments("#"), quotes: [Quote("\""), Quote("'", escapes: false)],
    keywords: words("include ifeq ifneq ifdef ifndef else endif define endef export"),
    keySigns: Set(":=".utf8), joiners: Set("-.".utf8), hasVariables: true)

  static let python = SyntaxLanguage(
    lineComments: comments("#"),
    quotes: [Quote("\"\"\"", spansLines: true), Quote("\""), Quote("'")],
    keywords: words(
      """
      and as assert async await break class continue def del elif else except finally for from if
      import in is lambda not or pass raise return try while with yield
      """), constants: words("True False None"), hasCapitalTypes: true, hasCalls: true,
    attributeStart: Array("@".utf8))

  static let javascript = SyntaxLanguage(
    lineComments: comments("//"),
    quotes: [
      Quote("/*", "*/", escapes: false, spansLines: true, kind: .comment),
      Quote("`", spansLines: true), Quote("\""), Quote("'"),
    ],
    keywords: words(
      """
      async await break case catch class const continue default else export extends finally for
      function if import in let new of return static switch throw try typeof var while yield
      """),
    constants: words("true false null undefined"), hasCapitalTypes: true, hasCalls: true)

  static let markdown = SyntaxLanguage(isMarkdown: true)
}
