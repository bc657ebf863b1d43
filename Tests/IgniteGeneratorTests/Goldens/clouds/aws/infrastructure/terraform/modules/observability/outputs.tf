output "dashboard_name" {
  description = "The dashboard of the platform."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}
