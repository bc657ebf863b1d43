variable "project_id" {
  description = "The project."
  type        = string
}

variable "region" {
  description = "The region."
  type        = string
}

variable "name" {
  description = "The name, unique in the project and region."
  type        = string
}

variable "description" {
  description = "What the service is for."
  type        = string
}

variable "labels" {
  description = "The labels of the service and its revisions."
  type        = map(string)
  default     = {}
}

variable "ingress" {
  description = "Who reaches it: public (everybody), balanced (everybody, through a load balancer), private (callers in the network), none (nobody)."
  type        = string
  default     = "private"

  validation {
    condition     = contains(["public", "balanced", "private", "none"], var.ingress)
    error_message = "The ingress is public, balanced, private or none."
  }
}

variable "image" {
  description = "The image of the container."
  type        = string
}

variable "release" {
  description = "The suffix of the revision that is made; null lets Cloud Run name it."
  type        = string
  default     = null

  validation {
    condition     = var.release == null || can(regex("^[a-z0-9]([a-z0-9-]{0,11}[a-z0-9])?$", var.release))
    error_message = "A release is named by at most 13 small letters, digits and hyphens."
  }
}

variable "stable_release" {
  description = "The release that keeps the rest of the traffic while a new one is tried; null where none is."
  type        = string
  default     = null
}

variable "candidate_percent" {
  description = "The share of the traffic that the new release gets beside the stable one."
  type        = number
  default     = 100

  validation {
    condition     = var.candidate_percent >= 0 && var.candidate_percent <= 100 && floor(var.candidate_percent) == var.candidate_percent
    error_message = "A share is a whole number from 0 to 100."
  }
}

variable "service_account" {
  description = "The address of the account that it acts as."
  type        = string
}

variable "network" {
  description = "The network that its calls of private addresses go through."
  type        = string
}

variable "subnetwork" {
  description = "The subnetwork of the region."
  type        = string
}

variable "port" {
  description = "The port that it listens on; Cloud Run tells it by PORT."
  type        = number
}

variable "speaks_http2" {
  description = "Whether requests reach it over HTTP/2 without TLS, as gRPC needs."
  type        = bool
  default     = false
}

variable "cpu" {
  description = "The number of processors: 1, 2, 4, 6 or 8."
  type        = string
  default     = "1"

  validation {
    condition     = contains(["1", "2", "4", "6", "8"], var.cpu)
    error_message = "Cloud Run has 1, 2, 4, 6 or 8 processors for more than one request at a time."
  }
}

variable "memory" {
  description = "The memory, such as 512Mi."
  type        = string
  default     = "512Mi"

  validation {
    condition     = can(regex("^[1-9][0-9]*(Mi|Gi)$", var.memory))
    error_message = "Memory is written like 512Mi or 2Gi."
  }
}

variable "min_instances" {
  description = "How many run even without requests."
  type        = number
  default     = 0
}

variable "max_instances" {
  description = "How many there are at most."
  type        = number
  default     = 4
}

variable "concurrency" {
  description = "How many requests one instance gets at once."
  type        = number
  default     = 80

  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 1000
    error_message = "One instance takes 1 to 1000 requests at once."
  }
}

variable "timeout_seconds" {
  description = "How long a request may take."
  type        = number
  default     = 60

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 3600
    error_message = "A request takes 1 to 3600 seconds."
  }
}

variable "works_between_requests" {
  description = "Whether it needs its processor between requests too."
  type        = bool
  default     = false
}

variable "session_affinity" {
  description = "Whether a client comes back to the same instance as long as there is one."
  type        = bool
  default     = false
}

variable "environment" {
  description = "The variables of its environment."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "The variables that hold a secret, each with the id of the secret."
  type        = map(string)
  default     = {}
}

variable "deletion_protection" {
  description = "Whether it is kept from being removed."
  type        = bool
  default     = false
}
