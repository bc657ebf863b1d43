# The key that everything is encrypted with, and what services must know and nobody else may.

# The account itself may administer the key, so that it is never lost: what its users may do with it is
# said by their own policies. In the policy of a key, `*` means this key alone.
resource "aws_kms_key" "this" {
  description             = "Encrypts what ${local.name} keeps in ${var.region}"
  enable_key_rotation     = true
  deletion_window_in_days = var.has_deletion_protection ? 30 : 7

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Account"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"]
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${var.region}:${var.account_id}:*" } }
      },
      {
        Sid       = "Notices"
        Effect    = "Allow"
        Principal = { Service = ["sns.amazonaws.com", "cloudwatch.amazonaws.com"] }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
    ]
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/${local.name}"
  target_key_id = aws_kms_key.this.key_id
}

module "secret_mailer" {
  source = "../modules/secrets-manager"

  name        = "shop-mailer"
  description = "What ${local.name} must prove, or be told, in the service named here."
  members = [
    # what opens the routes for operators
    "OPERATIONS_TOKEN",
  ]
  kms_key_arn   = aws_kms_key.this.arn
  recovery_days = var.has_deletion_protection ? 30 : 0
}
