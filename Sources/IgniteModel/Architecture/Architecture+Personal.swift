extension Architecture {
  /// The names of fields that are personal in every entity, by `compliance.pii_fields`.
  public var personalFieldNames: Set<String> {
    Set(settings.strings("compliance.pii_fields").map(\.value))
  }
}
