locals {
  called = { for key, service in var.services : key => service if length(service.target_groups) > 0 }

  # One group of a service at a time has its traffic.
  groups = merge([
    for key, service in local.called : {
      for number, group in service.target_groups : "${key}-${number}" => {
        service       = key
        load_balancer = service.load_balancer
        group         = group
      }
    }
  ]...)

  brokers = var.kafka == null ? [] : [for number in range(var.kafka.broker_count) : tostring(number + 1)]

  lines = {
    cpu    = [for service in var.services : ["AWS/ECS", "CPUUtilization", "ClusterName", var.cluster_name, "ServiceName", service.name]]
    memory = [for service in var.services : ["AWS/ECS", "MemoryUtilization", "ClusterName", var.cluster_name, "ServiceName", service.name]]
    requests = concat(
      [for group in local.groups : ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", group.load_balancer, "TargetGroup", group.group]],
      [for function in var.functions : ["AWS/Lambda", "Invocations", "FunctionName", function]],
    )
    errors = concat(
      [for group in local.groups : ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "LoadBalancer", group.load_balancer, "TargetGroup", group.group]],
      [for function in var.functions : ["AWS/Lambda", "Errors", "FunctionName", function]],
    )
    latency      = [for group in local.groups : ["AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", group.load_balancer, "TargetGroup", group.group, { stat = "p99" }]]
    databases    = [for database in var.databases : ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", database]]
    connections  = [for database in var.databases : ["AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", database]]
    redis        = [for node in var.cache_nodes : ["AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "CacheClusterId", node]]
    kafka        = [for broker in local.brokers : ["AWS/Kafka", "KafkaDataLogsDiskUsed", "Cluster Name", var.kafka.cluster_name, "Broker ID", broker]]
    dead_letters = [for queue in var.dead_letter_queues : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, { stat = "Maximum" }]]
  }

  titles = {
    requests     = "Requests"
    errors       = "Failed requests"
    latency      = "Time of 99 of 100 requests"
    cpu          = "Processors of services"
    memory       = "Memory of services"
    databases    = "Processors of databases"
    connections  = "Connections of databases"
    redis        = "Memory of Redis"
    kafka        = "Disks of Kafka"
    dead_letters = "Dead letters"
  }

  drawn = [for key in ["requests", "errors", "latency", "cpu", "memory", "databases", "connections", "redis", "kafka", "dead_letters"] : key if length(local.lines[key]) > 0]
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each = local.groups

  alarm_name          = "${var.name}-${each.key}-errors"
  alarm_description   = "More requests to ${each.value.service} fail than may."
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.error_rate_max
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  metric_query {
    id          = "rate"
    expression  = "IF(requests > 20, errors / requests, 0)"
    label       = "share of requests that failed"
    return_data = true
  }

  metric_query {
    id = "errors"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5XX_Count"
      period      = 60
      stat        = "Sum"
      dimensions = {
        LoadBalancer = each.value.load_balancer
        TargetGroup  = each.value.group
      }
    }
  }

  metric_query {
    id = "requests"

    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "RequestCount"
      period      = 60
      stat        = "Sum"
      dimensions = {
        LoadBalancer = each.value.load_balancer
        TargetGroup  = each.value.group
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  for_each = local.groups

  alarm_name          = "${var.name}-${each.key}-latency"
  alarm_description   = "Requests to ${each.value.service} take too long."
  namespace           = "AWS/ApplicationELB"
  metric_name         = "TargetResponseTime"
  extended_statistic  = "p99"
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.latency_p99_ms / 1000
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    LoadBalancer = each.value.load_balancer
    TargetGroup  = each.value.group
  }
}

resource "aws_cloudwatch_metric_alarm" "service_cpu" {
  for_each = var.services

  alarm_name          = "${var.name}-${each.key}-cpu"
  alarm_description   = "The processors of ${each.key} are busy although it may have grown."
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilization"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 85
  period              = 60
  evaluation_periods  = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    ClusterName = var.cluster_name
    ServiceName = each.value.name
  }
}

# Without a single task there is nothing to measure, so that missing data is the alarm.
resource "aws_cloudwatch_metric_alarm" "service_down" {
  for_each = var.services

  alarm_name          = "${var.name}-${each.key}-down"
  alarm_description   = "No instance of ${each.key} runs."
  namespace           = "AWS/ECS"
  metric_name         = "MemoryUtilization"
  statistic           = "SampleCount"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "breaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    ClusterName = var.cluster_name
    ServiceName = each.value.name
  }
}

resource "aws_cloudwatch_metric_alarm" "function_errors" {
  for_each = var.functions

  alarm_name          = "${var.name}-${each.key}-function-errors"
  alarm_description   = "Invocations of ${each.key} fail."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  period              = 60
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    FunctionName = each.value
  }
}

resource "aws_cloudwatch_metric_alarm" "function_throttles" {
  for_each = var.functions

  alarm_name          = "${var.name}-${each.key}-throttles"
  alarm_description   = "More is asked of ${each.key} at once than may run."
  namespace           = "AWS/Lambda"
  metric_name         = "Throttles"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    FunctionName = each.value
  }
}

resource "aws_cloudwatch_metric_alarm" "database_cpu" {
  for_each = var.databases

  alarm_name          = "${var.name}-${each.key}-database-cpu"
  alarm_description   = "The database of ${each.key} is busy."
  namespace           = "AWS/RDS"
  metric_name         = "CPUUtilization"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 85
  period              = 60
  evaluation_periods  = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    DBInstanceIdentifier = each.value
  }
}

resource "aws_cloudwatch_metric_alarm" "database_storage" {
  for_each = var.databases

  alarm_name          = "${var.name}-${each.key}-database-storage"
  alarm_description   = "The disk of the database of ${each.key} is nearly full."
  namespace           = "AWS/RDS"
  metric_name         = "FreeStorageSpace"
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = 2 * 1024 * 1024 * 1024
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    DBInstanceIdentifier = each.value
  }
}

resource "aws_cloudwatch_metric_alarm" "cache_memory" {
  for_each = toset(var.cache_nodes)

  alarm_name          = "${var.name}-${each.key}-memory"
  alarm_description   = "The memory of Redis is nearly full."
  namespace           = "AWS/ElastiCache"
  metric_name         = "DatabaseMemoryUsagePercentage"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 80
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    CacheClusterId = each.key
  }
}

resource "aws_cloudwatch_metric_alarm" "kafka_offline" {
  count = var.kafka == null ? 0 : 1

  alarm_name          = "${var.name}-kafka-offline"
  alarm_description   = "Some events of Kafka can be neither read nor written."
  namespace           = "AWS/Kafka"
  metric_name         = "OfflinePartitionsCount"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    "Cluster Name" = var.kafka.cluster_name
  }
}

resource "aws_cloudwatch_metric_alarm" "kafka_copies" {
  for_each = toset(local.brokers)

  alarm_name          = "${var.name}-kafka-${each.key}-copies"
  alarm_description   = "Events are not taken, since too few brokers of Kafka have copies."
  namespace           = "AWS/Kafka"
  metric_name         = "UnderMinIsrPartitionCount"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    "Cluster Name" = var.kafka.cluster_name
    "Broker ID"    = each.key
  }
}

resource "aws_cloudwatch_metric_alarm" "kafka_storage" {
  for_each = toset(local.brokers)

  alarm_name          = "${var.name}-kafka-${each.key}-storage"
  alarm_description   = "The disk of a broker of Kafka is nearly full."
  namespace           = "AWS/Kafka"
  metric_name         = "KafkaDataLogsDiskUsed"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 80
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    "Cluster Name" = var.kafka.cluster_name
    "Broker ID"    = each.key
  }
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = var.dead_letter_queues

  alarm_name          = "${var.name}-${each.key}-dead-letters"
  alarm_description   = "An event could not be handled by ${each.key}."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]

  dimensions = {
    QueueName = each.value
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = [
      for number, key in local.drawn : {
        type   = "metric"
        x      = number % 2 * 12
        y      = floor(number / 2) * 6
        width  = 12
        height = 6
        properties = {
          title   = local.titles[key]
          region  = var.region
          view    = "timeSeries"
          period  = 60
          metrics = local.lines[key]
        }
      }
    ]
  })
}
