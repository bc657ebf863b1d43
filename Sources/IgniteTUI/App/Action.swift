import IgniteGenerator
import IgniteSyntax

/// What can happen: by the person, by the system, by work in the background.
enum Action: Sendable {
  case key(Key)
  case paste(String)
  case mouse(MouseEvent)
  case resize(Size)
  case command(Command)
  case open(Document, path: String?, savedBytes: [UInt8]?, route: Route)
  case openFailed(String)
  case draftFound(id: String, changes: Int)
  case closed(StartFacts)
  case startNamed(String)
  case reached(Reach)
  case planned(PlanState)
  case read([FileReading])
  case progress(phase: String, done: Int, total: Int)
  case generated(GenerateState, path: String?)
  case saved(path: String, bytes: [UInt8])
  case saveFailed(String)
  case changedOutside([UInt8])
  case edited([UInt8])
  case completed(PathCompletion)
  /// Works out what an edit left to be worked out.
  case judge
  /// What a text means, worked out behind the frame that shows it.
  case analysed(Analysis)
  case say(Message)
  case terminate
}

/// What the world outside is asked to do.
enum Effect: Hashable, Sendable {
  case plan
  /// Works out what the text means, behind the frame.
  case judge
  case open(String)
  case resume(String)
  case save(String)
  case journal
  case forgetDraft
  case keepDraft
  case removeDraft(String)
  /// Goes back to the first page, unless something is unsaved whose draft is neither kept nor forgotten.
  case close
  case generate
  case suspend
  case redraw
  case mouse(Bool)
  /// Draws in a theme, which is not chosen yet.
  case showTheme(String)
  /// Draws in a theme from now on, and the next time too.
  case theme(String)
  /// Says what a half-typed path may go on with.
  case complete(String)
  case copy(String)
  case editor(Int)
  case quit
}
