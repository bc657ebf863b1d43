output "id" {
  description = "The id of the instance."
  value       = google_redis_instance.this.id
}

output "url" {
  description = "The address of the instance, with its password."
  sensitive   = true
  value = format(
    "redis://:%s@%s:%d", google_redis_instance.this.auth_string, google_redis_instance.this.host,
    google_redis_instance.this.port
  )
}
