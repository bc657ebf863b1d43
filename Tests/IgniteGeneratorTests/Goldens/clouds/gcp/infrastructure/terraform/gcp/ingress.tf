locals {
  public_services = {
    "orders" = {
      name = "shop-orders"
      host = "orders.${var.domain}"
    }
  }
}

module "load_balancer" {
  source = "../modules/global-load-balancer"

  project_id     = var.project_id
  name           = local.prefix
  labels         = local.labels
  services       = local.public_services
  regions        = var.regions
  active_regions = local.active_regions

  depends_on = [google_project_service.this]
}
