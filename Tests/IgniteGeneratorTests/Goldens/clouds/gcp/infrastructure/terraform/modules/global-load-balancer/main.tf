# One address for the whole world: requests go to the nearest region that serves, by the name of the
# host they ask for, behind rules against attacks.

locals {
  endpoints = merge([
    for key, service in var.services : {
      for region in var.regions : "${key}/${region}" => { key = key, name = service.name, region = region }
    }
  ]...)
}

resource "google_compute_global_address" "this" {
  project = var.project_id
  name    = var.name
}

resource "google_compute_region_network_endpoint_group" "this" {
  for_each = local.endpoints

  project               = var.project_id
  region                = each.value.region
  name                  = "${each.value.name}-neg"
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = each.value.name
  }
}

resource "google_compute_security_policy" "this" {
  project = var.project_id
  name    = "${var.name}-waf"
  type    = "CLOUD_ARMOR"

  dynamic "rule" {
    for_each = {
      1000 = "sqli-v33-stable"
      1001 = "xss-v33-stable"
      1002 = "lfi-v33-stable"
      1003 = "rce-v33-stable"
      1004 = "protocolattack-v33-stable"
    }
    content {
      action      = "deny(403)"
      priority    = rule.key
      description = rule.value
      match {
        expr {
          expression = "evaluatePreconfiguredWaf('${rule.value}', {'sensitivity': 1})"
        }
      }
    }
  }

  # Log4Shell and its like.
  rule {
    action      = "deny(403)"
    priority    = 1010
    description = "cve-canary"
    match {
      expr {
        expression = "evaluatePreconfiguredExpr('cve-canary')"
      }
    }
  }

  rule {
    action      = "throttle"
    priority    = 2000
    description = "requests of one address"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"
      rate_limit_threshold {
        count        = var.requests_per_minute
        interval_sec = 60
      }
    }
  }

  rule {
    action      = "allow"
    priority    = 2147483647
    description = "everything else"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

resource "google_compute_backend_service" "this" {
  for_each = var.services

  project               = var.project_id
  name                  = "${each.value.name}-backend"
  protocol              = "HTTPS"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  security_policy       = google_compute_security_policy.this.id

  dynamic "backend" {
    for_each = toset(var.active_regions)
    content {
      group = google_compute_region_network_endpoint_group.this["${each.key}/${backend.value}"].id
    }
  }

  # A region whose services fail is left out for a while.
  outlier_detection {
    consecutive_errors                    = 5
    consecutive_gateway_failure           = 3
    enforcing_consecutive_errors          = 100
    enforcing_consecutive_gateway_failure = 100
    max_ejection_percent                  = 50
    interval {
      seconds = 10
    }
    base_ejection_time {
      seconds = 30
    }
  }

  log_config {
    enable      = true
    sample_rate = 1
  }
}

resource "google_compute_managed_ssl_certificate" "this" {
  project = var.project_id
  # A certificate is never changed, so another list of hosts is another certificate.
  name = "${var.name}-${substr(sha1(join(",", sort([for service in var.services : service.host]))), 0, 8)}"

  managed {
    domains = sort([for service in var.services : service.host])
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_ssl_policy" "this" {
  project         = var.project_id
  name            = "${var.name}-tls"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_url_map" "this" {
  project = var.project_id
  name    = var.name

  # Nothing answers for a host that is none of ours.
  default_url_redirect {
    host_redirect          = values(var.services)[0].host
    https_redirect         = true
    redirect_response_code = "TEMPORARY_REDIRECT"
    strip_query            = true
  }

  dynamic "host_rule" {
    for_each = var.services
    content {
      hosts        = [host_rule.value.host]
      path_matcher = host_rule.key
    }
  }

  dynamic "path_matcher" {
    for_each = var.services
    content {
      name            = path_matcher.key
      default_service = google_compute_backend_service.this[path_matcher.key].id
    }
  }
}

resource "google_compute_target_https_proxy" "this" {
  project          = var.project_id
  name             = "${var.name}-https"
  url_map          = google_compute_url_map.this.id
  ssl_certificates = [google_compute_managed_ssl_certificate.this.id]
  ssl_policy       = google_compute_ssl_policy.this.id
}

resource "google_compute_global_forwarding_rule" "https" {
  project               = var.project_id
  name                  = "${var.name}-https"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.this.id
  port_range            = "443"
  target                = google_compute_target_https_proxy.this.id
  labels                = var.labels
}

resource "google_compute_url_map" "to_https" {
  project = var.project_id
  name    = "${var.name}-to-https"

  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "MOVED_PERMANENTLY_DEFAULT"
    strip_query            = false
  }
}

resource "google_compute_target_http_proxy" "to_https" {
  project = var.project_id
  name    = "${var.name}-http"
  url_map = google_compute_url_map.to_https.id
}

resource "google_compute_global_forwarding_rule" "http" {
  project               = var.project_id
  name                  = "${var.name}-http"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.this.id
  port_range            = "80"
  target                = google_compute_target_http_proxy.to_https.id
  labels                = var.labels
}
