# The network of the platform in one region, and the doors to it.

locals {
  # Names that only the network itself knows.
  internal_domain = "internal.${var.domain}"

  availability_zones = coalesce(var.availability_zones, ["${var.region}a", "${var.region}b"])

  network = {
    vpc_id             = module.network.vpc_id
    vpc_cidr           = module.network.cidr
    private_subnet_ids = module.network.private_subnet_ids
  }
}

module "network" {
  source = "../modules/network"

  name                 = local.name
  cidr                 = coalesce(var.cidr, "10.${20 + local.regions[var.region].number}.0.0/16")
  availability_zones   = local.availability_zones
  has_nat_in_each_zone = var.has_nat_in_each_zone
  kms_key_arn          = aws_kms_key.this.arn
  log_retention_days   = var.log_retention_days
}

# What everybody may call.
module "public" {
  source = "../modules/load-balancer"

  name        = "${local.name}-public"
  is_internal = false
  vpc_id      = module.network.vpc_id
  vpc_cidr    = module.network.cidr
  subnet_ids  = module.network.public_subnet_ids
  ports = [
    14972,
  ]
  domain                  = var.domain
  validation_zone_id      = var.zone_id
  has_deletion_protection = var.has_deletion_protection
  log_retention_days      = var.log_retention_days
}

resource "aws_route53_record" "public" {
  zone_id = var.zone_id
  name    = "*.${var.domain}"
  type    = "A"
  # Each region has a record of its own with the same name.
  set_identifier = var.region

  failover_routing_policy {
    type = local.is_primary ? "PRIMARY" : "SECONDARY"
  }

  alias {
    name                   = module.public.dns_name
    zone_id                = module.public.zone_id
    evaluate_target_health = true
  }
}

# What only the services call.
module "private" {
  source = "../modules/load-balancer"

  name        = "${local.name}-private"
  is_internal = true
  vpc_id      = module.network.vpc_id
  vpc_cidr    = module.network.cidr
  subnet_ids  = module.network.private_subnet_ids
  ports = [
    13256,
  ]
  domain             = local.internal_domain
  validation_zone_id = var.zone_id
  # Operators come from inside, with their token.
  closed_paths            = ["/metrics"]
  has_deletion_protection = var.has_deletion_protection
  log_retention_days      = var.log_retention_days
}

resource "aws_route53_zone" "private" {
  name    = local.internal_domain
  comment = "Names of the services of ${local.name} for each other"

  vpc {
    vpc_id = module.network.vpc_id
  }
}

resource "aws_route53_record" "private" {
  zone_id = aws_route53_zone.private.zone_id
  name    = "*.${local.internal_domain}"
  type    = "A"

  alias {
    name                   = module.private.dns_name
    zone_id                = module.private.zone_id
    evaluate_target_health = true
  }
}
