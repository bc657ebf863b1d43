public import IgniteSyntax

/// Long explanations of what decoding tells, for `allframe explain CODE`.
public enum DecodingExplanations {
  /// The explanation of a code; absent for codes of others.
  public static func text(of code: Diagnostic.Code) -> String? {
    all.first { $0.code == code }?.text
  }

  /// Every code of decoding with its explanation, sorted by code.
  public static let all: [(code: Diagnostic.Code, text: String)] = [
    (
      "invalid-field-type",
      """
      The type of an entity's field is a scalar, then `?` if it may be absent and `[]` if there are \
      any number, then the words `unique`, `pii`, `indexed` and `merged`: several people may change a \
      merged text at once. The scalars are `string`, `text`, `bool`, `i32`, `i64`, `f64`, `decimal`, \
      `uuid`, `date`, `timestamp`, `json`, `bytes`, `enum(a|b|c)` and `ref(Entity)`.

      Wrong: `total = "int"`. Right: `total = "i64"`.
      """
    ),
    (
      "invalid-name",
      """
      Names end up in folders, identifiers and cloud resources, each of which allows only some \
      characters. The message says which spelling is asked for.

      Wrong: `providers = ["my provider"]`. Right: `providers = ["my-provider"]`.
      """
    ),
    (
      "malformed-value",
      """
      The text has not the form that the key asks for: durations are numbers with units (`1h30m`), \
      cron expressions have five fields, time zones are names of the IANA database, URLs have a \
      scheme and a host, paths start with `/`.

      Wrong: `cron = "@daily"`. Right: `cron = "0 0 * * *"`.
      """
    ),
    (
      "malformed-variable",
      """
      Variables are written `${NAME}`, `${NAME:-default}` or `${NAME:?message}`; the name consists \
      of letters, digits and `_`. A literal `${` is written `$${`.

      Wrong: `jwt_issuer = "${ISSUER"`. Right: `jwt_issuer = "${ISSUER}"`.
      """
    ),
    (
      "misplaced-key",
      """
      Some tables belong to services of one type: `saga` to `saga-orchestrator`, `jobs` to \
      `scheduled`, and so on. In a service of another type they mean nothing and are ignored.

      Remove the table, or give the service the type that it belongs to.
      """
    ),
    (
      "missing-key",
      """
      The table is incomplete without the key. The least that a file needs is a name of the platform \
      and one service with a name and a type.

      Right: `[architecture]` with `name = "shop"`, `[[services]]` with `name = "orders"` and \
      `type = "stateless"`.
      """
    ),
    (
      "more-problems",
      """
      After a hundred problems of the same file the rest is not shown, since they most often have \
      few causes. Mend the first ones and run the check again.
      """
    ),
    (
      "out-of-range",
      """
      The number is smaller or larger than what makes sense for the key, most often because it was \
      meant in another unit. `allframe explain-value` shows range and unit of a key.

      Wrong: `timeout_ms = 0`. Right: `timeout_ms = 30_000`.
      """
    ),
    (
      "retired-key",
      """
      Earlier versions took this key, and nothing read it, or what it chose is the only choice now. \
      It has no effect; `allframe check --fix` takes it out.

      Wrong: `saga = { state_store = "redis" }`. Right: the same without it; a saga's progress \
      stands in the database of its service.
      """
    ),
    (
      "shorthand",
      """
      The spelling is understood, but it is another name for a key that the file can write itself. \
      `allframe check --fix` rewrites it, so that one thing is said in one way.

      Short: `ports.inbound = ["rest:8080"]`. Plain: `ports = { rest = 8080 }`.
      """
    ),
    (
      "unknown-choice",
      """
      The key takes one of a few words, which the message lists; `allframe list` shows what the \
      catalog offers.

      Wrong: `event_bus = "rabbit"`. Right: `event_bus = "rabbitmq"`.
      """
    ),
    (
      "unknown-environment",
      """
      `--env` names one of the tables below `[environments]`, whose values are put over those of the \
      rest of the file.

      Right: `--env staging` with `[environments.staging.settings]` in the file.
      """
    ),
    (
      "unknown-key",
      """
      The config has no key of this name at this place, so the value would be ignored without a \
      word. Most often the name is misspelled or stands in the wrong table. `allframe schema \
      --format markdown` lists every key.

      Wrong: `[settings]` with `eventbus = "redis"`. Right: `event_bus = "redis"`.
      """
    ),
    (
      "unknown-path",
      """
      A path leads from the root of the config to a key: `settings.event_bus`, \
      `services[0].ports.rest`, `services.orders.ports.rest`. `--set` takes `path=value`, lists with \
      commas between the elements.

      Right: `--set services.orders.protocols=rest,grpc`.
      """
    ),
    (
      "unset-variable",
      """
      The value decides what is generated, so it must be known when generating: set the variable, or \
      write a default. Values that only a deployment needs, such as account numbers and issuers, may \
      stay unset and become inputs of the deployment.

      Wrong without `BUS` in the environment: `event_bus = "${BUS}"`. Right: `event_bus = \
      "${BUS:-memory}"`.
      """
    ),
    (
      "variable-in-prose",
      """
      Descriptions are written into files as they are. The environment may hold secrets, so nothing \
      of it is ever written into a generated file as text.

      Write the text itself; a literal `${` is written `$${`.
      """
    ),
    (
      "wrong-type",
      """
      The key takes another type of value: a text in quotes, a number or `true` and `false` without, \
      a list in brackets, a table in braces or under a header.

      Wrong: `mtls = "yes"`. Right: `mtls = true`.
      """
    ),
  ]
}
