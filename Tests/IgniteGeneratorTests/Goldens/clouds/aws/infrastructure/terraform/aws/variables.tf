variable "region" {
  description = "The region to set up. Each region has a workspace of its own."
  type        = string
  default     = "eu-west-1"

  validation {
    condition     = contains(keys(local.regions), var.region)
    error_message = "region must be one of ${join(", ", keys(local.regions))}; cloud.regions in architecture.toml names them."
  }
}

variable "account_id" {
  description = "The account to set it up in; nothing is changed in another one."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must have twelve digits."
  }
}

variable "environment" {
  description = "The environment, which goes into the tags. Give each an account of its own: names do not hold it."
  type        = string
  default     = "production"
}

variable "image_tag" {
  description = "The version of the images to run, as they are tagged in the registry."
  type        = string
}

variable "architecture" {
  description = "The processor that images are built for: X86_64 or ARM64, which costs a fifth less."
  type        = string
  default     = "ARM64"

  validation {
    condition     = contains(["X86_64", "ARM64"], var.architecture)
    error_message = "architecture must be X86_64 or ARM64."
  }
}

variable "domain" {
  description = "The domain of the platform: services answer below it, as in https://orders.<domain>."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?[.])+[a-z]{2,}$", var.domain))
    error_message = "domain must be a domain name in lower case, such as shop.example.com."
  }
}

variable "zone_id" {
  description = "The public hosted zone of Route 53 that the domain belongs to."
  type        = string
}

variable "cidr" {
  description = "The addresses of the network in this region; those of the region's number when absent."
  type        = string
  default     = null
}

variable "availability_zones" {
  description = "The zones to spread over; the first two of the region when absent."
  type        = list(string)
  default     = null
}

variable "has_nat_in_each_zone" {
  description = "Whether each zone has a NAT gateway of its own, so that none depends on another; one for all is cheaper."
  type        = bool
  default     = true
}

variable "has_deletion_protection" {
  description = "Whether what holds data cannot be deleted by mistake. Turn it off, and apply, before a platform is destroyed."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
  default     = 365
}

variable "alarm_email" {
  description = "Who is told of alarms; nobody when absent."
  type        = string
  default     = null
}

variable "database_instance_class" {
  description = "The size of each PostgreSQL instance."
  type        = string
  default     = "db.t4g.small"
}

variable "database_backup_days" {
  description = "How long any moment of a database can be restored."
  type        = number
  default     = 14
}

variable "database_is_multi_az" {
  description = "Whether each database has a second instance in another zone that stands by."
  type        = bool
  default     = true
}

variable "cache_node_type" {
  description = "The size of the nodes of Redis."
  type        = string
  default     = "cache.t4g.small"
}

variable "cache_node_count" {
  description = "The nodes of Redis: one that is written and others that stand by."
  type        = number
  default     = 2
}

variable "requests_per_five_minutes" {
  description = "How many requests one address may make in five minutes before it is refused."
  type        = number
  default     = 2000
}
