module "cache" {
  source = "../modules/memorystore"

  project_id          = var.project_id
  region              = local.primary_region
  name                = "${local.prefix}-redis"
  labels              = local.labels
  network             = module.network.servers_network
  memory_size_gb      = var.cache_memory_gb
  is_highly_available = var.is_highly_available
  deletion_protection = var.deletion_protection
}
