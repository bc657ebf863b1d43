output "address" {
  description = "The address that the hosts must point to."
  value       = google_compute_global_address.this.address
}
