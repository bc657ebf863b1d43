# The service mailer.

resource "google_service_account" "mailer" {
  project      = var.project_id
  account_id   = "shop-mailer-run"
  display_name = "mailer"
  description  = "What the service mailer acts as."

  depends_on = [google_project_service.this]
}

locals {
  environment_mailer = {
    for region in var.regions : region => merge(
      {
        # Cloud Run waits for ten seconds.
        SHUTDOWN_GRACE = "8s"
        PUBSUB_PROJECT = var.project_id
        BUS_URL        = "pubsub:"
        BUS_PREFIX     = "shop"
      },
      lookup(var.environment, "mailer", {})
    )
  }

  secrets_mailer = {
    DATABASE_URL     = module.secret_mailer_DATABASE_URL.id
    OPERATIONS_TOKEN = module.secret_mailer_OPERATIONS_TOKEN.id
  }
}

module "service_mailer" {
  source   = "../modules/cloud-run-service"
  for_each = local.regions

  project_id      = var.project_id
  region          = each.key
  name            = "shop-mailer"
  description     = "The service mailer."
  labels          = merge(local.labels, { service = "mailer" })
  ingress         = "none"
  service_account = google_service_account.mailer.email
  network         = module.network.network
  subnetwork      = module.network.subnetworks[each.key]

  image             = "${module.registry.url}/mailer:${try(var.releases["mailer"].release, "initial")}"
  release           = try(var.releases["mailer"].release, null)
  stable_release    = try(var.releases["mailer"].stable, null)
  candidate_percent = try(var.releases["mailer"].percent, 100)

  port   = 31737
  cpu    = "1"
  memory = "512Mi"

  # It works between requests too, so it never stops where it serves.
  min_instances          = contains(local.active_regions, each.key) ? 1 : 0
  max_instances          = 4
  works_between_requests = true

  environment = local.environment_mailer[each.key]
  secrets     = local.secrets_mailer

  deletion_protection = false

  depends_on = [google_project_service.this]
}

# Sends its dead letters on once more:
module "redrive_mailer" {
  source = "../modules/cloud-run-job"

  project_id      = var.project_id
  region          = local.primary_region
  name            = "shop-mailer-redrive"
  labels          = merge(local.labels, { service = "mailer" })
  image           = "${module.registry.url}/mailer:${try(var.releases["mailer"].release, "initial")}"
  arguments       = ["redrive"]
  service_account = google_service_account.mailer.email
  network         = module.network.network
  subnetwork      = module.network.subnetworks[local.primary_region]
  environment     = local.environment_mailer[local.primary_region]
  secrets         = local.secrets_mailer

  depends_on = [google_project_service.this]
}

module "secret_mailer_DATABASE_URL" {
  source = "../modules/gcp-secret"

  project_id = var.project_id
  name       = "shop-mailer-DATABASE_URL"
  labels     = local.labels
  regions    = var.regions
  has_value  = true
  value      = module.database.urls["mailer"]
  readers    = { service = google_service_account.mailer.member }

  deletion_protection = var.deletion_protection

  depends_on = [google_project_service.this]
}

# what opens the routes for operators
resource "random_password" "mailer_operations_token" {
  length  = 48
  special = false
}

module "secret_mailer_OPERATIONS_TOKEN" {
  source = "../modules/gcp-secret"

  project_id = var.project_id
  name       = "shop-mailer-OPERATIONS_TOKEN"
  labels     = local.labels
  regions    = var.regions
  has_value  = true
  value      = random_password.mailer_operations_token.result
  readers    = { service = google_service_account.mailer.member }

  deletion_protection = var.deletion_protection

  depends_on = [google_project_service.this]
}
