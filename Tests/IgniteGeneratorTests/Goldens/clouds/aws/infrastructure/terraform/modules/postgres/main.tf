locals {
  engine_version = "16"
  log_kinds      = ["postgresql", "upgrade"]
  # Names of instances have at most 63 characters, and what is made of them needs some.
  short_name = length(var.name) <= 48 ? var.name : "${trimsuffix(substr(var.name, 0, 39), "-")}-${substr(sha256(var.name), 0, 8)}"
}

resource "aws_security_group" "this" {
  name_prefix = "${local.short_name}-db-"
  description = "The database ${var.name}"
  vpc_id      = var.vpc_id

  tags = {
    Name = "${local.short_name}-db"
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
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_db_subnet_group" "this" {
  name       = local.short_name
  subnet_ids = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${local.short_name}-"
  family      = "postgres${local.engine_version}"

  # Nobody connects without TLS.
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }

  parameter {
    name  = "log_statement"
    value = "ddl"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# Made before the instance, so that its logs are kept for a while only and are encrypted.
resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(local.log_kinds)

  name              = "/aws/rds/instance/${local.short_name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

data "aws_iam_policy_document" "monitoring_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["monitoring.rds.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "monitoring" {
  name_prefix        = "rds-monitoring-"
  description        = "Measures the machine of the database ${var.name}."
  assume_role_policy = data.aws_iam_policy_document.monitoring_trust.json
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_db_instance" "this" {
  identifier                          = local.short_name
  engine                              = "postgres"
  engine_version                      = local.engine_version
  instance_class                      = var.instance_class
  storage_type                        = "gp3"
  allocated_storage                   = var.storage_gb
  max_allocated_storage               = var.storage_gb * 10
  storage_encrypted                   = true
  kms_key_id                          = var.kms_key_arn
  db_name                             = var.database
  username                            = var.database
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = var.kms_key_arn
  iam_database_authentication_enabled = true
  db_subnet_group_name                = aws_db_subnet_group.this.name
  parameter_group_name                = aws_db_parameter_group.this.name
  vpc_security_group_ids              = [aws_security_group.this.id]
  publicly_accessible                 = false
  multi_az                            = var.is_multi_az
  backup_retention_period             = var.backup_retention_days
  copy_tags_to_snapshot               = true
  deletion_protection                 = var.has_deletion_protection
  skip_final_snapshot                 = !var.has_deletion_protection
  final_snapshot_identifier           = "${local.short_name}-final"
  auto_minor_version_upgrade          = true
  performance_insights_enabled        = true
  performance_insights_kms_key_id     = var.kms_key_arn
  monitoring_interval                 = 60
  monitoring_role_arn                 = aws_iam_role.monitoring.arn
  enabled_cloudwatch_logs_exports     = local.log_kinds

  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy_attachment.monitoring]
}
