output "name" {
  description = "The service, as the cluster and metrics name it."
  value       = local.service_name
}

output "security_group_id" {
  description = "Who it is in the network."
  value       = aws_security_group.this.id
}

output "task_role_name" {
  description = "The role that it works in."
  value       = aws_iam_role.task.name
}

output "task_definition_arn" {
  description = "What it runs."
  value       = aws_ecs_task_definition.this.arn
}

output "log_group_name" {
  description = "Where its logs are."
  value       = aws_cloudwatch_log_group.this.name
}

output "target_groups" {
  description = "What it takes requests from: by a letter, the name and how metrics call it."
  value = {
    for letter, group in aws_lb_target_group.this : letter => {
      name       = group.name
      arn_suffix = group.arn_suffix
    }
  }
}
