# `terraform test` with a provider that only pretends: nothing is made and no account is needed.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }
}

override_resource {
  target          = module.public.aws_acm_certificate.this
  override_during = plan
  values = {
    arn = "arn:aws:acm:eu-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
    domain_validation_options = [{
      domain_name           = "*.shop.example.com"
      resource_record_name  = "_proof.shop.example.com"
      resource_record_type  = "CNAME"
      resource_record_value = "_proof.acm-validations.aws"
    }]
  }
}

override_resource {
  target          = module.private.aws_acm_certificate.this
  override_during = plan
  values = {
    arn = "arn:aws:acm:eu-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
    domain_validation_options = [{
      domain_name           = "*.internal.shop.example.com"
      resource_record_name  = "_proof.internal.shop.example.com"
      resource_record_type  = "CNAME"
      resource_record_value = "_proof.acm-validations.aws"
    }]
  }
}

variables {
  account_id = "123456789012"
  image_tag  = "1.0.0"
  domain     = "shop.example.com"
  zone_id    = "Z0123456789ABCDEFGHIJ"
}

run "the_platform_can_be_planned" {
  command = plan

  assert {
    condition     = aws_kms_key.this.enable_key_rotation
    error_message = "The key of the platform must be changed every year."
  }

  assert {
    condition     = length(output.images) == 3
    error_message = "Each service must have a registry of its own."
  }

  assert {
    condition     = alltrue([for url in values(output.urls) : startswith(url, "https://")])
    error_message = "Services must be called over TLS."
  }
}

run "an_unknown_region_is_refused" {
  command = plan

  variables {
    region = "xx-nowhere-1"
  }

  expect_failures = [var.region]
}

run "another_account_is_refused" {
  command = plan

  variables {
    account_id = "acme"
  }

  expect_failures = [var.account_id]
}
