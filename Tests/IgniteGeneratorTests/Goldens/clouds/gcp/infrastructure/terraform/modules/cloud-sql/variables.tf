variable "project_id" {
  description = "The project."
  type        = string
}

variable "region" {
  description = "The region of the instance."
  type        = string
}

variable "replica_regions" {
  description = "Further regions that get a replica."
  type        = list(string)
  default     = []
}

variable "name" {
  description = "The name of the instance, which cannot be used again for a week after it was removed."
  type        = string
}

variable "labels" {
  description = "Its labels."
  type        = map(string)
  default     = {}
}

variable "network" {
  description = "The network in which it has its address."
  type        = string
}

variable "databases" {
  description = "The names of the databases; each has a user of the same name."
  type        = set(string)
}

variable "database_version" {
  description = "The version of PostgreSQL."
  type        = string
  default     = "POSTGRES_17"

  validation {
    condition     = can(regex("^POSTGRES_[0-9]+$", var.database_version))
    error_message = "The version is one of PostgreSQL, such as POSTGRES_17."
  }
}

variable "tier" {
  description = "The machine, such as db-custom-2-7680: 2 processors and 7680 MiB."
  type        = string
  default     = "db-custom-1-3840"
}

variable "is_highly_available" {
  description = "Whether another zone of the region takes over by itself."
  type        = bool
  default     = true
}

variable "disk_size_gb" {
  description = "The size that the disk begins with."
  type        = number
  default     = 10
}

variable "disk_limit_gb" {
  description = "The size up to which the disk grows; 0 means without limit."
  type        = number
  default     = 200
}

variable "backup_location" {
  description = "Where backups are kept; null means near the instance."
  type        = string
  default     = null
}

variable "kept_backups" {
  description = "How many daily backups are kept."
  type        = number
  default     = 14
}

variable "encryption_key" {
  description = "A key of Cloud KMS to encrypt the disk with; null means one that Google keeps."
  type        = string
  default     = null
}

variable "flags" {
  description = "Further settings of PostgreSQL."
  type        = map(string)
  default     = { max_connections = "200" }
}

variable "password_rotation" {
  description = "Any text; another one makes new passwords."
  type        = string
  default     = "1"
}

variable "deletion_protection" {
  description = "Whether the instance is kept from being removed."
  type        = bool
  default     = true
}
