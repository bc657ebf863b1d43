variable "project_id" {
  description = "The project."
  type        = string
}

variable "region" {
  description = "The region."
  type        = string
}

variable "name" {
  description = "The name of the repository."
  type        = string
}

variable "labels" {
  description = "Its labels."
  type        = map(string)
  default     = {}
}

variable "readers" {
  description = "Who may read the images, by any name of the reader."
  type        = map(string)
  default     = {}
}

variable "kept_versions" {
  description = "How many versions of an image are kept whatever their age."
  type        = number
  default     = 20
}

variable "kept_days" {
  description = "After how many days other versions are removed."
  type        = number
  default     = 90
}
