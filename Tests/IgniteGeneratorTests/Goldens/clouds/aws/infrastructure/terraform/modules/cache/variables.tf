variable "name" {
  description = "What the names begin with."
  type        = string
}

variable "vpc_id" {
  description = "The network that it stands in."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of two zones or more."
  type        = list(string)
}

variable "client_security_group_ids" {
  description = "Who may connect, by names that do not change."
  type        = map(string)
}

variable "kms_key_arn" {
  description = "The key that encrypts the data and the logs."
  type        = string
}

variable "node_type" {
  description = "The size of a node."
  type        = string
}

variable "node_count" {
  description = "The nodes: one that is written and others that stand by."
  type        = number

  validation {
    condition     = var.node_count >= 1 && var.node_count <= 6
    error_message = "node_count must be from 1 to 6."
  }
}

variable "snapshot_retention_days" {
  description = "How long daily snapshots are kept."
  type        = number
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}
