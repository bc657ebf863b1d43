extension Architecture {
  /// Whether several customers share the platform, and are kept apart.
  public var hasTenants: Bool {
    settings.boolean("tenant.enabled")?.value == true
      || settings.boolean("architecture.multi_tenant")?.value == true
  }
}
