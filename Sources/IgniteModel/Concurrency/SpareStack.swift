import CSystem

/// A second stack for each thread that works beside the first one, so that the terminal can be given back
/// even where the usual stack of the thread overflowed.
package enum SpareStack {
  /// Gives the thread that calls one, unless it has one.
  package static func take() { allframe_take_spare_stack() }
}
