module "database" {
  source = "../modules/cloud-sql"

  project_id      = var.project_id
  region          = local.primary_region
  replica_regions = [for region in var.regions : region if region != local.primary_region]
  name            = "${local.prefix}-db"
  labels          = local.labels
  network         = module.network.servers_network
  databases = [
    "catalog",
    "mailer",
    "orders",
  ]
  tier                = var.database_tier
  is_highly_available = var.is_highly_available
  deletion_protection = var.deletion_protection
}
