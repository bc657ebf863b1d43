# Where the images of the services are kept.

resource "google_artifact_registry_repository" "this" {
  project       = var.project_id
  location      = var.region
  repository_id = var.name
  description   = "The images of ${var.name}"
  format        = "DOCKER"
  labels        = var.labels

  docker_config {
    # A release stays what it was.
    immutable_tags = true
  }

  vulnerability_scanning_config {
    enablement_config = "INHERITED"
  }

  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"
    most_recent_versions {
      keep_count = var.kept_versions
    }
  }

  cleanup_policies {
    id     = "remove-old"
    action = "DELETE"
    condition {
      tag_state  = "ANY"
      older_than = "${var.kept_days * 86400}s"
    }
  }
}

# Whoever runs the images may read them, and nothing else.
resource "google_artifact_registry_repository_iam_member" "readers" {
  for_each = var.readers

  project    = var.project_id
  location   = google_artifact_registry_repository.this.location
  repository = google_artifact_registry_repository.this.name
  role       = "roles/artifactregistry.reader"
  member     = each.value
}
