output "arn" {
  description = "The instance."
  value       = aws_db_instance.this.arn
}

output "identifier" {
  description = "The name of the instance."
  value       = aws_db_instance.this.identifier
}

output "url" {
  description = "Where the database is, without the password."
  value       = "postgres://${aws_db_instance.this.username}@${aws_db_instance.this.address}:${aws_db_instance.this.port}/${aws_db_instance.this.db_name}?sslmode=require"
}

output "secret_arn" {
  description = "The secret that RDS keeps and changes, with the members `username` and `password`."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}
