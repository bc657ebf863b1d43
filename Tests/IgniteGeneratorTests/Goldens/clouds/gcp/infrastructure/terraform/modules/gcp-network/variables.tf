variable "project_id" {
  description = "The project."
  type        = string
}

variable "name" {
  description = "The name of the network; its parts are called after it."
  type        = string
}

variable "regions" {
  description = "The regions that get a subnetwork."
  type        = list(string)
}

variable "cidr" {
  description = "The addresses of the subnetworks, which take one 256th of them each."
  type        = string
  default     = "10.16.0.0/16"

  validation {
    condition     = can(cidrsubnet(var.cidr, 8, 0))
    error_message = "The addresses are a range such as 10.16.0.0/16, with room for 256 subnetworks."
  }
}

variable "labels" {
  description = "The labels of what has some."
  type        = map(string)
  default     = {}
}
