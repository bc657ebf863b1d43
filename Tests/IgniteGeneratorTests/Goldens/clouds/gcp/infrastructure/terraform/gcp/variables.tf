variable "project_id" {
  description = "The project to deploy to."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "The id of a project has 6 to 30 small letters, digits and hyphens."
  }
}

variable "regions" {
  description = "The regions, the one with the servers first."
  type        = list(string)
  default     = ["europe-west1", "us-east1"]

  validation {
    condition     = length(var.regions) > 0 && length(distinct(var.regions)) == length(var.regions)
    error_message = "There is at least one region, and each is named once."
  }
}

variable "labels" {
  description = "Further labels of everything that has some."
  type        = map(string)
  default     = {}
}

variable "releases" {
  description = "What runs, by service: the release, the one before it and the share of traffic of the new one. `release.sh` keeps it in releases.auto.tfvars.json."
  type = map(object({
    release = string
    stable  = optional(string)
    percent = optional(number, 100)
  }))
  default = {}
}

variable "environment" {
  description = "Further variables of services, by service."
  type        = map(map(string))
  default     = {}
}

variable "network_cidr" {
  description = "The private addresses of the subnetworks."
  type        = string
  default     = "10.16.0.0/16"
}

variable "domain" {
  description = "The domain below which each public service has a host of its name."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]+$", var.domain))
    error_message = "A domain is written like shop.example.com."
  }
}

variable "database_tier" {
  description = "The machine of the database."
  type        = string
  default     = "db-custom-1-3840"
}

variable "is_highly_available" {
  description = "Whether servers survive the loss of a zone."
  type        = bool
  default     = true
}

variable "deletion_protection" {
  description = "Whether what holds data is kept from being removed."
  type        = bool
  default     = true
}

variable "notification_emails" {
  description = "Who is told when something is wrong."
  type        = set(string)
  default     = []
}

variable "log_retention_days" {
  description = "How many days logs are kept."
  type        = number
  default     = 30
}
