# shop on Google Cloud.

provider "google" {
  project = var.project_id
  region  = local.primary_region
}

data "google_project" "this" {
  project_id = var.project_id
}

locals {
  prefix         = "shop"
  labels         = merge({ platform = "shop", managed-by = "terraform" }, var.labels)
  primary_region = var.regions[0]
  regions        = toset(var.regions)
  # All regions serve.
  active_regions = var.regions

  # Each answers at https://NAME-PROJECT_NUMBER.REGION.run.app, known before it is there.
  service_names = {
    "catalog" = "shop-catalog"
    "orders"  = "shop-orders"
    "mailer"  = "shop-mailer"
  }
}

# The services of Google that the platform is made of.
resource "google_project_service" "this" {
  for_each = toset([
    "artifactregistry.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "compute.googleapis.com",
    "dns.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "servicenetworking.googleapis.com",
    "sqladmin.googleapis.com",
  ])

  project            = var.project_id
  service            = each.value
  disable_on_destroy = false
}

module "network" {
  source = "../modules/gcp-network"

  project_id = var.project_id
  name       = local.prefix
  regions    = var.regions
  cidr       = var.network_cidr
  labels     = local.labels

  depends_on = [google_project_service.this]
}

module "registry" {
  source = "../modules/artifact-registry"

  project_id = var.project_id
  region     = local.primary_region
  name       = local.prefix
  labels     = local.labels
  readers = {
    # Cloud Run itself fetches the images.
    run = "serviceAccount:service-${data.google_project.this.number}@serverless-robot-prod.iam.gserviceaccount.com"
  }

  depends_on = [google_project_service.this]
}
