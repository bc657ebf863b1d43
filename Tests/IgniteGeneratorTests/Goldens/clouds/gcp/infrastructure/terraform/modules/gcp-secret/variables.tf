variable "project_id" {
  description = "The project."
  type        = string
}

variable "name" {
  description = "The id of the secret."
  type        = string
}

variable "labels" {
  description = "Its labels."
  type        = map(string)
  default     = {}
}

variable "regions" {
  description = "The regions in which it is kept."
  type        = list(string)
}

variable "has_value" {
  description = "Whether the value is given here."
  type        = bool
  default     = false
}

variable "value" {
  description = "The value, where it is made here."
  type        = string
  default     = null
  sensitive   = true
}

variable "readers" {
  description = "Who may read it, by any name of the reader."
  type        = map(string)
}

variable "deletion_protection" {
  description = "Whether the secret is kept from being removed."
  type        = bool
  default     = true
}
