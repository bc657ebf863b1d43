"""build.py FOLDER: builds an overlay as kustomize does, for what generated manifests use of it:
resources, generated config maps, a namespace, images and merged patches. Anything else is refused."""

import hashlib
import json
import pathlib
import sys

import yaml

KNOWN = {"apiVersion", "kind", "resources", "configMapGenerator", "namespace", "images", "patches"}
CLUSTER_WIDE = {"Namespace"}
KEYED = {"containers": "name", "env": "name", "volumeMounts": "mountPath", "ports": "containerPort"}


def read(path):
    return [document for document in yaml.safe_load_all(path.read_text()) if document is not None]


def identity(resource):
    return resource["kind"], resource["metadata"]["name"]


def merged(old, new, key=None):
    if isinstance(old, dict) and isinstance(new, dict):
        result = dict(old)
        for name, value in new.items():
            if value is None:
                result.pop(name, None)
            else:
                result[name] = merged(old.get(name), value, name)
        return result
    if isinstance(old, list) and isinstance(new, list) and key in KEYED:
        by = KEYED[key]
        result = list(old)
        for element in new:
            places = [n for n, other in enumerate(result) if other[by] == element[by]]
            if places:
                result[places[0]] = merged(result[places[0]], element)
            else:
                result.append(element)
        return result
    return new


def config_map(generator):
    data = dict(literal.split("=", 1) for literal in generator["literals"])
    data = {name: value.strip("\"'") for name, value in data.items()}
    suffix = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:10]
    metadata = {"name": f"{generator['name']}-{suffix}", **generator.get("options", {})}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def containers(resource):
    template = resource.get("spec", {}).get("template", {})
    return template.get("spec", {}).get("containers", []) if isinstance(template, dict) else []


def rename_config_maps(resources, names):
    for resource in resources:
        for container in containers(resource):
            for source in container.get("envFrom", []):
                reference = source.get("configMapRef", {})
                reference["name"] = names.get(reference.get("name"), reference.get("name"))


def build(folder):
    kustomization = read(folder / "kustomization.yaml")[0]
    unknown = set(kustomization) - KNOWN
    if unknown:
        raise SystemExit(f"{folder}: {sorted(unknown)} is not known here")
    resources = []
    for name in kustomization.get("resources", []):
        path = folder / name
        resources += build(path) if path.is_dir() else read(path)
    names = {}
    for generator in kustomization.get("configMapGenerator", []):
        resources.append(config_map(generator))
        names[generator["name"]] = resources[-1]["metadata"]["name"]
    rename_config_maps(resources, names)
    for patch in kustomization.get("patches", []):
        for change in read(folder / patch["path"]):
            places = [n for n, other in enumerate(resources) if identity(other) == identity(change)]
            if len(places) != 1:
                raise SystemExit(f"{folder / patch['path']}: {identity(change)} is there {len(places)} times")
            resources[places[0]] = merged(resources[places[0]], change)
    images = {image["name"]: image for image in kustomization.get("images", [])}
    for resource in resources:
        if "namespace" in kustomization and resource["kind"] not in CLUSTER_WIDE:
            resource["metadata"]["namespace"] = kustomization["namespace"]
        for container in containers(resource):
            image = images.get(container["image"])
            if image:
                container["image"] = f"{image.get('newName', image['name'])}:{image['newTag']}"
    if len({identity(resource) for resource in resources}) != len(resources):
        raise SystemExit(f"{folder}: two resources have one name")
    return resources


if __name__ == "__main__":
    print(yaml.safe_dump_all(build(pathlib.Path(sys.argv[1]))))
