variable "name" {
  description = "What the names begin with."
  type        = string
}

variable "resource_arn" {
  description = "What it stands before."
  type        = string
}

variable "requests_per_five_minutes" {
  description = "How many requests one address may make in five minutes."
  type        = number
}

variable "kms_key_arn" {
  description = "The key that encrypts the logs."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}
