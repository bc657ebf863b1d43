# Work that a service does once and then ends, started by a person:
# gcloud run jobs execute NAME --region REGION

resource "google_cloud_run_v2_job" "this" {
  project  = var.project_id
  location = var.region
  name     = var.name
  labels   = var.labels

  deletion_protection = false

  template {
    labels     = var.labels
    task_count = 1

    template {
      service_account       = var.service_account
      execution_environment = "EXECUTION_ENVIRONMENT_GEN2"
      timeout               = "${var.timeout_seconds}s"
      max_retries           = var.max_retries

      vpc_access {
        egress = "PRIVATE_RANGES_ONLY"

        network_interfaces {
          network    = var.network
          subnetwork = var.subnetwork
        }
      }

      containers {
        image = var.image
        args  = var.arguments

        resources {
          limits = {
            cpu    = "1"
            memory = "512Mi"
          }
        }

        dynamic "env" {
          for_each = var.environment
          content {
            name  = env.key
            value = env.value
          }
        }

        dynamic "env" {
          for_each = var.secrets
          content {
            name = env.key
            value_source {
              secret_key_ref {
                secret  = env.value
                version = "latest"
              }
            }
          }
        }
      }
    }
  }

  lifecycle {
    # What the tools that deploy write about themselves.
    ignore_changes = [client, client_version]

    precondition {
      condition     = length(var.name) <= 63
      error_message = "A job of Cloud Run has a name of at most 63 characters: ${var.name}."
    }
  }
}
