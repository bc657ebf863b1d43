/// What was found in one source.
public struct DiagnosticReport: Sendable {
  /// The source that all spans refer to.
  public var source: Source
  /// What was found, in reading order and without repetition.
  public var diagnostics: [Diagnostic]

  /// Puts diagnostics in reading order and drops repetitions.
  public init(source: Source, diagnostics: [Diagnostic]) {
    self.source = source
    self.diagnostics = diagnostics.inReadingOrder()
  }
}

extension [Diagnostic] {
  /// Each diagnostic once, by place, the gravest first at one place, those without a place last.
  public func inReadingOrder() -> [Diagnostic] {
    var seen: Set<Diagnostic> = []
    let unique = filter { seen.insert($0).inserted }
    return unique.enumerated().sorted { first, second in
      let (one, other) = (rank(first.element), rank(second.element))
      return one == other ? first.offset < second.offset : one < other
    }.map(\.element)
  }

  private func rank(_ diagnostic: Diagnostic) -> (Int, Int) {
    let gravity = Diagnostic.Severity.allCases.firstIndex(of: diagnostic.severity) ?? 0
    return (diagnostic.primary?.span.start ?? Int.max, gravity)
  }
}

extension [DiagnosticReport] {
  /// How many diagnostics of a severity there are.
  public func count(of severity: Diagnostic.Severity) -> Int {
    reduce(0) { $0 + $1.diagnostics.count { $0.severity == severity } }
  }

  /// One line such as `2 errors, 1 warning`; empty when there is nothing to say.
  public var summary: String {
    Diagnostic.Severity.allCases.compactMap { severity in
      let number = count(of: severity)
      return number == 0 ? nil : "\(number) \(severity.rawValue)\(number == 1 ? "" : "s")"
    }.joined(separator: ", ")
  }
}
