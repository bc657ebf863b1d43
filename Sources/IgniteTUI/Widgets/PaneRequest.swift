import IgniteGenerator
import IgniteModel
import IgniteSyntax

/// What a pane asks of the program that it cannot do itself.
enum PaneRequest: Hashable, Sendable {
  /// Show the field of a key.
  case goTo(ConfigPath)
  /// Show a service.
  case goToService(String)
  /// Show the field whose text is at a place of the source.
  case goToSpan(Span)
  /// Change the config and remember it under a title.
  case apply(title: String, [ConfigEdit])
  /// Put a text in the place of bytes of the source.
  case replaceText(Range<Int>, String)
  /// Settle a file in conflict.
  case resolveConflict(path: String, ConflictResolution)
  /// Show the long explanation of a finding.
  case explain(Diagnostic.Code)
  /// Put a text into the clipboard.
  case copy(String)
  /// Go back or forward to a state of the history.
  case undo(toRevision: Int)
  /// Open the source in the person's own editor.
  case openEditor
  /// Leave the pane.
  case close
}
