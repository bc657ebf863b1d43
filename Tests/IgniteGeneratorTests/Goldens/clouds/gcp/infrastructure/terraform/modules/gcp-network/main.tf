# A network with one subnetwork a region. Services reach what is private through it.

resource "google_compute_network" "this" {
  project                 = var.project_id
  name                    = var.name
  auto_create_subnetworks = false
  routing_mode            = "GLOBAL"
}

resource "google_compute_subnetwork" "this" {
  for_each = { for index, region in var.regions : region => index }

  project                  = var.project_id
  name                     = "${var.name}-${each.key}"
  region                   = each.key
  network                  = google_compute_network.this.id
  ip_cidr_range            = cidrsubnet(var.cidr, 8, each.value)
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_5_SEC"
    flow_sampling        = 0.5
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

# Nothing comes in: services are reached over Cloud Run, servers by the addresses of Google's network.
resource "google_compute_firewall" "nothing_in" {
  project       = var.project_id
  name          = "${var.name}-nothing-in"
  network       = google_compute_network.this.id
  direction     = "INGRESS"
  priority      = 65000
  source_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

# Addresses for servers that Google runs: databases and caches have no public ones.
resource "google_compute_global_address" "servers" {
  project       = var.project_id
  name          = "${var.name}-servers"
  network       = google_compute_network.this.id
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  prefix_length = 16
}

resource "google_service_networking_connection" "servers" {
  network                 = google_compute_network.this.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.servers.name]
}

# Calls from service to service stay inside: `run.app` is Google's private addresses (199.36.153.8/30)
# here, which go through the network where other addresses of the internet do not.
resource "google_dns_managed_zone" "services" {
  project     = var.project_id
  name        = "${var.name}-services"
  dns_name    = "run.app."
  description = "Services on Cloud Run by private addresses"
  visibility  = "private"
  labels      = var.labels

  private_visibility_config {
    networks {
      network_url = google_compute_network.this.id
    }
  }
}

resource "google_dns_record_set" "services" {
  project      = var.project_id
  managed_zone = google_dns_managed_zone.services.name
  name         = "*.run.app."
  type         = "A"
  ttl          = 300
  rrdatas      = ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"]
}
