output "url" {
  description = "Where it is; it speaks TLS."
  value       = "rediss://${aws_elasticache_replication_group.this.primary_endpoint_address}:${aws_elasticache_replication_group.this.port}"
}

output "node_ids" {
  description = "The nodes, as metrics name them."
  value       = [for number in range(var.node_count) : format("%s-%03d", local.short_name, number + 1)]
}
