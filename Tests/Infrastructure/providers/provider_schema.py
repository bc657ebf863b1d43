#!/usr/bin/env python3
"""provider_schema.py WHEEL OUT: the schema of a Terraform provider, read from its binding for Python.

The bindings on PyPI (cdktn-provider-…) are made from the provider's own schema and documentation: the
names, types and nesting of everything, what is required, and which words an attribute takes. OUT is
JSON: {"name", "version", "provider", "resources": {type: block}, "data": {type: block}}, where a block
is {"a": {attribute: {"t": type, "r": required, "c": computed, "v": words}},
    "b": {block: {"m": nesting, "min", "max", "s": block}}}.
"""
import io
import json
import re
import sys
import tarfile
import zipfile

# A row of what a class writes into the configuration: name, whether it is a block, kind, type.
ROW = re.compile(
    r'^ +(\w+): \{\n +value: .*\n +isBlock: (true|false),\n +type: "(\w+)",\n +storageClassType: "(\w+)"',
    re.M,
)
FIELD = re.compile(r"/\*\*((?:(?!\*/).)*)\*/\s+readonly (\w+)(\??): ([^;]+);", re.S)
WORDS = re.compile(r"Possible values: (\[\"[^\]]*\])")
READ = re.compile(r"get(String|Number|Boolean|List|NumberList|\w*Map)Attribute\('(\w+)'\)")
READ_MAP = re.compile(r"new (?:cdktf|cdktn)\.(String|Number|Boolean)Map\(this, \"(\w+)\"\)")
READ_BLOCK = re.compile(
    r"= new (\w+?)(List|Map|OutputReference)\(this, \"(\w+)\"(?:, (true|false))?\)"
)
SCALARS = {"string": "string", "number": "number", "boolean": "bool"}
COMPUTED = {
    "String": "string",
    "Number": "number",
    "Boolean": "bool",
    "List": ["list", "string"],
    "NumberList": ["list", "number"],
    "StringMap": ["map", "string"],
    "NumberMap": ["map", "number"],
    "BooleanMap": ["map", "bool"],
    "AnyMap": ["map", "string"],
}


def sources(wheel):
    """The metadata of the package and the JavaScript and declarations of each of its folders."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".jsii.tgz"))
        package = archive.read(name)
    folders, metadata = {}, {}
    pattern = re.compile(r"package/lib/([^/]+)/(?:index|index-structs(?:/.*)?)\.(js|d\.ts)$")
    nested = re.compile(r"package/lib/([^/]+)/index-structs/.*\.(js|ts)$")
    with tarfile.open(fileobj=io.BytesIO(package)) as files:
        for member in files:
            found = pattern.match(member.name) or nested.match(member.name)
            if member.name == "package/package.json":
                metadata = json.load(files.extractfile(member))
            elif found:
                kind = "d" if member.name.endswith(".ts") else "j"
                texts = folders.setdefault(found[1], {"j": [], "d": []})
                texts[kind].append(files.extractfile(member).read().decode())
    binding = metadata.get("cdktn") or metadata["cdktf"]
    return binding["provider"], {
        folder: ("\n".join(texts["j"]), "\n".join(texts["d"])) for folder, texts in folders.items()
    }


def plain_type(kind, storage):
    """The type of an attribute without parts; None for one with parts."""
    if kind == "simple":
        return SCALARS.get(storage, "string")
    found = re.match(r"(string|number|boolean|any)(List|Map|Set)?$", storage)
    if not found:
        return None
    nesting = kind if kind in ("list", "set", "map") else "list"
    return [nesting, SCALARS.get(found[1], "string")]


class Reader:
    """Reads one resource, data source or provider."""

    def __init__(self, script, declarations):
        self.fields = {}
        for found in re.finditer(r"export interface (\w+)[^{]*\{\n(.*?)\n\}", declarations, re.S):
            fields = self.fields.setdefault(found[1], {})
            for comment, _, optional, kind in FIELD.findall(found[2]):
                self.field(fields, comment, bool(optional), kind)
        self.rows = {
            found[1][0].upper() + found[1][1:]: ROW.findall(found[2])
            for found in re.finditer(
                r"^function (\w+)ToHclTerraform\(struct\) \{(.*?)^\}", script, re.S | re.M
            )
        }
        self.classes = {
            found[1]: found[2]
            for found in re.finditer(r"^class (\w+) extends [^\n]*\{\n(.*?)^\}", script, re.S | re.M)
        }
        self.script = script

    @staticmethod
    def field(fields, comment, is_optional, kind):
        """Notes what the documentation says of a field, by its name in Terraform."""
        anchor = re.search(r"#(\w+) \w+#", comment)
        if not anchor:
            return
        words = WORDS.search(comment)
        fields[anchor[1]] = {
            "optional": is_optional,
            "single": "[]" not in kind and "{" not in kind,
            "words": json.loads(words[1]) if words else None,
        }

    def read(self):
        """The type and the block; None where the folder holds neither."""
        for name, body in self.classes.items():
            if not re.search(r'tfResourceType = "|terraformResourceType:', body):
                continue
            kind = re.search(
                rf'^{name}\.tfResourceType = "(\w+)"', self.script, re.M
            ) or re.search(r"terraformResourceType: '(\w+)'", body)
            start = body.find("synthesizeHclAttributes")
            rows = ROW.findall(body[start:]) if start >= 0 else []
            return kind[1], self.block(rows, body, name + "Config", (name,))
        return None

    def part(self, name, seen):
        return self.block(self.rows.get(name, []), self.classes.get(name + "OutputReference", ""), name, seen)

    def block(self, rows, body, name, seen):
        block = {"a": {}, "b": {}}
        fields = self.fields.get(name, {})
        for attribute, is_block, kind, storage in rows:
            self.written(block, fields.get(attribute, {}), attribute, is_block == "true", kind, storage, seen)
        self.computed(block, body, seen)
        return block

    def written(self, block, field, name, is_block, kind, storage, seen):
        required = field.get("optional") is False
        simple = plain_type(kind, storage)
        if simple:
            block["a"][name] = {"t": simple, "r": required}
            if field.get("words"):
                block["a"][name]["v"] = field["words"]
            return
        is_list = kind in ("list", "set", "map") or storage.endswith("List")
        part = re.sub(r"(List|Map)$", "", storage) if is_list else storage
        if part in seen:
            return
        inner = self.part(part, seen + (part,))
        if is_block:
            is_single = field.get("single") and kind != "struct"
            block["b"][name] = {
                "m": kind if kind in ("list", "set") else "single",
                "max": 1 if is_single else 0,
                "min": 1 if required else 0,
                "s": inner,
            }
        else:
            nesting = kind if kind in ("list", "set") else "list"
            block["a"][name] = {"t": [nesting, object_type(inner)], "r": required}

    def computed(self, block, body, seen):
        taken = set(block["a"]) | set(block["b"])
        for kind, name in READ.findall(body):
            if name not in taken and kind in COMPUTED:
                block["a"][name] = {"t": COMPUTED[kind], "c": True}
        for kind, name in READ_MAP.findall(body):
            if name not in taken:
                block["a"][name] = {"t": ["map", SCALARS[kind.lower()]], "c": True}
        for part, _, name, is_set in READ_BLOCK.findall(body):
            if name in taken or part in seen or part.endswith("Timeouts"):
                continue
            nesting = "set" if is_set == "true" else "list"
            block["a"][name] = {
                "t": [nesting, object_type(self.part(part, seen + (part,)))],
                "c": True,
            }


def object_type(block):
    members = {name: attribute["t"] for name, attribute in block["a"].items()}
    for name, inner in block["b"].items():
        nesting = inner["m"] if inner["m"] != "single" else "list"
        members[name] = [nesting, object_type(inner["s"])]
    return ["object", members]


def schema(wheel):
    provider, folders = sources(wheel)
    result = {
        "name": provider["name"],
        "version": provider["version"],
        "provider": {"a": {}, "b": {}},
        "resources": {},
        "data": {},
    }
    for folder, (script, declarations) in folders.items():
        read = Reader(script, declarations).read()
        if not read:
            continue
        kind, block = read
        if folder == "provider":
            result["provider"] = block
            continue
        block["a"].setdefault("id", {"t": "string"}).pop("r", None)
        result["data" if folder.startswith("data-") else "resources"][kind] = block
    return result


def main():
    wheel, out = sys.argv[1:]
    result = schema(wheel)
    with open(out, "w", encoding="utf-8") as file:
        json.dump(result, file, separators=(",", ":"))
    print(f"{result['name']} {result['version']}: {len(result['resources'])} resources")


if __name__ == "__main__":
    main()
