# Where data is. Each service has a database of its own that no other can reach, as its code expects.

module "database_catalog" {
  source = "../modules/postgres"

  name       = "shop-catalog"
  database   = "catalog"
  vpc_id     = module.network.vpc_id
  subnet_ids = module.network.private_subnet_ids
  client_security_group_ids = {
    "catalog" = module.service_catalog.security_group_id
  }
  kms_key_arn             = aws_kms_key.this.arn
  instance_class          = var.database_instance_class
  is_multi_az             = var.database_is_multi_az
  backup_retention_days   = var.database_backup_days
  has_deletion_protection = var.has_deletion_protection
  log_retention_days      = var.log_retention_days
}

module "database_orders" {
  source = "../modules/postgres"

  name       = "shop-orders"
  database   = "orders"
  vpc_id     = module.network.vpc_id
  subnet_ids = module.network.private_subnet_ids
  client_security_group_ids = {
    "orders" = module.service_orders.security_group_id
  }
  kms_key_arn             = aws_kms_key.this.arn
  instance_class          = var.database_instance_class
  is_multi_az             = var.database_is_multi_az
  backup_retention_days   = var.database_backup_days
  has_deletion_protection = var.has_deletion_protection
  log_retention_days      = var.log_retention_days
}

module "database_mailer" {
  source = "../modules/postgres"

  name       = "shop-mailer"
  database   = "mailer"
  vpc_id     = module.network.vpc_id
  subnet_ids = module.network.private_subnet_ids
  client_security_group_ids = {
    "mailer" = module.service_mailer.security_group_id
  }
  kms_key_arn             = aws_kms_key.this.arn
  instance_class          = var.database_instance_class
  is_multi_az             = var.database_is_multi_az
  backup_retention_days   = var.database_backup_days
  has_deletion_protection = var.has_deletion_protection
  log_retention_days      = var.log_retention_days
}

module "redis" {
  source = "../modules/cache"

  name       = local.name
  vpc_id     = module.network.vpc_id
  subnet_ids = module.network.private_subnet_ids
  client_security_group_ids = {
    "catalog" = module.service_catalog.security_group_id
    "mailer"  = module.service_mailer.security_group_id
  }
  kms_key_arn             = aws_kms_key.this.arn
  node_type               = var.cache_node_type
  node_count              = var.cache_node_count
  snapshot_retention_days = 7
  log_retention_days      = var.log_retention_days
}
