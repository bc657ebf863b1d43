"""same.py ONE OTHER: fails unless two builds hold the same resources, hashes in names aside."""

import re
import sys

import yaml


def normal(value):
    if isinstance(value, dict):
        return {key: normal(member) for key, member in value.items()}
    if isinstance(value, list):
        return [normal(element) for element in value]
    return re.sub(r"-[a-z0-9]{10}$", "-HASH", value) if isinstance(value, str) else value


def resources(path):
    with open(path) as file:
        documents = [normal(document) for document in yaml.safe_load_all(file) if document]
    return {(document["kind"], document["metadata"]["name"]): document for document in documents}


one, other = resources(sys.argv[1]), resources(sys.argv[2])
different = sorted(set(one) ^ set(other)) + [key for key in one if key in other and one[key] != other[key]]
for key in different:
    print(key, one.get(key), other.get(key), sep="\n  ")
sys.exit(1 if different or not one else 0)
