/// Brings surfaces to a terminal.
@MainActor
protocol Screen: AnyObject {
  /// How many colours it shows.
  var colours: ColorSupport { get }
  /// What gives the terminal back, for the case that the program dies.
  var farewell: [UInt8] { get }
  /// Key sequences of this terminal, without their escape.
  var keys: [[UInt8]: Key] { get }

  /// Takes the whole terminal.
  func enter()
  /// Gives it back as it was.
  func leave()
  /// Learns of another size.
  func resize(to size: Size)
  /// Shows a surface.
  func present(_ surface: Surface)
  /// Forgets what the terminal shows.
  func invalidate()
  /// Takes another theme.
  func use(_ theme: Theme)
}
