variable "name" {
  description = "What the names begin with."
  type        = string
}

variable "is_internal" {
  description = "Whether it can be reached from the network alone."
  type        = bool
}

variable "vpc_id" {
  description = "The network that it stands in."
  type        = string
}

variable "vpc_cidr" {
  description = "The addresses of the network: where its targets are, and who reaches an internal one."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of two zones or more."
  type        = list(string)
}

variable "ports" {
  description = "The ports that its targets listen on."
  type        = set(number)
}

variable "domain" {
  description = "The domain whose names lead to it."
  type        = string
}

variable "validation_zone_id" {
  description = "The public zone in which the certificate is proved."
  type        = string
}

variable "closed_paths" {
  description = "Paths that are answered with 404, because they are for those who run the services."
  type        = list(string)
  default     = ["/operations", "/operations/*", "/metrics"]
}

variable "idle_timeout_seconds" {
  description = "After how long without a word a connection is cut."
  type        = number
  default     = 60
}

variable "has_deletion_protection" {
  description = "Whether it cannot be deleted by mistake."
  type        = bool
}

variable "log_retention_days" {
  description = "How long access logs are kept."
  type        = number
}
