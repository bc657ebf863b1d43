extension ResolvedService {
  /// Feeds everything that the service is, wherever in the file it stands, to a hasher. The services it
  /// calls and the events it owns or handles are places that say nothing by themselves; whoever knows
  /// what stands there adds it.
  package func hashContent(into hasher: inout Hasher) {
    service.hashContent(into: &hasher)
    hasher.combine(protocols)
    hasher.combine(ports)
    hasher.combine(database)
    hasher.combine(usesDatabase)
    hasher.combine(bus)
    hasher.combine(messaging)
    hasher.combine(idempotency)
    hasher.combine(runtime)
  }
}

extension Service {
  /// Feeds everything that the service is, but for the places in the file, to a hasher.
  package func hashContent(into hasher: inout Hasher) {
    hasher.combine(name.value)
    hasher.combine(type.value)
    hasher.combine(responsibility?.value)
    for names in [protocols, calls, publishes, consumes] { hasher.combine(names.map(\.value)) }
    hasher.combine(entities.count)
    for entity in entities { entity.hashContent(into: &hasher) }
    hasher.combine(ports.map(\.protocolID))
    hasher.combine(ports.map(\.number.value))
    hasher.combine(saga != nil)
    saga?.hashContent(into: &hasher)
    hasher.combine(jobs.count)
    for job in jobs { job.hashContent(into: &hasher) }
    settings.hashContent(into: &hasher)
  }
}

extension Entity {
  fileprivate func hashContent(into hasher: inout Hasher) {
    hasher.combine(name.value)
    hasher.combine(fields.map(\.name.value))
    hasher.combine(fields.map(\.type.value))
  }
}

extension Saga {
  fileprivate func hashContent(into hasher: inout Hasher) {
    hasher.combine(name?.value)
    hasher.combine(compensation.map(\.value))
    hasher.combine(steps.count)
    for step in steps {
      hasher.combine(step.name.value)
      hasher.combine(step.service?.value)
      hasher.combine(step.action?.value)
      hasher.combine(step.compensation?.value)
      hasher.combine(step.timeoutSeconds?.value)
    }
  }
}

extension Job {
  fileprivate func hashContent(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(cron.value)
    hasher.combine(timeZone.value)
    hasher.combine(timeoutMinutes.value)
    hasher.combine(overlapPolicy.value)
  }
}
