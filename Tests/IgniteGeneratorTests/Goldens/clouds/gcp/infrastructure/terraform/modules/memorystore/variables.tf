variable "project_id" {
  description = "The project."
  type        = string
}

variable "region" {
  description = "The region, which is the only one that reaches it."
  type        = string
}

variable "name" {
  description = "The name of the instance."
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

variable "memory_size_gb" {
  description = "Its memory in GiB."
  type        = number
  default     = 1

  validation {
    condition     = var.memory_size_gb >= 1 && var.memory_size_gb <= 300
    error_message = "An instance has 1 to 300 GiB."
  }
}

variable "is_highly_available" {
  description = "Whether a replica in another zone takes over by itself."
  type        = bool
  default     = true
}

variable "encryption_key" {
  description = "A key of Cloud KMS to encrypt what is on disk with; null means one that Google keeps."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether the instance is kept from being removed."
  type        = bool
  default     = true
}
