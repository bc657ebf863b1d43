variable "name" {
  description = "The name of the instance, unique in the region."
  type        = string
}

variable "database" {
  description = "The name of the database, which is that of its user too."
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
  description = "The key that encrypts the data, the backups and the password."
  type        = string
}

variable "instance_class" {
  description = "The size of the instance."
  type        = string
}

variable "storage_gb" {
  description = "The disk to begin with; it grows to ten times as much by itself."
  type        = number
  default     = 20
}

variable "is_multi_az" {
  description = "Whether a second instance in another zone stands by."
  type        = bool
}

variable "backup_retention_days" {
  description = "How long any moment can be restored."
  type        = number
}

variable "has_deletion_protection" {
  description = "Whether it cannot be deleted by mistake, and leaves a snapshot if it is."
  type        = bool
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}
