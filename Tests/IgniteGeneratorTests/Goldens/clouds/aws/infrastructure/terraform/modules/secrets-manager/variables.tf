variable "name" {
  description = "The name of the secret."
  type        = string
}

variable "description" {
  description = "What it is for."
  type        = string
}

variable "members" {
  description = "The names of its members. They are empty until somebody fills them in, and Terraform never reads them again."
  type        = set(string)
}

variable "kms_key_arn" {
  description = "The key that encrypts it."
  type        = string
}

variable "recovery_days" {
  description = "How long it can be had back after it was deleted; 0 deletes it at once."
  type        = number
}
