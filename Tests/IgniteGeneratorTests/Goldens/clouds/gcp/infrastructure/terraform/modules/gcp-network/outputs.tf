output "network" {
  description = "The id of the network."
  value       = google_compute_network.this.id
}

output "subnetworks" {
  description = "The ids of the subnetworks by region."
  value       = { for region, subnetwork in google_compute_subnetwork.this : region => subnetwork.id }
}

output "servers_network" {
  description = "The id of the network, known once servers can get addresses in it."
  value       = google_service_networking_connection.servers.network
}
