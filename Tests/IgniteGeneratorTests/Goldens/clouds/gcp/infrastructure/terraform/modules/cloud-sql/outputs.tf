output "instance" {
  description = "The name of the instance."
  value       = google_sql_database_instance.this.name
}

output "address" {
  description = "Its private address."
  value       = google_sql_database_instance.this.private_ip_address
}

output "urls" {
  description = "The address of each database, with its password."
  sensitive   = true
  value = {
    for key, database in google_sql_database.this :
    key => format(
      "postgres://%s:%s@%s:5432/%s?sslmode=require",
      google_sql_user.this[key].name, random_password.this[key].result,
      google_sql_database_instance.this.private_ip_address, database.name
    )
  }
}
