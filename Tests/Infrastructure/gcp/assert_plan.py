#!/usr/bin/env python3
"""assert_plan.py ARCHITECTURE PLAN: what the plan of a platform for Google Cloud must say.

Expectations are worked out from the architecture file here, apart from the generator: who calls whom,
what is published and heard, what is kept. PLAN is the output of `terraform show -json`.
"""
import json
import re
import sys
import tomllib

ALLOWED_ROLES = {
    "roles/run.invoker",
    "roles/secretmanager.secretAccessor",
    "roles/artifactregistry.reader",
    "roles/pubsub.publisher",
    "roles/pubsub.subscriber",
    "roles/iam.serviceAccountOpenIdTokenCreator",
}
# What Google takes as names, by type of resource and attribute.
NAMES = {
    ("google_cloud_run_v2_service", "name"): r"[a-z][a-z0-9-]{0,47}[a-z0-9]",
    ("google_cloud_run_v2_job", "name"): r"[a-z][a-z0-9-]{0,61}[a-z0-9]",
    ("google_service_account", "account_id"): r"[a-z][a-z0-9-]{4,28}[a-z0-9]",
    ("google_secret_manager_secret", "secret_id"): r"[A-Za-z0-9_-]{1,255}",
    ("google_sql_database_instance", "name"): r"[a-z][a-z0-9-]{0,83}",
    ("google_sql_database", "name"): r"[a-z][a-z0-9_-]{0,62}",
    ("google_redis_instance", "name"): r"[a-z][a-z0-9-]{0,38}[a-z0-9]",
    ("google_firestore_database", "name"): r"[a-z][a-z0-9-]{2,61}[a-z0-9]",
    ("google_pubsub_topic", "name"): r"[A-Za-z][A-Za-z0-9._~%+-]{2,254}",
    ("google_pubsub_subscription", "name"): r"[A-Za-z][A-Za-z0-9._~%+-]{2,254}",
    ("google_artifact_registry_repository", "repository_id"): r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
    ("google_compute_network", "name"): r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
    ("google_compute_subnetwork", "name"): r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
    ("google_compute_backend_service", "name"): r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
    ("google_compute_region_network_endpoint_group", "name"): r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
}
LABEL = re.compile(r"[a-z0-9_-]{0,63}")

failures = []


def expect(condition, message):
    if not condition:
        failures.append(message)


def resources(module):
    yield from module.get("resources", [])
    for inner in module.get("child_modules", []):
        yield from resources(inner)


class Plan:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            root = json.load(file)["planned_values"]["root_module"]
        self.all = [one for one in resources(root) if one["mode"] == "managed"]

    def of(self, kind):
        return [one for one in self.all if one["type"] == kind]

    def values(self, kind):
        return [one["values"] for one in self.of(kind)]


def edges(services):
    """Who calls whom: `calls`, the steps of sagas, what a front end joins."""
    pairs = set()
    for service in services:
        callees = set(service.get("calls", []))
        callees |= set(service.get("bff", {}).get("aggregates", []))
        steps = service.get("saga", {}).get("steps", [])
        callees |= {step["service"] for step in steps if isinstance(step, dict) and "service" in step}
        pairs |= {(service["name"], callee) for callee in callees if callee != service["name"]}
    return pairs


def check_everywhere(plan):
    for (kind, attribute), pattern in NAMES.items():
        for values in plan.values(kind):
            name = values.get(attribute)
            expect(name is None or re.fullmatch(pattern, name), f"{kind} has the name {name}")
    for one in plan.all:
        labels = one["values"].get("labels") or one["values"].get("user_labels") or {}
        if one["type"] == "google_monitoring_notification_channel":
            continue
        for key, value in labels.items():
            fits = LABEL.fullmatch(key) and (value is None or LABEL.fullmatch(value))
            expect(fits, f"{one['address']} has the label {key}={value}")
        role = one["values"].get("role")
        # The roles of Firestore are given on a project alone; `check_documents` looks at their conditions.
        if one["type"] == "google_project_iam_member" and role == "roles/datastore.user":
            continue
        if one["type"].endswith(("_iam_member", "_iam_binding", "_iam_policy")):
            expect(role in ALLOWED_ROLES, f"{one['address']} gives the role {role}")
            expect(not one["type"].startswith("google_project_"), f"{one['address']} is for the whole project")


def check_services(plan, services, regions):
    placed = plan.of("google_cloud_run_v2_service")
    expect(len(placed) == len(services) * len(regions), f"{len(placed)} services on Cloud Run")
    for one in placed:
        values = one["values"]
        template = values["template"][0]
        container = template["containers"][0]
        expect(values["ingress"].startswith("INGRESS_TRAFFIC_"), one["address"])
        expect(template["scaling"][0]["max_instance_count"] >= 1, f"{one['address']} has no instances")
        limits = container["resources"][0]["limits"]
        expect(limits["cpu"] in ("1", "2", "4", "6", "8"), f"{one['address']} has {limits}")
        for probe, path in (("startup_probe", "/health/ready"), ("liveness_probe", "/health/live")):
            expect(container[probe][0]["http_get"][0]["path"] == path, f"{one['address']}: {probe}")
            period, timeout = container[probe][0]["period_seconds"], container[probe][0]["timeout_seconds"]
            expect(timeout <= period <= 240, f"{one['address']}: {probe} lasts longer than its period")
        names = [variable["name"] for variable in container["env"]]
        expect("PORT" not in names, f"{one['address']} sets PORT, which Cloud Run does")
        expect(len(names) == len(set(names)), f"{one['address']} sets a variable twice")
        for variable in container["env"]:
            value = variable.get("value") or ""
            expect("://" not in value or "@" not in value, f"{one['address']} shows a password")
        shares = sum(target["percent"] for target in values["traffic"])
        expect(shares == 100, f"{one['address']} shares {shares} % of the requests")


def check_jobs(plan, services):
    """A consumer's dead letters are sent on once more by a job."""
    jobs = plan.values("google_cloud_run_v2_job")
    consumers = [service for service in services if service["type"] == "consumer"]
    expect(len(jobs) == len(consumers), f"{len(jobs)} jobs for {len(consumers)} consumers")
    for job in jobs:
        container = job["template"][0]["template"][0]["containers"][0]
        expect(container["args"] == ["redrive"], f"{job['name']} is started with {container['args']}")


def check_calls(plan, services, regions):
    found = set()
    for one in plan.of("google_cloud_run_v2_service_iam_member"):
        if "everybody" in one["address"]:
            expect(one["values"]["member"] == "allUsers", one["address"])
            continue
        if "events_reach" in one["address"]:
            continue
        caller, callee = re.search(r"\.(\w+)_calls_(\w+)\[", one["address"]).groups()
        found.add((caller, callee))
    # A package name that is taken steps aside.
    wanted = {tuple(name.replace("-", "_") for name in pair) for pair in edges(services)}
    plain = {tuple(name.removesuffix("_service") for name in pair) for pair in found}
    expect(
        plain == {tuple(name.removesuffix("_service") for name in pair) for pair in wanted},
        f"calls are {sorted(found)}, the architecture says {sorted(wanted)}",
    )


def check_events(plan, config, services):
    prefix = config["architecture"]["name"]
    published = {event for service in services for event in service.get("publishes", [])}
    topics = {values["name"] for values in plan.values("google_pubsub_topic")}
    subscriptions = {values["name"]: values for values in plan.values("google_pubsub_subscription")}
    heard = set()
    for service in services:
        events = list(service.get("consumes", [])) + list(service.get("consumer", {}).get("events", []))
        events += list(service.get("stream", {}).get("input_topics", []))
        heard |= {(service["name"], event) for event in events if event in published}
    wanted = {f"{prefix}-{event}" for event in published}
    wanted |= {f"{prefix}-{service}-{end}" for service, _ in heard for end in ("dlq", "again")}
    expect(topics == wanted, f"topics {sorted(topics ^ wanted)} are too many or missing")
    wanted = {f"{prefix}-{service}-{event}" for service, event in heard}
    wanted |= {f"{prefix}-{service}-{end}" for service, _ in heard for end in ("dlq", "again")}
    expect(set(subscriptions) == wanted, f"subscriptions {sorted(set(subscriptions) ^ wanted)}")
    for name, values in subscriptions.items():
        is_ordered = values.get("enable_message_ordering") is True
        expect(is_ordered != name.endswith("-dlq"), f"{name} keeps order: {is_ordered}")
        expect(10 <= values["ack_deadline_seconds"] <= 600, f"{name} has a deadline out of range")
        if name.endswith("-dlq"):
            continue
        attempts = values["dead_letter_policy"][0]["max_delivery_attempts"]
        expect(5 <= attempts <= 100, f"{name} is given up after {attempts} attempts")


def check_delivery(plan, config, services):
    """Those without work between requests and without a public address are brought their events."""
    wanted = config["cloud"].get("gcp", {}).get("delivery", "pull") == "push"
    pushed = {
        service["name"]
        for service in services
        if wanted
        and service.get("consumes")
        and (service["type"] == "consumer" or service.get("cloud", {}).get("ingress") == "private")
        and (not service.get("publishes") or service.get("messaging", {}).get("pattern") == "direct")
    }
    prefix = config["architecture"]["name"]
    for values in plan.values("google_pubsub_subscription"):
        name = values["name"].removeprefix(prefix + "-")
        is_pushed = any(name.startswith(service + "-") for service in pushed) and not name.endswith("-dlq")
        push = values.get("push_config") or []
        expect(bool(push) == is_pushed, f"{name} brings events: {bool(push)}")
        expect(not push or len(push[0]["oidc_token"]) == 1, f"{name} shows no token")
    let_in = {
        one["address"].rpartition("events_reach_")[2]
        for one in plan.of("google_cloud_run_v2_service_iam_member")
        if "events_reach" in one["address"]
    }
    expect(let_in == pushed, f"{sorted(let_in)} let events in, the architecture says {sorted(pushed)}")
    for member in plan.of("google_pubsub_subscription_iam_member"):
        for service in pushed if "consumes" in member["address"] else []:
            expect(f'"{service}' not in member["address"], f"{member['address']} may ask for events")
    for one in plan.of("google_cloud_run_v2_service"):
        name = one["values"]["name"].removeprefix(prefix + "-")
        container = one["values"]["template"][0]["containers"][0]
        if name in pushed:
            expect(container["resources"][0]["cpu_idle"] is True, f"{name} never rests")
        names = [variable["name"] for variable in container["env"]]
        expect(("PUBSUB_PUSH_ACCOUNT" in names) == (name in pushed), f"{name} does not know who brings events")


def check_servers(plan):
    for values in plan.values("google_sql_database_instance"):
        settings = values["settings"][0]
        network = settings["ip_configuration"][0]
        expect(network["ipv4_enabled"] is False, "the database has a public address")
        expect(network["ssl_mode"] == "ENCRYPTED_ONLY", "connections to the database may be open")
        expect(settings["edition"] in ("ENTERPRISE", "ENTERPRISE_PLUS"), "no edition of Cloud SQL")
        expect(settings["availability_type"] in ("REGIONAL", "ZONAL"), "no availability of Cloud SQL")
        if not values.get("master_instance_name"):
            backup = settings["backup_configuration"][0]
            expect(backup["enabled"] and backup["point_in_time_recovery_enabled"], "no backups")
    for values in plan.values("google_redis_instance"):
        expect(values["auth_enabled"] is True, "redis wants no password")
        expect(values["tier"] in ("BASIC", "STANDARD_HA"), "no tier of Memorystore")


def check_documents(plan, config, services):
    """Each cache in Firestore has a database, which its service and nobody else may use."""
    prefix = config["architecture"]["name"]
    caches = [one["name"] for one in services if one.get("cache", {}).get("backend") == "firestore"]
    databases = {values["name"]: values for values in plan.values("google_firestore_database")}
    expect(sorted(databases) == sorted(f"{prefix}-{name}" for name in caches), f"{sorted(databases)}")
    for values in databases.values():
        protected = values["delete_protection_state"] == "DELETE_PROTECTION_ENABLED"
        expect(protected, f"{values['name']} is not protected")
    forgotten = [
        values["database"]
        for values in plan.values("google_firestore_field")
        if values["field"] == "expires_at" and values["ttl_config"]
    ]
    expect(sorted(forgotten) == sorted(databases), f"{forgotten} forget what is over")
    allowed = []
    for values in plan.values("google_project_iam_member"):
        [condition] = values["condition"] or [{"expression": "", "title": ""}]
        found = re.fullmatch(r'resource\.name == "projects/[^/"]+/databases/([^/"]+)"', condition["expression"])
        expect(found, f"{values['role']} is for the whole project")
        allowed.append(found and found[1])
    expect(sorted(allowed, key=str) == sorted(databases), f"{allowed} may be used")


def main():
    with open(sys.argv[1], "rb") as file:
        config = tomllib.load(file)
    plan = Plan(sys.argv[2])
    services = config["services"]
    cloud = config["cloud"]
    spread = config.get("deployment", {}).get("multi_region", "none") != "none"
    regions = cloud.get("regions", ["europe-west1"])
    regions = regions if spread else regions[:1]
    check_everywhere(plan)
    check_services(plan, services, regions)
    check_jobs(plan, services)
    check_calls(plan, services, regions)
    check_servers(plan)
    check_documents(plan, config, services)
    if config.get("settings", {}).get("event_bus") == "pubsub":
        check_events(plan, config, services)
        check_delivery(plan, config, services)
    for failure in failures:
        print(failure)
    print(f"{len(plan.all)} resources, {len(failures)} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
