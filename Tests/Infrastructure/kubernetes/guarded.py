"""guarded.py FILE: fails unless every pod of a build is held back as the platform promises, every
reference leads somewhere, and what network policies let through is what services listen on."""

import sys

import yaml

with open(sys.argv[1]) as file:
    resources = [document for document in yaml.safe_load_all(file) if document]
named = {(resource["kind"], resource["metadata"]["name"]): resource for resource in resources}
problems = []


def expect(condition, what):
    if not condition:
        problems.append(what)


def matches(selector, labels):
    return all(labels.get(key) == value for key, value in selector.items())


pods = {}
for (kind, name), resource in named.items():
    if kind not in ("Deployment", "StatefulSet"):
        continue
    spec = resource["spec"]["template"]["spec"]
    labels = resource["spec"]["template"]["metadata"]["labels"]
    container = spec["containers"][0]
    pods[name] = (labels, container["ports"][0]["containerPort"])
    own, guard = spec["securityContext"], container["securityContext"]
    expect(own["runAsNonRoot"] and own["runAsUser"] > 0, f"{name} may be root")
    expect(own["seccompProfile"]["type"] == "RuntimeDefault", f"{name} has all calls of the system")
    expect(not guard["allowPrivilegeEscalation"], f"{name} may become more")
    expect(guard["readOnlyRootFilesystem"], f"{name} may write everywhere")
    expect(guard["capabilities"]["drop"] == ["ALL"], f"{name} keeps capabilities")
    expect(not spec["automountServiceAccountToken"], f"{name} has an account")
    expect(":" in container["image"].rsplit("/", 1)[-1], f"{name} has an image without a version")
    expect(spec["terminationGracePeriodSeconds"] >= 35, f"{name} cannot drain")
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        expect(container[probe]["httpGet"]["path"].startswith("/health/"), f"{name} has no {probe}")
    for amount in (container["resources"]["requests"], container["resources"]["limits"]):
        expect("memory" in amount, f"{name} has no memory")
    expect(("ServiceAccount", spec["serviceAccountName"]) in named, f"{name} has no account")
    for source in container["envFrom"]:
        expect(("ConfigMap", source["configMapRef"]["name"]) in named, f"{name} has no config map")
    for variable in container.get("env", []):
        expect("secretKeyRef" in variable["valueFrom"], f"{name}: {variable['name']} is written out")
    data = [volume for volume in container["volumeMounts"] if volume["mountPath"] == "/data"]
    expect((kind == "StatefulSet") == bool(data), f"{name}: {kind}, volumes {data}")
    expect(matches(resource["spec"]["selector"]["matchLabels"], labels), f"{name} selects others")

expect(pods, "there are no pods")
expect("Secret" not in {kind for kind, _ in named}, "a secret is written out")
for (kind, name), resource in named.items():
    if kind in ("Service", "PodDisruptionBudget", "NetworkPolicy") and name != "all.default":
        spec = resource["spec"]
        selector = spec["podSelector"] if kind == "NetworkPolicy" else spec["selector"]
        chosen = [pod for pod, (labels, _) in pods.items() if matches(selector.get("matchLabels", selector), labels)]
        expect(chosen == [name], f"{kind} {name} chooses {chosen}")
    if kind == "HorizontalPodAutoscaler":
        target = resource["spec"]["scaleTargetRef"]
        expect((target["kind"], target["name"]) in named, f"{name} scales nothing")
        expect(resource["spec"]["minReplicas"] >= 1, f"{name} may have no instance")
    if kind == "NetworkPolicy" and name != "all.default":
        for rule in resource["spec"].get("egress") or []:
            for peer in rule.get("to", []):
                ports = [port for labels, port in pods.values() if matches(peer["podSelector"]["matchLabels"], labels)]
                expect(ports == [rule["ports"][0]["port"]], f"{name} calls {ports} on {rule['ports']}")
    if kind == "Ingress":
        hosts = [rule["host"] for rule in resource["spec"]["rules"]]
        expect(hosts == resource["spec"]["tls"][0]["hosts"], f"{name} has no certificate")
        expect(not hosts[0].endswith(".invalid"), f"{name} has no host name")
expect(named[("NetworkPolicy", "all.default")]["spec"]["podSelector"] == {}, "nothing is denied")
print("\n".join(problems))
sys.exit(1 if problems else 0)
