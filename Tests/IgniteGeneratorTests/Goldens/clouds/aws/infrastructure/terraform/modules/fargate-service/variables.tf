variable "name" {
  description = "The name of the service, unique in the account and region."
  type        = string
}

variable "region" {
  description = "The region that it runs in."
  type        = string
}

variable "cluster" {
  description = "The cluster that it runs in."
  type = object({
    arn  = string
    name = string
  })
}

variable "repository_arn" {
  description = "Where its images are kept."
  type        = string
}

variable "image" {
  description = "The image to run."
  type        = string
}

variable "architecture" {
  description = "The processor that the image is built for: X86_64 or ARM64."
  type        = string
}

variable "cpu" {
  description = "Its share of processors, in 1/1024 of one."
  type        = number
}

variable "memory" {
  description = "Its memory in MiB."
  type        = number
}

variable "port" {
  description = "The port that it listens on."
  type        = number
}

variable "min_count" {
  description = "The instances that always run."
  type        = number
}

variable "max_count" {
  description = "The instances that run at most."
  type        = number

  validation {
    condition     = var.max_count >= var.min_count
    error_message = "max_count must not be below min_count."
  }
}

variable "environment" {
  description = "Variables that are no secrets; what is null is left out."
  type        = map(string)
}

variable "secrets" {
  description = "Variables whose values are members of secrets: the variable to `ARN:MEMBER::`."
  type        = map(string)
  default     = {}
}

variable "secret_arns" {
  description = "Those secrets."
  type        = list(string)
  default     = []
}

variable "statements" {
  description = "What it may do, besides writing its logs and reading its secrets."
  type = list(object({
    sid       = string
    actions   = list(string)
    resources = list(string)
  }))
  default = []
}

variable "egress" {
  description = "The ports of servers in the network that it connects to, by what they are."
  type        = map(number)
  default     = {}
}

variable "network" {
  description = "Where it runs."
  type = object({
    vpc_id             = string
    vpc_cidr           = string
    private_subnet_ids = list(string)
  })
}

variable "load_balancer" {
  description = "What calls it, under which name; absent where nobody does."
  type = object({
    listener_arn      = string
    security_group_id = string
    arn_suffix        = string
    host              = string
  })
  default = null
}

variable "holds_connections" {
  description = "Whether connections stay open for hours."
  type        = bool
  default     = false
}

variable "writes_files" {
  description = "Whether it keeps files, which are lost with the instance."
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "The key that encrypts its logs and secrets."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}
