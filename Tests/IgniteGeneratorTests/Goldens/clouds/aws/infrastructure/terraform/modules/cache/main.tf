locals {
  # Names of replication groups have at most 40 characters.
  short_name = length(var.name) <= 40 ? var.name : "${trimsuffix(substr(var.name, 0, 31), "-")}-${substr(sha256(var.name), 0, 8)}"
}

resource "aws_security_group" "this" {
  name_prefix = "${local.short_name}-cache-"
  description = "The cache ${var.name}"
  vpc_id      = var.vpc_id

  tags = {
    Name = "${local.short_name}-cache"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = var.client_security_group_ids

  security_group_id            = aws_security_group.this.id
  description                  = "From ${each.key}"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
}

resource "aws_elasticache_subnet_group" "this" {
  name       = local.short_name
  subnet_ids = var.subnet_ids
}

resource "aws_cloudwatch_log_group" "slow" {
  name              = "/elasticache/${local.short_name}/slow"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id       = local.short_name
  description                = "Redis of ${var.name}"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = var.node_type
  num_cache_clusters         = var.node_count
  automatic_failover_enabled = var.node_count > 1
  multi_az_enabled           = var.node_count > 1
  port                       = 6379
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  parameter_group_name       = "default.redis7" # drops what has a time to live when the memory is full
  security_group_ids         = [aws_security_group.this.id]
  at_rest_encryption_enabled = true
  kms_key_id                 = var.kms_key_arn
  transit_encryption_enabled = true
  snapshot_retention_limit   = var.snapshot_retention_days
  auto_minor_version_upgrade = true

  log_delivery_configuration {
    destination      = aws_cloudwatch_log_group.slow.name
    destination_type = "cloudwatch-logs"
    log_format       = "json"
    log_type         = "slow-log"
  }
}
