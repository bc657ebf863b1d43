# Who is told when something is wrong, and what can be seen of it.

resource "aws_sns_topic" "alarms" {
  name              = "${local.name}-alarms"
  kms_master_key_id = aws_kms_key.this.arn
}

resource "aws_sns_topic_subscription" "alarms" {
  count = var.alarm_email == null ? 0 : 1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

module "observability" {
  source = "../modules/observability"

  name         = local.name
  region       = var.region
  topic_arn    = aws_sns_topic.alarms.arn
  cluster_name = aws_ecs_cluster.this.name
  services = {
    "catalog" = {
      name          = module.service_catalog.name
      load_balancer = module.private.arn_suffix
      target_groups = values(module.service_catalog.target_groups)[*].arn_suffix
    }
    "orders" = {
      name          = module.service_orders.name
      load_balancer = module.public.arn_suffix
      target_groups = values(module.service_orders.target_groups)[*].arn_suffix
    }
    "mailer" = {
      name = module.service_mailer.name
    }
  }
  databases = {
    "catalog" = module.database_catalog.identifier
    "orders"  = module.database_orders.identifier
    "mailer"  = module.database_mailer.identifier
  }
  cache_nodes    = module.redis.node_ids
  error_rate_max = 0.01
  latency_p99_ms = 500
}
