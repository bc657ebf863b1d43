output "urls" {
  description = "Where services answer; those below `internal` answer in the network alone."
  value = {
    "catalog" = "https://catalog.${local.internal_domain}"
    "orders"  = "https://orders.${var.domain}"
  }
}

output "images" {
  description = "Where the images of services are pushed to."
  value = {
    "catalog" = module.images_catalog.url
    "orders"  = module.images_orders.url
    "mailer"  = module.images_mailer.url
  }
}

output "dashboard" {
  description = "The dashboard that shows what the platform does."
  value       = "https://${var.region}.console.aws.amazonaws.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${module.observability.dashboard_name}"
}

output "secret_mailer" {
  description = "The secret whose members somebody must fill in."
  value       = module.secret_mailer.arn
}
