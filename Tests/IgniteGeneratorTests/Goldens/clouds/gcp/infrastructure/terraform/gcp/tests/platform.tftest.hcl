# terraform test: what is planned, with providers that reach nothing.

mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
}

mock_provider "random" {}

variables {
  project_id = "acme-platform"
  domain     = "example.com"
}

run "first_release" {
  command = plan

  assert {
    condition = alltrue([
      for service in values(module.service_catalog) : length(service.name) <= 49
    ])
    error_message = "Cloud Run takes no name this long."
  }
  assert {
    condition = alltrue([
      for service in values(module.service_orders) : length(service.name) <= 49
    ])
    error_message = "Cloud Run takes no name this long."
  }
  assert {
    condition = alltrue([
      for service in values(module.service_mailer) : length(service.name) <= 49
    ])
    error_message = "Cloud Run takes no name this long."
  }

  assert {
    condition     = length(output.services) > 0
    error_message = "There is a service."
  }
}

run "next_release" {
  command = plan

  variables {
    releases = {
      "catalog" = { release = "r2", stable = "r1", percent = 10 }
      "orders"  = { release = "r2", stable = "r1", percent = 10 }
      "mailer"  = { release = "r2", stable = "r1", percent = 10 }
    }
  }

  assert {
    condition = alltrue([
      for service in values(module.service_catalog) :
      service.traffic == { "shop-catalog-r1" = 90, "shop-catalog-r2" = 10 }
    ])
    error_message = "A new revision of catalog gets a tenth of the requests."
  }
  assert {
    condition = alltrue([
      for service in values(module.service_orders) :
      service.traffic == { "shop-orders-r1" = 90, "shop-orders-r2" = 10 }
    ])
    error_message = "A new revision of orders gets a tenth of the requests."
  }
  assert {
    condition = alltrue([
      for service in values(module.service_mailer) :
      service.traffic == { "shop-mailer-r1" = 90, "shop-mailer-r2" = 10 }
    ])
    error_message = "A new revision of mailer gets a tenth of the requests."
  }
}
