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

variable "labels" {
  description = "The labels of the job and its runs."
  type        = map(string)
  default     = {}
}

variable "image" {
  description = "The image of the container."
  type        = string
}

variable "arguments" {
  description = "What the program is started with."
  type        = list(string)
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

variable "timeout_seconds" {
  description = "How long a run may take."
  type        = number
  default     = 600

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 604800
    error_message = "A run takes at most seven days."
  }
}

variable "max_retries" {
  description = "How often a run that failed is tried again."
  type        = number
  default     = 1

  validation {
    condition     = var.max_retries >= 0 && var.max_retries <= 10
    error_message = "A run is tried again at most ten times."
  }
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
