variable "project_id" {
  description = "The project."
  type        = string
}

variable "name" {
  description = "The name of the dashboard."
  type        = string
}

variable "labels" {
  description = "The labels of alerts."
  type        = map(string)
  default     = {}
}

variable "emails" {
  description = "Who is told."
  type        = set(string)
  default     = []
}

variable "services" {
  description = "The services on Cloud Run that are watched."
  type        = set(string)
}

variable "public_hosts" {
  description = "The hosts that are asked from outside, by the name of the service."
  type        = map(string)
  default     = {}
}

variable "error_rate_max" {
  description = "The share of requests that may fail, from 0 to 1."
  type        = number
}

variable "latency_p99_ms" {
  description = "The time that 99 of 100 requests stay below."
  type        = number
}

variable "subscriptions" {
  description = "The subscriptions whose events may not wait."
  type        = set(string)
}

variable "dead_letters" {
  description = "The subscriptions that should be empty."
  type        = set(string)
}

variable "event_age_max_seconds" {
  description = "How long an event may wait."
  type        = number
  default     = 600
}

variable "database" {
  description = "The instance of Cloud SQL that is watched."
  type        = string
}

variable "log_retention_days" {
  description = "How many days logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = var.log_retention_days >= 1 && var.log_retention_days <= 3650
    error_message = "Logs are kept for 1 to 3650 days."
  }
}
