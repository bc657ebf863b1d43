# One service on Cloud Run in one region: who may call it, how many of it there are, and how the
# traffic is divided between two of its revisions.

locals {
  # Both names need the service's before them, since revisions share one namespace in a region.
  candidate = var.release == null ? null : "${var.name}-${var.release}"
  stable    = var.stable_release == null ? null : "${var.name}-${var.stable_release}"
  is_split  = local.candidate != null && local.stable != null && local.candidate != local.stable

  traffic = local.is_split ? [
    {
      type     = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"
      revision = local.stable
      percent  = 100 - var.candidate_percent
      tag      = "stable"
    },
    {
      type     = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"
      revision = local.candidate
      percent  = var.candidate_percent
      tag      = "candidate"
    },
    ] : [
    {
      type     = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"
      revision = null
      percent  = 100
      tag      = null
    },
  ]

  ingress = {
    public   = "INGRESS_TRAFFIC_ALL"
    balanced = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
    private  = "INGRESS_TRAFFIC_INTERNAL_ONLY"
    none     = "INGRESS_TRAFFIC_INTERNAL_ONLY"
  }
}

resource "google_cloud_run_v2_service" "this" {
  project     = var.project_id
  location    = var.region
  name        = var.name
  description = var.description
  labels      = var.labels
  ingress     = local.ingress[var.ingress]

  deletion_protection = var.deletion_protection

  template {
    revision                         = local.candidate
    labels                           = var.labels
    service_account                  = var.service_account
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    timeout                          = "${var.timeout_seconds}s"
    session_affinity                 = var.session_affinity
    max_instance_request_concurrency = var.concurrency

    scaling {
      min_instance_count = var.min_instances
      max_instance_count = max(var.min_instances, var.max_instances, 1)
    }

    vpc_access {
      # What goes to the internet leaves directly; what is private goes through the network.
      egress = "PRIVATE_RANGES_ONLY"

      network_interfaces {
        network    = var.network
        subnetwork = var.subnetwork
      }
    }

    containers {
      image = var.image

      ports {
        name           = var.speaks_http2 ? "h2c" : "http1"
        container_port = var.port
      }

      resources {
        limits = {
          cpu    = var.cpu
          memory = var.memory
        }
        # Without processor between requests nothing in the background goes on.
        cpu_idle          = !var.works_between_requests
        startup_cpu_boost = true
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

      # A revision that never becomes ready gets no traffic.
      startup_probe {
        period_seconds    = 5
        timeout_seconds   = 3
        failure_threshold = 24
        http_get {
          path = "/health/ready"
          port = var.port
        }
      }

      liveness_probe {
        period_seconds    = 15
        timeout_seconds   = 3
        failure_threshold = 3
        http_get {
          path = "/health/live"
          port = var.port
        }
      }
    }
  }

  dynamic "traffic" {
    for_each = local.traffic
    content {
      type     = traffic.value.type
      revision = traffic.value.revision
      percent  = traffic.value.percent
      tag      = traffic.value.tag
    }
  }

  lifecycle {
    # What the tools that deploy write about themselves.
    ignore_changes = [client, client_version]

    precondition {
      condition     = length(var.name) <= 49
      error_message = "A service of Cloud Run has a name of at most 49 characters: ${var.name}."
    }
  }
}

# Only what is public answers callers that Google does not know.
resource "google_cloud_run_v2_service_iam_member" "everybody" {
  count = contains(["public", "balanced"], var.ingress) ? 1 : 0

  project  = var.project_id
  location = var.region
  name     = google_cloud_run_v2_service.this.name
  role     = "roles/run.invoker"
  member   = "allUsers"
}
