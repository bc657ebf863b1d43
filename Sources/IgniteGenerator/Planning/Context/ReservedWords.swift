/// Words that generated code gives a meaning of its own, so that names of an architecture step aside.
enum ReservedWords {
  /// Types that the templates import or that Rust has everywhere.
  static let types: Set<String> = words(
    """
    Aggregate Aggregates Any App Application Announcements Answer Arc AsMut AsRef AsyncFn AsyncFnMut AsyncFnOnce BigInt Body Boolean Box \
    Bus Bytes Change Clone Command CommandBus CommandHandler Config Connection Context Contended Copy Database DatabaseStore DateTime Days Debug \
    Decimal Default Description Decided Deserialize Direct Documents DoubleEndedIterator Drop Envelope Eq Err Error \
    Event EventStore Events ExactSizeIterator Extend Float Fn FnMut FnOnce From FromIterator Future Handler \
    HandlerError Handlers Harness HeaderMap Idempotency IfMatch IfNoneMatch InTransaction Into \
    IntoFuture IntoIterator IntoParams IntoResponse Invalid Iterator Json Loaded Loader MemoryBus Migrations Mutation \
    NaiveDate NewChange None NotModified Ok OpenApi Option Ord Outbox Page PageRequest PartialEq PartialOrd \
    PartialSchema Path PgArguments PgConnection PgExecutor PgRow Postgres Problem Projection ProjectionRegistry Publisher Query \
    QueryBuilder QueryBus QueryHandler Reader Relay Request Response Result Router Row Self Send Serialize Settings Sized Some \
    Sqlite SqliteArguments SqliteConnection SqliteExecutor SqliteRow State StatusCode StoredChange String Sync Text \
    ToOwned ToSchema ToString Transaction TransactionHandler TryFrom TryInto Unpin Utc Uuid Value Vec VersionRegistry View
    """)

  /// Modules and variables of the templates, and crates that they name.
  static let values: Set<String> = words(
    """
    after aggregates alloc announcements app application async_trait axum body bound bus changed chrono config \
    connection core create created created_events consumers database deleted description dev domain done envelope \
    event events executor expect expected fetch field fields filter filters find found frame harness \
    header headers held http http_body_util id idempotency infrastructure insert invalid item json known limit list \
    listed location main messaging migrations mod name new now number outbox page platform postgres process presentation projections \
    publisher query read reader remove repository request response rest result router routes row rows running \
    rust_decimal self serde serde_json service settings sqlite sqlx stale state status std storable \
    stored strum suite tagged tests text tokio tower tracing transaction update updated use_cases utoipa \
    uuid value version views cached
    """)

  /// Keywords of Rust 2024, those included that it keeps for later.
  static let keywords: Set<String> = words(
    """
    Self abstract as async await become box break const continue crate do dyn else enum extern false \
    final fn for gen if impl in let loop macro match mod move mut override priv pub ref return self \
    static struct super trait true try type typeof unsafe unsized use virtual where while yield
    """)

  /// Packages of the workspace and of its dependencies, and crates that come with Rust.
  static let packages: Set<String> = words(
    """
    alloc async-trait axum base64 bytes chrono core dev events fastrand frame frame-macros futures-util \
    http-body-util proc-macro proc_macro prometheus redis reqwest rust-decimal secrecy serde serde-json \
    serde-path-to-error sha2 sqlx std strum tempfile test thiserror tokio tokio-util tower tower-http \
    tracing tracing-subscriber url utoipa uuid
    """)

  /// Words that PostgreSQL or SQLite do not take as a name without quotes.
  static let sql: Set<String> = words(
    """
    abort action add after all alter always analyse analyze and any array as asc asymmetric attach \
    authorization autoincrement before begin between binary both by cascade case cast check collate \
    collation column commit concurrently conflict constraint create cross current current_catalog \
    current_date current_role current_schema current_time current_timestamp current_user database default \
    deferrable deferred delete desc detach distinct do drop each else end escape except exclude exclusive \
    exists explain fail false fetch filter first following for foreign freeze from full generated glob \
    grant group groups having if ignore ilike immediate in index indexed initially inner insert instead \
    intersect into is isnull join key last lateral leading left like limit localtime localtimestamp match \
    materialized natural no not nothing notnull null nulls of offset on only or order others outer over \
    overlaps partition placing plan pragma preceding primary query raise range recursive references regexp \
    reindex release rename replace restrict returning right rollback row rows savepoint select \
    session_user set similar some symmetric system_user table tablesample temp temporary then ties to \
    trailing transaction trigger true unbounded union unique update user using vacuum values variadic \
    verbose view virtual when where window with without
    """)

  private static func words(_ text: String) -> Set<String> {
    Set(text.split(separator: " ").map(String.init))
  }
}
