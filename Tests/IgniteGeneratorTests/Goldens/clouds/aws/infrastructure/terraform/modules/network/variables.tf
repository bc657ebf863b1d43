variable "name" {
  description = "What the names begin with."
  type        = string
}

variable "cidr" {
  description = "The addresses of the network: a /16."
  type        = string

  validation {
    condition     = can(cidrsubnet(var.cidr, 4, 15)) && tonumber(split("/", var.cidr)[1]) <= 20
    error_message = "cidr must be an IPv4 block of at least a /20, such as 10.20.0.0/16."
  }
}

variable "availability_zones" {
  description = "The zones to spread over, two or more."
  type        = list(string)

  validation {
    condition     = length(var.availability_zones) >= 2 && length(var.availability_zones) <= 8
    error_message = "availability_zones must name from two to eight zones."
  }
}

variable "has_nat_in_each_zone" {
  description = "Whether each zone has a NAT gateway of its own, so that none depends on another."
  type        = bool
}

variable "kms_key_arn" {
  description = "The key that encrypts the flow logs."
  type        = string
}

variable "log_retention_days" {
  description = "How long flow logs are kept."
  type        = number
}
