# Where the state is kept: an S3 bucket with versions, with a lock of its own (`use_lockfile`). It must be
# there before, so its name is no part of the code. `deploy.sh` passes it on; by hand:
#
#   terraform init \
#     -backend-config="bucket=acme-terraform-state" \
#     -backend-config="region=eu-central-1"
#
# Each region is a workspace with a state of its own. Without a bucket, `terraform init -backend=false`
# is enough to check and to plan.
terraform {
  backend "s3" {
    key          = "shop/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}
