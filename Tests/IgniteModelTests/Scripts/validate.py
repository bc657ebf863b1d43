"""Reads {schema, valid, invalid} and prints which instances the schema judges wrongly."""
import json
import sys

import jsonschema

given = json.load(sys.stdin)
jsonschema.Draft7Validator.check_schema(given["schema"])
validator = jsonschema.Draft7Validator(given["schema"])
for name, instance in given["valid"].items():
    for error in validator.iter_errors(instance):
        print(f"{name} is refused at {list(error.absolute_path)}: {error.message[:200]}")
for name, instance in given["invalid"].items():
    if validator.is_valid(instance):
        print(f"{name} is accepted")
