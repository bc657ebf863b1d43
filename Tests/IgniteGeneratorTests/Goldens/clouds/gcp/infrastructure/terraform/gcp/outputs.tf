output "services" {
  description = "Where the services answer, by service and region."
  value = {
    "catalog" = { for region, service in module.service_catalog : region => service.uri }
    "orders"  = { for region, service in module.service_orders : region => service.uri }
    "mailer"  = { for region, service in module.service_mailer : region => service.uri }
  }
}

output "registry" {
  description = "What the names of images begin with."
  value       = module.registry.url
}

output "address" {
  description = "The address that the hosts of public services must point to."
  value       = module.load_balancer.address
}
