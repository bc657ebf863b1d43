/// Which entries a platform uses, and for which of its services.
struct EntryUsage: Sendable {
  private let entries: [CompiledEntry]
  private let isUsedAtAll: [Bool]
  private let service: Int?

  init(_ planner: Planner, _ platform: [TemplateValue]) {
    entries = planner.entries
    let service = planner.vocabulary.position(ofScope: "service")
    self.service = service
    isUsedAtAll = planner.entries.map { entry in
      guard entry.isPerService, let service else { return entry.condition.holds(in: platform) }
      var isUsed = false
      var frame = platform
      planner.walk.each([service], in: &frame) { frame in
        isUsed = isUsed || entry.condition.holds(in: frame)
      }
      return isUsed
    }
  }

  /// Feeds which entries are used at all to a hasher.
  func hash(into hasher: inout Hasher) { hasher.combine(isUsedAtAll) }

  /// Whether the platform or one of its services uses the entry.
  func isUsed(_ entry: Int) -> Bool { isUsedAtAll[entry] }

  /// Whether the entry is used for the bound service, if one is bound.
  func isUsed(_ entry: Int, in frame: [TemplateValue]) -> Bool {
    guard isUsedAtAll[entry], entries[entry].isPerService, let service,
      case .record = frame[service]
    else { return isUsedAtAll[entry] }
    return entries[entry].condition.holds(in: frame)
  }
}
