module "observability" {
  source = "../modules/gcp-observability"

  project_id = var.project_id
  name       = "shop"
  labels     = local.labels
  emails     = var.notification_emails
  services = [
    "shop-catalog",
    "shop-orders",
    "shop-mailer",
  ]
  public_hosts       = { for key, service in local.public_services : service.name => service.host }
  error_rate_max     = 0.01
  latency_p99_ms     = 500
  subscriptions      = values(module.messaging.subscriptions)
  dead_letters       = values(module.messaging.dead_letters)
  database           = module.database.instance
  log_retention_days = var.log_retention_days

  depends_on = [google_project_service.this]
}
