use std::time::SystemTime;

use prometheus::proto::{Metric, MetricFamily, MetricType};
use serde_json::{Value, json};

use super::{attributes_of, nanos};

/// Since the start, and not since the last export.
const CUMULATIVE: u8 = 2;

/// A metric as the standard writes it; `None` for kinds that the kit does not have.
pub(super) fn encode(family: &MetricFamily, started: SystemTime, now: SystemTime) -> Option<Value> {
    let points = |add: fn(&Metric, &mut Value)| -> Vec<Value> {
        let metrics = family.get_metric().iter();
        let point = |metric: &Metric| {
            let labels = metric.get_label().iter();
            let labels: Vec<_> = labels
                .map(|label| (label.name(), label.value().to_owned()))
                .collect();
            let mut point = json!({
                "attributes": attributes_of(&labels),
                "startTimeUnixNano": nanos(started),
                "timeUnixNano": nanos(now),
            });
            add(metric, &mut point);
            point
        };
        metrics.map(point).collect()
    };
    let (kind, data) = match family.get_field_type() {
        MetricType::COUNTER => {
            let points = points(|metric, point| {
                point["asDouble"] = metric.get_counter().get_value().into();
            });
            let data = json!({
                "dataPoints": points, "aggregationTemporality": CUMULATIVE, "isMonotonic": true,
            });
            ("sum", data)
        }
        MetricType::GAUGE => {
            let points = points(|metric, point| {
                point["asDouble"] = metric.get_gauge().get_value().into();
            });
            ("gauge", json!({ "dataPoints": points }))
        }
        MetricType::HISTOGRAM => {
            let points = points(histogram);
            let data = json!({ "dataPoints": points, "aggregationTemporality": CUMULATIVE });
            ("histogram", data)
        }
        _ => return None,
    };
    Some(json!({ "name": family.name(), "description": family.help(), kind: data }))
}

/// How many spans were dropped, which Prometheus is not asked about.
pub(super) fn dropped(count: u64, started: SystemTime, now: SystemTime) -> Value {
    json!({
        "name": "spans_dropped_total",
        "description": "Spans that nobody will see.",
        "sum": {
            "dataPoints": [{
                "attributes": [],
                "startTimeUnixNano": nanos(started),
                "timeUnixNano": nanos(now),
                "asInt": count.to_string(),
            }],
            "aggregationTemporality": CUMULATIVE,
            "isMonotonic": true,
        },
    })
}

/// Prometheus counts what is below each bound, the standard what is between them.
fn histogram(metric: &Metric, point: &mut Value) {
    let histogram = metric.get_histogram();
    let (mut bounds, mut counts, mut below) = (Vec::new(), Vec::new(), 0);
    for bucket in histogram.get_bucket() {
        let upper = bucket.upper_bound();
        if upper.is_finite() {
            bounds.push(upper);
            counts.push((bucket.cumulative_count() - below).to_string());
            below = bucket.cumulative_count();
        }
    }
    let all = histogram.get_sample_count();
    counts.push((all - below).to_string());
    point["count"] = all.to_string().into();
    point["sum"] = histogram.get_sample_sum().into();
    point["explicitBounds"] = bounds.into();
    point["bucketCounts"] = counts.into();
}
