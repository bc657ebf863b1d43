# What tells people that something is wrong: alerts on what callers notice, on servers and on events
# that pile up, checks from outside, one dashboard, and how long logs are kept.

locals {
  run = "resource.type = \"cloud_run_revision\" AND resource.labels.service_name = "
}

resource "google_monitoring_notification_channel" "email" {
  for_each = var.emails

  project      = var.project_id
  display_name = each.value
  type         = "email"
  labels       = { email_address = each.value }
}

resource "google_monitoring_alert_policy" "errors" {
  for_each = var.services

  project               = var.project_id
  display_name          = "${each.value}: requests fail"
  combiner              = "OR"
  severity              = "ERROR"
  user_labels           = var.labels
  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  conditions {
    display_name = "More than ${var.error_rate_max * 100} % of requests fail"

    condition_threshold {
      filter             = "${local.run}\"${each.value}\" AND metric.type = \"run.googleapis.com/request_count\" AND metric.labels.response_code_class = \"5xx\""
      denominator_filter = "${local.run}\"${each.value}\" AND metric.type = \"run.googleapis.com/request_count\""
      comparison         = "COMPARISON_GT"
      threshold_value    = var.error_rate_max
      duration           = "300s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
      }

      denominator_aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "${each.value} answers with 5xx. Its log: `gcloud run services logs read ${each.value}`. Back to the release before: `release.sh rollback`."
  }
}

resource "google_monitoring_alert_policy" "latency" {
  for_each = var.services

  project               = var.project_id
  display_name          = "${each.value}: requests are slow"
  combiner              = "OR"
  severity              = "WARNING"
  user_labels           = var.labels
  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  conditions {
    display_name = "1 of 100 requests takes longer than ${var.latency_p99_ms} ms"

    condition_threshold {
      filter          = "${local.run}\"${each.value}\" AND metric.type = \"run.googleapis.com/request_latencies\""
      comparison      = "COMPARISON_GT"
      threshold_value = var.latency_p99_ms
      duration        = "300s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_PERCENTILE_99"
        cross_series_reducer = "REDUCE_MAX"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "${each.value} answers slowly. Look at what it calls, its database and its number of instances."
  }
}

resource "google_monitoring_uptime_check_config" "this" {
  for_each = var.public_hosts

  project      = var.project_id
  display_name = each.key
  period       = "60s"
  timeout      = "10s"

  http_check {
    path         = "/health/ready"
    port         = 443
    use_ssl      = true
    validate_ssl = true
  }

  monitored_resource {
    type   = "uptime_url"
    labels = { project_id = var.project_id, host = each.value }
  }
}

resource "google_monitoring_alert_policy" "away" {
  for_each = var.public_hosts

  project               = var.project_id
  display_name          = "${each.key}: does not answer"
  combiner              = "OR"
  severity              = "CRITICAL"
  user_labels           = var.labels
  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  conditions {
    display_name = "Checks from several places fail"

    condition_threshold {
      filter          = "resource.type = \"uptime_url\" AND metric.type = \"monitoring.googleapis.com/uptime_check/check_passed\" AND metric.labels.check_id = \"${google_monitoring_uptime_check_config.this[each.key].uptime_check_id}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 1
      duration        = "120s"

      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_NEXT_OLDER"
        cross_series_reducer = "REDUCE_COUNT_FALSE"
        group_by_fields      = ["resource.label.host"]
      }
    }
  }
}

resource "google_monitoring_alert_policy" "backlog" {
  for_each = var.subscriptions

  project               = var.project_id
  display_name          = "${each.value}: events wait"
  combiner              = "OR"
  severity              = "WARNING"
  user_labels           = var.labels
  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  conditions {
    display_name = "The oldest event waits for more than ${var.event_age_max_seconds} s"

    condition_threshold {
      filter          = "resource.type = \"pubsub_subscription\" AND resource.labels.subscription_id = \"${each.value}\" AND metric.type = \"pubsub.googleapis.com/subscription/oldest_unacked_message_age\""
      comparison      = "COMPARISON_GT"
      threshold_value = var.event_age_max_seconds
      duration        = "300s"

      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }
}

resource "google_monitoring_alert_policy" "dead_letters" {
  for_each = var.dead_letters

  project               = var.project_id
  display_name          = "${each.value}: events could not be handled"
  combiner              = "OR"
  severity              = "ERROR"
  user_labels           = var.labels
  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  conditions {
    display_name = "There are dead letters"

    condition_threshold {
      filter          = "resource.type = \"pubsub_subscription\" AND resource.labels.subscription_id = \"${each.value}\" AND metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"

      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Look at them below `/operations` of the consumer, mend what is wrong and send them on once more."
  }
}

resource "google_monitoring_alert_policy" "database" {
  project               = var.project_id
  display_name          = "${var.database}: the database is nearly full or busy"
  combiner              = "OR"
  severity              = "WARNING"
  user_labels           = var.labels
  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  dynamic "conditions" {
    for_each = {
      "cpu/utilization"    = 0.85
      "memory/utilization" = 0.9
      "disk/utilization"   = 0.85
    }
    content {
      display_name = conditions.key

      condition_threshold {
        filter          = "resource.type = \"cloudsql_database\" AND resource.labels.database_id = \"${var.project_id}:${var.database}\" AND metric.type = \"cloudsql.googleapis.com/database/${conditions.key}\""
        comparison      = "COMPARISON_GT"
        threshold_value = conditions.value
        duration        = "600s"

        aggregations {
          alignment_period   = "300s"
          per_series_aligner = "ALIGN_MEAN"
        }
      }
    }
  }
}

resource "google_monitoring_dashboard" "this" {
  project = var.project_id

  dashboard_json = jsonencode({
    displayName = var.name
    mosaicLayout = {
      columns = 48
      tiles = [
        for index, chart in local.charts : {
          xPos   = index % 2 * 24
          yPos   = floor(index / 2) * 16
          width  = 24
          height = 16
          widget = {
            title = chart.title
            xyChart = {
              dataSets = [{
                plotType = "LINE"
                timeSeriesQuery = {
                  timeSeriesFilter = {
                    filter = chart.filter
                    aggregation = {
                      alignmentPeriod    = "60s"
                      perSeriesAligner   = chart.aligner
                      crossSeriesReducer = chart.reducer
                      groupByFields      = chart.fields
                    }
                  }
                }
              }]
            }
          }
        }
      ]
    }
  })
}

locals {
  # The services of this platform alone, not all of the project.
  services = "resource.type = \"cloud_run_revision\" AND resource.labels.service_name = one_of(${join(", ", [for service in var.services : "\"${service}\""])})"

  charts = [
    {
      title   = "Requests a second"
      filter  = "${local.services} AND metric.type = \"run.googleapis.com/request_count\""
      aligner = "ALIGN_RATE"
      reducer = "REDUCE_SUM"
      fields  = ["resource.label.service_name", "metric.label.response_code_class"]
    },
    {
      title   = "Latency of 99 of 100 requests"
      filter  = "${local.services} AND metric.type = \"run.googleapis.com/request_latencies\""
      aligner = "ALIGN_PERCENTILE_99"
      reducer = "REDUCE_MAX"
      fields  = ["resource.label.service_name"]
    },
    {
      title   = "Instances"
      filter  = "${local.services} AND metric.type = \"run.googleapis.com/container/instance_count\""
      aligner = "ALIGN_MAX"
      reducer = "REDUCE_SUM"
      fields  = ["resource.label.service_name"]
    },
    {
      title   = "Memory in use"
      filter  = "${local.services} AND metric.type = \"run.googleapis.com/container/memory/utilizations\""
      aligner = "ALIGN_PERCENTILE_99"
      reducer = "REDUCE_MAX"
      fields  = ["resource.label.service_name"]
    },
    {
      title   = "Age of the oldest event"
      filter  = "resource.type = \"pubsub_subscription\" AND metric.type = \"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND resource.labels.subscription_id = one_of(${join(", ", [for name in var.subscriptions : "\"${name}\""])})"
      aligner = "ALIGN_MAX"
      reducer = "REDUCE_MAX"
      fields  = ["resource.label.subscription_id"]
    },
    {
      title   = "Dead letters"
      filter  = "resource.type = \"pubsub_subscription\" AND metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\" AND resource.labels.subscription_id = one_of(${join(", ", [for name in var.dead_letters : "\"${name}\""])})"
      aligner = "ALIGN_MAX"
      reducer = "REDUCE_SUM"
      fields  = ["resource.label.subscription_id"]
    },
    {
      title   = "Connections of the database"
      filter  = "resource.type = \"cloudsql_database\" AND resource.labels.database_id = \"${var.project_id}:${var.database}\" AND metric.type = \"cloudsql.googleapis.com/database/postgresql/num_backends\""
      aligner = "ALIGN_MEAN"
      reducer = "REDUCE_SUM"
      fields  = ["metric.label.database"]
    },
  ]
}

# How long the project keeps logs, besides those of audits, which Google keeps for 400 days.
resource "google_logging_project_bucket_config" "default" {
  project        = var.project_id
  location       = "global"
  bucket_id      = "_Default"
  retention_days = var.log_retention_days
}
