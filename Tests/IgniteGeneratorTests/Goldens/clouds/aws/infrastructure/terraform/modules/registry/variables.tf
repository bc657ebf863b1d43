variable "name" {
  description = "The name of the repository."
  type        = string
}

variable "kms_key_arn" {
  description = "The key that encrypts the images."
  type        = string
}

variable "kept_images" {
  description = "How many images are kept to go back to."
  type        = number
  default     = 20
}
