# What is for sale

resource "google_service_account" "catalog" {
  project      = var.project_id
  account_id   = "shop-catalog-run"
  display_name = "catalog"
  description  = "What the service catalog acts as."

  depends_on = [google_project_service.this]
}

locals {
  environment_catalog = {
    for region in var.regions : region => merge(
      {
        # Cloud Run waits for ten seconds.
        SHUTDOWN_GRACE = "8s"
        PUBSUB_PROJECT = var.project_id
        BUS_URL        = "pubsub:"
        BUS_PREFIX     = "shop"
      },
      lookup(var.environment, "catalog", {})
    )
  }

  secrets_catalog = {
    DATABASE_URL = module.secret_catalog_DATABASE_URL.id
  }
}

module "service_catalog" {
  source   = "../modules/cloud-run-service"
  for_each = local.regions

  project_id      = var.project_id
  region          = each.key
  name            = "shop-catalog"
  description     = "What is for sale"
  labels          = merge(local.labels, { service = "catalog" })
  ingress         = "private"
  service_account = google_service_account.catalog.email
  network         = module.network.network
  subnetwork      = module.network.subnetworks[each.key]

  image             = "${module.registry.url}/catalog:${try(var.releases["catalog"].release, "initial")}"
  release           = try(var.releases["catalog"].release, null)
  stable_release    = try(var.releases["catalog"].stable, null)
  candidate_percent = try(var.releases["catalog"].percent, 100)

  port   = 13256
  cpu    = "1"
  memory = "3072Mi"

  # It works between requests too, so it never stops where it serves.
  min_instances          = contains(local.active_regions, each.key) ? 1 : 0
  max_instances          = 4
  works_between_requests = true

  environment = local.environment_catalog[each.key]
  secrets     = local.secrets_catalog

  deletion_protection = false

  depends_on = [google_project_service.this]
}

module "secret_catalog_DATABASE_URL" {
  source = "../modules/gcp-secret"

  project_id = var.project_id
  name       = "shop-catalog-DATABASE_URL"
  labels     = local.labels
  regions    = var.regions
  has_value  = true
  value      = module.database.urls["catalog"]
  readers    = { service = google_service_account.catalog.member }

  deletion_protection = var.deletion_protection

  depends_on = [google_project_service.this]
}
