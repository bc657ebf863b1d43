output "web_acl_name" {
  description = "The name of the access list, as metrics name it."
  value       = aws_wafv2_web_acl.this.name
}
