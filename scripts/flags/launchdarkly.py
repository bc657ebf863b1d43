#!/usr/bin/env python3
"""What LaunchDarkly's own SDK makes of flags, written down for the tests of the provider `launchdarkly`.

launchdarkly.py: prints flags, segments and callers, made at random from a fixed number, and the value that
each flag has for each caller: t, f, or - where it has none. It needs `launchdarkly-server-sdk`.
"""
import json
import random

from ldclient.context import Context
from ldclient.impl.evaluator import Evaluator
from ldclient.impl.events.types import EventFactory
from ldclient.impl.model import FeatureFlag, Segment

NAMES = ["ada", "bob", "cy", "dora", "eve"]
KINDS = [None, "user", "user", "session", "tenant", "device"]
PROPERTIES = {
    "country": ["de", "fr", "DE", "us-east"],
    "plan": ["free", "pro", "pro-plus"],
    "app": ["1.0", "1.2.3", "2", "2.0.0-beta.1", "1.2.3+build", "no version"],
    "since": ["2025-01-01T00:00:00Z", "2025-06-01T12:00:00.5+02:00", "yesterday"],
    "a/b": ["slash"],
}
TEXTS = [text for values in PROPERTIES.values() for text in values] + NAMES
PATTERNS = ["^d", "e$", "p.o", "[", "(free|us)", "\\d+\\.\\d+", "DE"]
TIMES = ["2025-03-01T00:00:00Z", 1735689600000, 1748772000500, "never", 30]
VERSIONS = ["1.0.0", "1.2.3", "2.0.0", "2.0.0-beta.2", "1", "x"]

random.seed(20261130)
pick = random.choice


def some(values, most):
    return random.sample(values, random.randint(0, min(most, len(values))))


def attribute(kind):
    names = ["key", "country", "plan", "app", "since", "kind", "missing", "anonymous"]
    paths = ["/country", "/a~1b", "/plan/name", "//", "/~2"] if kind else ["/country"]
    return pick(names) if random.random() < 0.85 else pick(paths)


def clause(segments):
    kind = pick(KINDS)
    made = {"negate": random.random() < 0.25}
    if kind:
        made["contextKind"] = kind
    group = random.random()
    if segments and group < 0.2:
        return made | {"attribute": "", "op": "segmentMatch", "values": some(segments, 2)}
    if group < 0.35:
        op = pick(["lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual", "before", "after"])
        return made | {"attribute": "age", "op": op, "values": some([18, 30, 30.5, 65], 2)}
    if group < 0.5:
        return made | {"attribute": "since", "op": pick(["before", "after"]), "values": some(TIMES, 3)}
    if group < 0.65:
        op = pick(["semVerEqual", "semVerLessThan", "semVerGreaterThan"])
        return made | {"attribute": "app", "op": op, "values": some(VERSIONS, 2)}
    made["attribute"] = attribute(kind)
    if group < 0.75:
        return made | {"op": "matches", "values": some(PATTERNS, 2)}
    op = pick(["in", "in", "in", "startsWith", "endsWith", "contains", "unheard-of"])
    values = some(TEXTS + ["user", "tenant", "d", "pro"], 5) + some([True, False, 3], 1)
    return made | {"op": op, "values": values}


def rollout():
    kind = pick(KINDS)
    made = {"variations": [
        {"variation": pick([0, 1, 1, 2]), "weight": pick([0, 10000, 25000, 50000, 90000])} for _ in range(pick([1, 2, 2, 3]))
    ]}
    if kind:
        made["contextKind"] = kind
    if random.random() < 0.3:
        made["seed"] = random.randint(-5, 10**9)
    if random.random() < 0.3:
        made["bucketBy"] = pick(["country", "plan", "missing", "key", "/country", ""])
    if random.random() < 0.2:
        made["kind"] = pick(["experiment", "rollout"])
    return made if random.random() < 0.97 else made | {"variations": []}


def serving():
    made = {"rollout": rollout()} if random.random() < 0.5 else {"variation": pick([0, 1, 1, 2])}
    return made if random.random() < 0.97 else {}


def target(variation=None):
    made = {"values": some(NAMES, 2), "variation": pick([0, 1, 2]) if variation is None else variation}
    return made


def segment(number):
    others = [f"segment-{other}" for other in range(12)]
    made = {
        "key": f"segment-{number}", "version": 1, "salt": pick(["salt", "pepper", ""]),
        "included": some(NAMES, 1), "excluded": some(NAMES, 2),
        "rules": [
            {"clauses": [clause(others if random.random() < 0.3 else []) for _ in range(pick([0, 1, 1, 2]))]}
            | ({"weight": pick([0, 30000, 60000, 100000])} if random.random() < 0.5 else {})
            | ({"bucketBy": pick(["country", "key"])} if random.random() < 0.3 else {})
            | ({"rolloutContextKind": pick(["tenant", "device"])} if random.random() < 0.2 else {})
            for _ in range(pick([0, 1, 2]))
        ],
    }
    if random.random() < 0.3:
        made["includedContexts"] = [target() | {"contextKind": pick(["tenant", "session", "user"])}]
    if random.random() < 0.2:
        made["excludedContexts"] = [target() | {"contextKind": pick(["tenant", "device"])}]
    if random.random() < 0.15:
        made["unbounded"] = True
        if random.random() < 0.7:
            made["generation"] = 1
        if random.random() < 0.3:
            made["unboundedContextKind"] = pick(["tenant", "device"])
    return made


def flag(number, count, segments):
    made = {
        "key": f"flag-{number}", "version": 1, "on": random.random() < 0.88, "salt": pick(["salt", "x.y", ""]),
        "variations": pick([[True, False], [True, False], [False, True, True], [True, "text"], [False, True, 3]]),
        "fallthrough": serving(), "targets": [], "rules": [
            {"id": f"rule-{index}", "clauses": [clause(segments) for _ in range(pick([1, 1, 2]))]} | serving()
            for index in range(pick([0, 1, 1, 2, 3]))
        ],
    }
    if random.random() < 0.9:
        made["offVariation"] = pick([0, 1, 1, 2])
    if random.random() < 0.3:
        made["targets"] = [target() for _ in range(2)]
    if random.random() < 0.2:
        made["contextTargets"] = [target() | {"contextKind": pick(["user", "tenant", "session", "user"])} for _ in range(2)]
    if random.random() < 0.25:
        made["prerequisites"] = [
            {"key": f"flag-{random.randrange(count + 3)}", "variation": pick([0, 1])} for _ in range(pick([1, 1, 2]))
        ]
    return made


def caller():
    made = {kind: pick(NAMES) for kind in ("user", "session", "tenant", "request") if random.random() < 0.6}
    made["properties"] = {name: pick(values) for name, values in PROPERTIES.items() if random.random() < 0.8}
    if random.random() < 0.8:
        made["properties"]["age"] = pick(["17", "30", "30.5", "80"])
    return made


def context(caller):
    kinds = []
    for kind in ("user", "session", "tenant", "request"):
        if kind not in caller:
            continue
        builder = Context.builder(caller[kind]).kind(kind)
        for name, value in caller["properties"].items():
            builder.set(name, float(value) if name == "age" else value)
        kinds.append(builder.build())
    return Context.create_multi(*kinds)


COUNT = 90
segments = {key: segment(number) for number, key in enumerate(f"segment-{number}" for number in range(12))}
flags = {f"flag-{number}": flag(number, COUNT, list(segments)) for number in range(COUNT)}
callers = [made for made in (caller() for _ in range(24)) if len(made) > 1]
known = {key: FeatureFlag(data) for key, data in flags.items()}
groups = {key: Segment(data) for key, data in segments.items()}
evaluator = Evaluator(known.get, groups.get, lambda key: (None, "NOT_CONFIGURED"))
factory = EventFactory(False)
letters = {True: "t", False: "f"}
values = {}
for key, one in known.items():
    found = [evaluator.evaluate(one, context(made), factory).detail.value for made in callers]
    values[key] = "".join(letters[value] if isinstance(value, bool) else "-" for value in found)


def lines(items):
    return ",\n".join(f"    {json.dumps(key)}: {json.dumps(value)}" for key, value in items.items())


print("{")
print('  "flags": {\n' + lines(flags) + "\n  },")
print('  "segments": {\n' + lines(segments) + "\n  },")
print('  "callers": [\n' + ",\n".join(f"    {json.dumps(made)}" for made in callers) + "\n  ],")
print('  "values": {\n' + lines(values) + "\n  }")
print("}")
