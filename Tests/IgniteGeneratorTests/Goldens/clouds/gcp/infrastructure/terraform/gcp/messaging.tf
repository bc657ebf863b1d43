locals {
  pubsub_agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

module "messaging" {
  source = "../modules/pubsub"

  project_id    = var.project_id
  regions       = var.regions
  labels        = local.labels
  service_agent = local.pubsub_agent

  topics = {
    "ProductAdded" = "shop-ProductAdded"
  }

  publishers = {
    "catalog/ProductAdded" = {
      event  = "ProductAdded"
      member = google_service_account.catalog.member
    }
  }

  consumers = {
    "mailer" = {
      member       = google_service_account.mailer.member
      dead_letters = "shop-mailer-dlq"
      again        = "shop-mailer-again"
      retries      = 5
    }
  }

  subscriptions = {
    "mailer/ProductAdded" = {
      name     = "shop-mailer-ProductAdded"
      event    = "ProductAdded"
      consumer = "mailer"
    }
  }

  depends_on = [google_project_service.this]
}
