variable "project_id" {
  description = "The project."
  type        = string
}

variable "name" {
  description = "What the names of its parts begin with."
  type        = string
}

variable "labels" {
  description = "The labels of what has some."
  type        = map(string)
  default     = {}
}

variable "services" {
  description = "The services on Cloud Run, each with its name there and the host it answers for."
  type = map(object({
    name = string
    host = string
  }))
}

variable "regions" {
  description = "The regions in which the services are."
  type        = list(string)
}

variable "active_regions" {
  description = "The regions that get requests."
  type        = list(string)
}

variable "requests_per_minute" {
  description = "How many requests one address may send in a minute."
  type        = number
  default     = 3000
}
