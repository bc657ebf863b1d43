# shop on AWS: what its services run on and what they may do.
# Everything follows from architecture.toml; `allframe ignite` writes it again and keeps your changes.

locals {
  name = "shop"

  tags = {
    Platform    = "shop"
    Environment = var.environment
    ManagedBy   = "terraform"
  }

  regions = {
    "eu-west-1" = { number = 0, is_primary = true }
    "us-east-1" = { number = 1, is_primary = false }
  }

  is_primary = local.regions[var.region].is_primary
}

resource "aws_ecs_cluster" "this" {
  name = local.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

# What is for sale
module "images_catalog" {
  source = "../modules/registry"

  name        = "shop-catalog"
  kms_key_arn = aws_kms_key.this.arn
}

module "service_catalog" {
  source = "../modules/fargate-service"

  name           = "shop-catalog"
  region         = var.region
  cluster        = { arn = aws_ecs_cluster.this.arn, name = aws_ecs_cluster.this.name }
  repository_arn = module.images_catalog.arn
  image          = "${module.images_catalog.url}:${var.image_tag}"
  architecture   = var.architecture
  cpu            = 512
  memory         = 3072
  port           = 13256
  min_count      = 1
  max_count      = 4

  environment = {
    DATABASE_URL = module.database_catalog.url
    BUS_URL      = module.redis.url
    BUS_PREFIX   = "shop"
  }

  secrets = {
    DATABASE_PASSWORD = "${module.database_catalog.secret_arn}:password::"
  }

  secret_arns = [
    module.database_catalog.secret_arn,
  ]

  egress = {
    postgres = 5432
    redis    = 6379
  }

  network = local.network

  load_balancer = {
    listener_arn      = module.private.listener_arn
    security_group_id = module.private.security_group_id
    arn_suffix        = module.private.arn_suffix
    host              = "catalog.${local.internal_domain}"
  }

  kms_key_arn        = aws_kms_key.this.arn
  log_retention_days = var.log_retention_days
}

# The service orders.
module "images_orders" {
  source = "../modules/registry"

  name        = "shop-orders"
  kms_key_arn = aws_kms_key.this.arn
}

module "service_orders" {
  source = "../modules/fargate-service"

  name           = "shop-orders"
  region         = var.region
  cluster        = { arn = aws_ecs_cluster.this.arn, name = aws_ecs_cluster.this.name }
  repository_arn = module.images_orders.arn
  image          = "${module.images_orders.url}:${var.image_tag}"
  architecture   = var.architecture
  cpu            = 256
  memory         = 512
  port           = 14972
  min_count      = 1
  max_count      = 4

  environment = {
    DATABASE_URL = module.database_orders.url
    CATALOG_URL  = "https://catalog.${local.internal_domain}"
  }

  secrets = {
    DATABASE_PASSWORD = "${module.database_orders.secret_arn}:password::"
  }

  secret_arns = [
    module.database_orders.secret_arn,
  ]

  egress = {
    postgres = 5432
  }

  network = local.network

  load_balancer = {
    listener_arn      = module.public.listener_arn
    security_group_id = module.public.security_group_id
    arn_suffix        = module.public.arn_suffix
    host              = "orders.${var.domain}"
  }

  kms_key_arn        = aws_kms_key.this.arn
  log_retention_days = var.log_retention_days
}

# The service mailer.
module "images_mailer" {
  source = "../modules/registry"

  name        = "shop-mailer"
  kms_key_arn = aws_kms_key.this.arn
}

module "service_mailer" {
  source = "../modules/fargate-service"

  name           = "shop-mailer"
  region         = var.region
  cluster        = { arn = aws_ecs_cluster.this.arn, name = aws_ecs_cluster.this.name }
  repository_arn = module.images_mailer.arn
  image          = "${module.images_mailer.url}:${var.image_tag}"
  architecture   = var.architecture
  cpu            = 256
  memory         = 512
  port           = 31737
  min_count      = 1
  max_count      = 4

  environment = {
    DATABASE_URL = module.database_mailer.url
    BUS_URL      = module.redis.url
    BUS_PREFIX   = "shop"
  }

  secrets = {
    DATABASE_PASSWORD = "${module.database_mailer.secret_arn}:password::"
    OPERATIONS_TOKEN  = module.secret_mailer.members.OPERATIONS_TOKEN
  }

  secret_arns = [
    module.database_mailer.secret_arn,
    module.secret_mailer.arn,
  ]

  egress = {
    postgres = 5432
    redis    = 6379
  }

  network = local.network

  kms_key_arn        = aws_kms_key.this.arn
  log_retention_days = var.log_retention_days
}
