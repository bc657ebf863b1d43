output "arn" {
  description = "The secret."
  value       = aws_secretsmanager_secret.this.arn
}

output "members" {
  description = "Its members, as containers take them."
  value       = { for member in var.members : member => "${aws_secretsmanager_secret.this.arn}:${member}::" }
}
