output "arn" {
  description = "The load balancer."
  value       = aws_lb.this.arn
}

output "arn_suffix" {
  description = "How metrics name it."
  value       = aws_lb.this.arn_suffix
}

output "dns_name" {
  description = "The name that aliases lead to."
  value       = aws_lb.this.dns_name
}

output "zone_id" {
  description = "The zone of that name."
  value       = aws_lb.this.zone_id
}

output "listener_arn" {
  description = "Where services add their rules."
  value       = aws_lb_listener.https.arn
}

output "security_group_id" {
  description = "Who calls the services behind it."
  value       = aws_security_group.this.id
}
