# Events on Pub/Sub: a topic for each type of event, a subscription for each service that hears it, and
# a topic for what a service could not handle.

locals {
  # A service sets aside itself what it could not handle; this is for one that dies of an event.
  attempts = { for key, consumer in var.consumers : key => max(20, min(100, consumer.retries + 5)) }
  pulling  = { for key, consumer in var.consumers : key => consumer if consumer.push == null }
}

resource "google_pubsub_topic" "events" {
  for_each = var.topics

  project                    = var.project_id
  name                       = each.value
  labels                     = var.labels
  kms_key_name               = var.encryption_key
  message_retention_duration = "${var.retention_days * 86400}s"

  message_storage_policy {
    allowed_persistence_regions = var.regions
  }
}

resource "google_pubsub_topic" "dead_letters" {
  for_each = var.consumers

  project      = var.project_id
  name         = each.value.dead_letters
  labels       = var.labels
  kms_key_name = var.encryption_key

  message_storage_policy {
    allowed_persistence_regions = var.regions
  }
}

# A topic without a subscription keeps nothing.
resource "google_pubsub_subscription" "dead_letters" {
  for_each = var.consumers

  project                    = var.project_id
  name                       = each.value.dead_letters
  topic                      = google_pubsub_topic.dead_letters[each.key].id
  labels                     = var.labels
  ack_deadline_seconds       = 30
  message_retention_duration = "${var.dead_letter_days * 86400}s"

  expiration_policy {
    ttl = ""
  }
}

# What is sent on once more goes to the one service that could not handle it.
resource "google_pubsub_topic" "again" {
  for_each = var.consumers

  project      = var.project_id
  name         = each.value.again
  labels       = var.labels
  kms_key_name = var.encryption_key

  message_storage_policy {
    allowed_persistence_regions = var.regions
  }
}

resource "google_pubsub_subscription" "again" {
  for_each = var.consumers

  project                    = var.project_id
  name                       = each.value.again
  topic                      = google_pubsub_topic.again[each.key].id
  labels                     = var.labels
  ack_deadline_seconds       = 30
  message_retention_duration = "${var.retention_days * 86400}s"
  enable_message_ordering    = true

  expiration_policy {
    ttl = ""
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letters[each.key].id
    max_delivery_attempts = local.attempts[each.key]
  }

  dynamic "push_config" {
    for_each = var.consumers[each.key].push == null ? [] : [var.consumers[each.key].push]
    content {
      push_endpoint = "${push_config.value.endpoint}/events"

      oidc_token {
        service_account_email = push_config.value.email
        audience              = push_config.value.endpoint
      }
    }
  }
}

resource "google_pubsub_subscription" "events" {
  for_each = var.subscriptions

  project                    = var.project_id
  name                       = each.value.name
  topic                      = google_pubsub_topic.events[each.value.event].id
  labels                     = var.labels
  ack_deadline_seconds       = 30
  message_retention_duration = "${var.retention_days * 86400}s"
  # Events of one key come one after the other: the key is the ordering key.
  enable_message_ordering = true

  expiration_policy {
    ttl = ""
  }

  retry_policy {
    minimum_backoff = "1s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letters[each.value.consumer].id
    max_delivery_attempts = local.attempts[each.value.consumer]
  }

  dynamic "push_config" {
    for_each = var.consumers[each.value.consumer].push == null ? [] : [var.consumers[each.value.consumer].push]
    content {
      push_endpoint = "${push_config.value.endpoint}/events"

      oidc_token {
        service_account_email = push_config.value.email
        audience              = push_config.value.endpoint
      }
    }
  }
}

# Pub/Sub itself moves dead letters: it takes them from the subscription and publishes them again.
resource "google_pubsub_topic_iam_member" "moves_dead_letters" {
  for_each = var.consumers

  project = var.project_id
  topic   = google_pubsub_topic.dead_letters[each.key].name
  role    = "roles/pubsub.publisher"
  member  = var.service_agent
}

resource "google_pubsub_subscription_iam_member" "takes_dead_letters" {
  for_each = var.subscriptions

  project      = var.project_id
  subscription = google_pubsub_subscription.events[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = var.service_agent
}

resource "google_pubsub_topic_iam_member" "publishes" {
  for_each = var.publishers

  project = var.project_id
  topic   = google_pubsub_topic.events[each.value.event].name
  role    = "roles/pubsub.publisher"
  member  = each.value.member
}

resource "google_pubsub_subscription_iam_member" "consumes" {
  for_each = { for key, one in var.subscriptions : key => one if contains(keys(local.pulling), one.consumer) }

  project      = var.project_id
  subscription = google_pubsub_subscription.events[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = var.consumers[each.value.consumer].member
}

# A consumer looks at its own dead letters and sends them on once more.
resource "google_pubsub_subscription_iam_member" "looks_at_dead_letters" {
  for_each = var.consumers

  project      = var.project_id
  subscription = google_pubsub_subscription.dead_letters[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = each.value.member
}

resource "google_pubsub_subscription_iam_member" "takes_dead_letters_again" {
  for_each = var.consumers

  project      = var.project_id
  subscription = google_pubsub_subscription.again[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = var.service_agent
}

resource "google_pubsub_subscription_iam_member" "consumes_again" {
  for_each = local.pulling

  project      = var.project_id
  subscription = google_pubsub_subscription.again[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = each.value.member
}

resource "google_pubsub_topic_iam_member" "sends_again" {
  for_each = var.consumers

  project = var.project_id
  topic   = google_pubsub_topic.again[each.key].name
  role    = "roles/pubsub.publisher"
  member  = each.value.member
}

resource "google_pubsub_topic_iam_member" "sets_aside" {
  for_each = var.consumers

  project = var.project_id
  topic   = google_pubsub_topic.dead_letters[each.key].name
  role    = "roles/pubsub.publisher"
  member  = each.value.member
}
