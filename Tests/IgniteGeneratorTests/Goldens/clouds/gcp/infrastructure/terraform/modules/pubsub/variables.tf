variable "project_id" {
  description = "The project."
  type        = string
}

variable "regions" {
  description = "The regions in which messages may be kept."
  type        = list(string)
}

variable "labels" {
  description = "The labels of topics and subscriptions."
  type        = map(string)
  default     = {}
}

variable "topics" {
  description = "The names of the topics by event."
  type        = map(string)
}

variable "publishers" {
  description = "Who publishes which event."
  type = map(object({
    event  = string
    member = string
  }))
}

variable "consumers" {
  description = "Who hears events: the account it acts as, where what it cannot handle goes and comes back from, how often it tries, and, where it does not ask for them, where they are brought and as whom."
  type = map(object({
    member       = string
    dead_letters = string
    again        = string
    retries      = optional(number, 5)
    push = optional(object({
      endpoint = string
      email    = string
    }))
  }))
}

variable "subscriptions" {
  description = "Which consumer hears which event."
  type = map(object({
    name     = string
    event    = string
    consumer = string
  }))
}

variable "service_agent" {
  description = "Pub/Sub's own account in the project, as a member."
  type        = string
}

variable "retention_days" {
  description = "How many days messages are kept for consumers that are away."
  type        = number
  default     = 7

  validation {
    condition     = var.retention_days >= 1 && var.retention_days <= 31
    error_message = "Pub/Sub keeps messages for 1 to 31 days."
  }
}

variable "dead_letter_days" {
  description = "How many days dead letters are kept."
  type        = number
  default     = 31

  validation {
    condition     = var.dead_letter_days >= 1 && var.dead_letter_days <= 31
    error_message = "Pub/Sub keeps messages for 1 to 31 days."
  }
}

variable "encryption_key" {
  description = "A key of Cloud KMS to encrypt messages with; null means one that Google keeps."
  type        = string
  default     = null
}
