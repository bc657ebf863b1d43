/// A job of a scheduled service.
public struct Job: Sendable {
  /// Its name.
  public var name: String
  /// When it is due, five fields of cron.
  public var cron: Sourced<String>
  /// The time zone of its schedule.
  public var timeZone: Sourced<String>
  /// How long it may take, in minutes.
  public var timeoutMinutes: Sourced<Int64>
  /// What happens when it is due while it still runs: `skip`, `queue` or `allow`.
  public var overlapPolicy: Sourced<String>

  /// Makes a job.
  public init(
    name: String, cron: Sourced<String>, timeZone: Sourced<String>,
    timeoutMinutes: Sourced<Int64>, overlapPolicy: Sourced<String>
  ) {
    self.name = name
    self.cron = cron
    self.timeZone = timeZone
    self.timeoutMinutes = timeoutMinutes
    self.overlapPolicy = overlapPolicy
  }
}
