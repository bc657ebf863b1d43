# A secret and who may read it. Where its value is not made here, a person adds it:
# printf %s "$VALUE" | gcloud secrets versions add NAME --data-file=-

resource "google_secret_manager_secret" "this" {
  project             = var.project_id
  secret_id           = var.name
  labels              = var.labels
  deletion_protection = var.deletion_protection

  replication {
    user_managed {
      dynamic "replicas" {
        for_each = var.regions
        content {
          location = replicas.value
        }
      }
    }
  }
}

resource "google_secret_manager_secret_version" "this" {
  count = var.has_value ? 1 : 0

  secret      = google_secret_manager_secret.this.id
  secret_data = var.value

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_secret_manager_secret_iam_member" "readers" {
  for_each = var.readers

  project   = var.project_id
  secret_id = google_secret_manager_secret.this.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = each.value
}
