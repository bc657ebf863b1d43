output "name" {
  description = "The name of the service."
  value       = google_cloud_run_v2_service.this.name
}

output "uri" {
  description = "Where the service answers."
  value       = google_cloud_run_v2_service.this.uri
}

output "region" {
  description = "The region of the service."
  value       = google_cloud_run_v2_service.this.location
}

output "traffic" {
  description = "The share of requests by revision; the newest one has no name."
  value       = { for target in local.traffic : coalesce(target.revision, "latest") => target.percent }
}
