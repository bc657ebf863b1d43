/// Runs an application in the terminal until it is finished.
@MainActor
public struct EventLoop {
  /// Why a loop ended.
  public enum Ending: Hashable, Sendable {
    /// The application was finished.
    case finished
    /// A signal asked for it, or the terminal is gone; the number is that of the signal.
    case terminated(Int32)
  }

  /// Takes the terminal, runs the application and gives the terminal back.
  public static func run(
    _ application: inout some TerminalApplication, options: TerminalOptions = TerminalOptions()
  ) throws -> Ending {
    let terminal = try Terminal(options)
    defer { terminal.close() }
    application.handle([.resize(terminal.size)])
    while !application.isFinished {
      for request in application.takeRequests() { terminal.serve(request) }
      terminal.present(application.draw)
      let events = terminal.events(within: application.tickDelay)
      if !events.isEmpty { application.handle(events) }
      if let signal = terminal.fatalSignal { return .terminated(signal) }
    }
    return .finished
  }
}
