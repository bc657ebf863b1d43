# Who does not get in.

module "waf" {
  source = "../modules/waf"

  name                      = local.name
  resource_arn              = module.public.arn
  requests_per_five_minutes = var.requests_per_five_minutes
  kms_key_arn               = aws_kms_key.this.arn
  log_retention_days        = var.log_retention_days
}
