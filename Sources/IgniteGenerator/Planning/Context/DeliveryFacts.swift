import IgniteModel

extension ServiceFacts {
  /// Why a service asks for its events where a cloud is to bring them.
  enum Hold: Hashable {
    /// Its bus brings no events.
    case bus
    /// Its type works between requests.
    case type
    /// Its outbox is sent between requests.
    case outbox
    /// Its jobs run between requests.
    case jobs
    /// Its data is a file, so it is never stopped.
    case volume
    /// Its platform keeps tenants, each with a consumer of its own.
    case tenants
    /// Everybody may call it, so that nobody sees who brings events.
    case isPublic
  }

  /// What keeps a cloud from bringing its events in requests.
  var holds: [Hold] {
    var holds: [Hold] = busPushes ? [] : [.bus]
    if staysByType { holds.append(.type) }
    if hasOutbox { holds.append(.outbox) }
    if !resolved.service.jobs.isEmpty { holds.append(.jobs) }
    if hasVolume { holds.append(.volume) }
    if isAmongTenants { holds.append(.tenants) }
    if ingress == "public" { holds.append(.isPublic) }
    return holds
  }

  /// Whether a cloud brings its events in requests, so that it may stop between them.
  func isPushed(on cloud: String) -> Bool {
    pushingClouds.contains(cloud) && !consumes.isEmpty && holds.isEmpty
  }
}
