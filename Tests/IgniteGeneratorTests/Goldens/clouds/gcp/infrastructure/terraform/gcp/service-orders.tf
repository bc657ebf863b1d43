# The service orders.

resource "google_service_account" "orders" {
  project      = var.project_id
  account_id   = "shop-orders-run"
  display_name = "orders"
  description  = "What the service orders acts as."

  depends_on = [google_project_service.this]
}

locals {
  environment_orders = {
    for region in var.regions : region => merge(
      {
        # Cloud Run waits for ten seconds.
        SHUTDOWN_GRACE = "8s"
        # Calls of other services show who calls.
        CALL_IDENTITY = "google"
        CATALOG_URL   = "https://${local.service_names["catalog"]}-${data.google_project.this.number}.${region}.run.app"
      },
      lookup(var.environment, "orders", {})
    )
  }

  secrets_orders = {
    DATABASE_URL = module.secret_orders_DATABASE_URL.id
  }
}

module "service_orders" {
  source   = "../modules/cloud-run-service"
  for_each = local.regions

  project_id      = var.project_id
  region          = each.key
  name            = "shop-orders"
  description     = "The service orders."
  labels          = merge(local.labels, { service = "orders" })
  ingress         = "balanced"
  service_account = google_service_account.orders.email
  network         = module.network.network
  subnetwork      = module.network.subnetworks[each.key]

  image             = "${module.registry.url}/orders:${try(var.releases["orders"].release, "initial")}"
  release           = try(var.releases["orders"].release, null)
  stable_release    = try(var.releases["orders"].stable, null)
  candidate_percent = try(var.releases["orders"].percent, 100)

  port   = 14972
  cpu    = "1"
  memory = "512Mi"

  min_instances = contains(local.active_regions, each.key) ? 1 : 0
  max_instances = 4

  environment = local.environment_orders[each.key]
  secrets     = local.secrets_orders

  deletion_protection = false

  depends_on = [google_project_service.this]
}

# What it calls lets it in.
resource "google_cloud_run_v2_service_iam_member" "orders_calls_catalog" {
  for_each = local.regions

  project  = var.project_id
  location = each.key
  name     = module.service_catalog[each.key].name
  role     = "roles/run.invoker"
  member   = google_service_account.orders.member
}

module "secret_orders_DATABASE_URL" {
  source = "../modules/gcp-secret"

  project_id = var.project_id
  name       = "shop-orders-DATABASE_URL"
  labels     = local.labels
  regions    = var.regions
  has_value  = true
  value      = module.database.urls["orders"]
  readers    = { service = google_service_account.orders.member }

  deletion_protection = var.deletion_protection

  depends_on = [google_project_service.this]
}
