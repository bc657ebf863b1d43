/// A shape that a text must have.
public enum TextShape: String, Hashable, Sendable, CaseIterable {
  /// The name of a platform, service or environment: kebab-case, at most 40 characters.
  case kebabName = "kebab-name"
  /// The name of an entity or event: upper camel case, at most 64 characters.
  case typeName = "type-name"
  /// The name of a field: snake case, at most 63 characters.
  case fieldName = "field-name"
  /// A name of any case: letters, digits, `-` and `_`, at most 64 characters.
  case identifier
  /// The name of a topic, queue or channel.
  case topic
  /// The name of a cloud region.
  case region
  /// A semantic version.
  case version
  /// The name of an HTTP header.
  case headerName = "header-name"
  /// The path of an HTTP endpoint.
  case urlPath = "url-path"
  /// An absolute URL.
  case url
  /// The number of an AWS account.
  case accountNumber = "account-number"
  /// A length of time.
  case duration
  /// Five fields of a cron schedule.
  case cron
  /// The name of a time zone of the IANA database.
  case timeZone = "time-zone"
  /// A name of the domain name system.
  case domain
  /// What names of container images begin with: a registry, perhaps with a port and a path.
  case imagePrefix = "image-prefix"
  /// The type of an entity's field.
  case fieldType = "field-type"

  /// What it is in a few words, for messages.
  public var description: String {
    switch self {
    case .kebabName: "a kebab-case name of at most 40 characters"
    case .typeName: "a name in upper camel case of at most 64 characters"
    case .fieldName: "a snake_case name of at most 63 characters"
    case .identifier: "a name of letters, digits, `-` and `_`, at most 64 characters"
    case .topic: "a topic name of letters, digits, `.`, `-` and `_`"
    case .region: "a region such as `eu-west-1`"
    case .version: "a version such as `1.0.0`"
    case .headerName: "an HTTP header name"
    case .urlPath: "a path that starts with `/`"
    case .url: "an absolute URL such as `https://example.com`"
    case .accountNumber: "an account number of 12 digits"
    case .duration: "a duration such as `30s` or `1h30m`"
    case .cron: "a cron expression of five fields"
    case .timeZone: "a time zone such as `Europe/Berlin`"
    case .domain: "a domain such as `shop.example.com`"
    case .imagePrefix: "a registry such as `registry.example.com/team`"
    case .fieldType: "a field type such as `string` or `i64?`"
    }
  }

  /// A regular expression (ECMA 262) that every such text matches; for some kinds it lets more in.
  public var pattern: String {
    switch self {
    case .kebabName: "^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$"
    case .typeName: "^[A-Z][A-Za-z0-9]{0,63}$"
    case .fieldName: "^(?=.{1,63}$)[a-z][a-z0-9]*(_[a-z0-9]+)*$"
    case .identifier: "^[A-Za-z][A-Za-z0-9_-]{0,63}$"
    case .topic: "^[A-Za-z0-9][A-Za-z0-9._-]{0,248}$"
    case .region: "^[a-z][a-z0-9-]{0,39}$"
    case .version: "^[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.+-]+)?$"
    case .headerName: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$"
    case .urlPath: "^/[A-Za-z0-9._~!$&'()*+,;=:@%/-]{0,254}$"
    case .url: "^[A-Za-z][A-Za-z0-9+.-]*://[^/?#\\s]+\\S*$"
    case .accountNumber: "^[0-9]{12}$"
    case .duration: "^([0-9]+(ms|s|m|h|d))+$"
    case .cron: "^\\s*\\S+(\\s+\\S+){4}\\s*$"
    case .timeZone: "^[A-Za-z0-9][A-Za-z0-9/_+-]*$"
    case .domain:
      "^(?=.{1,190}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$"
    case .imagePrefix:
      "^(?=.{1,150}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*$"
    case .fieldType:
      "^\\s*(string|text|bool|i32|i64|f64|decimal|uuid|date|timestamp|json|bytes"
        + "|enum\\([^()]+\\)|ref\\([^()]+\\))(\\?|\\[\\])*(\\s+(unique|pii|indexed))*\\s*$"
    }
  }
}
