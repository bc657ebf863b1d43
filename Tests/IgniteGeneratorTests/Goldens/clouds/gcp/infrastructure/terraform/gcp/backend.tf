# The state holds passwords, so it is kept in a bucket that few may read, and one person changes it at a
# time. `release.sh setup` makes the bucket and tells it: terraform init -backend-config=bucket=NAME
terraform {
  backend "gcs" {
    prefix = "terraform/gcp"
  }
}
