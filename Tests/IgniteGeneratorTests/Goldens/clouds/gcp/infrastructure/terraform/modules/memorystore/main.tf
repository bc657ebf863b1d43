# Redis on Memorystore: reached with a password from the network alone, written to disk every hour.

resource "google_redis_instance" "this" {
  project                 = var.project_id
  region                  = var.region
  name                    = var.name
  display_name            = var.name
  labels                  = var.labels
  tier                    = var.is_highly_available ? "STANDARD_HA" : "BASIC"
  memory_size_gb          = var.memory_size_gb
  redis_version           = "REDIS_7_2"
  authorized_network      = var.network
  connect_mode            = "PRIVATE_SERVICE_ACCESS"
  auth_enabled            = true
  transit_encryption_mode = "DISABLED"
  customer_managed_key    = var.encryption_key
  deletion_protection     = var.deletion_protection

  redis_configs = {
    # What is kept is needed: nothing makes room by itself.
    "maxmemory-policy" = "noeviction"
  }

  persistence_config {
    persistence_mode    = "RDB"
    rdb_snapshot_period = "ONE_HOUR"
  }

  maintenance_policy {
    weekly_maintenance_window {
      day = "SUNDAY"
      start_time {
        hours   = 3
        minutes = 0
      }
    }
  }

  lifecycle {
    precondition {
      condition     = length(var.name) <= 40
      error_message = "An instance of Memorystore has a name of at most 40 characters: ${var.name}."
    }
  }
}
