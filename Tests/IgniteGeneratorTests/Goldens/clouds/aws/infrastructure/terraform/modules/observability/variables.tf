variable "name" {
  description = "What the names begin with."
  type        = string
}

variable "region" {
  description = "The region that it watches."
  type        = string
}

variable "topic_arn" {
  description = "Who is told."
  type        = string
}

variable "cluster_name" {
  description = "The cluster that the services run in; absent where none does."
  type        = string
  default     = null
}

variable "services" {
  description = "The services in the cluster: how the load balancer before them and their target groups are called in metrics, where they have any."
  type = map(object({
    name          = string
    load_balancer = optional(string)
    target_groups = optional(list(string), [])
  }))
  default = {}
}

variable "functions" {
  description = "The functions, by their services: what they are called."
  type        = map(string)
  default     = {}
}

variable "databases" {
  description = "The identifiers of PostgreSQL instances, by what they are for."
  type        = map(string)
  default     = {}
}

variable "cache_nodes" {
  description = "The nodes of Redis."
  type        = list(string)
  default     = []
}

variable "kafka" {
  description = "The cluster of Kafka and how many brokers it has; absent where there is none."
  type = object({
    cluster_name = string
    broker_count = number
  })
  default = null
}

variable "dead_letter_queues" {
  description = "The names of queues that should be empty, by their services."
  type        = map(string)
  default     = {}
}

variable "error_rate_max" {
  description = "The share of requests that may fail."
  type        = number
}

variable "latency_p99_ms" {
  description = "The time in milliseconds that 99 of 100 requests stay below."
  type        = number
}
