import IgniteSyntax

/// What one layer of configuration says: the file itself, one overlay, or the flags.
struct SettingsLayer {
  var platform: [Assignment] = []
  var services: [ServiceLayer] = []

  /// One key with its value.
  struct Assignment {
    /// The path in the settings of the platform or of the service.
    var settingsPath: String
    var entry: SettingsEntry
    /// Whether it is another spelling of another key.
    var isShorthand = false
  }

  /// What the layer says of one service.
  struct ServiceLayer {
    var path: ConfigPath
    var span: Span
    /// The name by which the layer speaks of the service, absent when it could not be read.
    var name: String?
    var assignments: [Assignment] = []
  }
}
