extension [Diagnostic] {
  /// The diagnostics sorted by the place they point to, those without one first.
  var inTextOrder: [Diagnostic] {
    enumerated().sorted {
      let left = $0.element.primary?.span.start ?? -1
      let right = $1.element.primary?.span.start ?? -1
      return left != right ? left < right : $0.offset < $1.offset
    }.map(\.element)
  }
}
