use std::sync::Weak;

use prometheus::core::{Collector, Desc};
use prometheus::proto::{LabelPair, MetricFamily};
use prometheus::{IntCounterVec, Opts};

use super::cells::Inner;
use crate::Result;

/// What is measured of tenants: how many requests each makes, and all that their parts of the service
/// measure, with the label `tenant`.
pub(super) struct TenantMetrics {
    pub requests: IntCounterVec,
    pub tenants: Weak<Inner>,
}

impl TenantMetrics {
    /// The counter of requests.
    pub fn requests() -> Result<IntCounterVec> {
        let options = Opts::new("tenant_requests_total", "Requests of each tenant.");
        Ok(IntCounterVec::new(options, &["tenant"])?)
    }
}

impl Collector for TenantMetrics {
    fn desc(&self) -> Vec<&Desc> {
        self.requests.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let mut families = self.requests.collect();
        let Some(tenants) = self.tenants.upgrade() else {
            return families;
        };
        for (tenant, cell) in tenants.cells() {
            // Requests are measured where they come in, for all tenants.
            let own = cell
                .metrics()
                .families()
                .into_iter()
                .filter(|f| !f.name().starts_with("http_"));
            for mut family in own {
                for metric in family.mut_metric() {
                    let mut labels = metric.take_label();
                    labels.retain(|label| label.name() != "service");
                    let mut label = LabelPair::default();
                    label.set_name("tenant".to_owned());
                    label.set_value(tenant.to_string());
                    labels.push(label);
                    labels.sort_by(|one, other| one.name().cmp(other.name()));
                    metric.set_label(labels);
                }
                families.push(family);
            }
        }
        families
    }
}
