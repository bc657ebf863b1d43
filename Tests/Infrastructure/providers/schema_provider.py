#!/usr/bin/env python3
"""schema_provider.py: a Terraform provider (protocol 6) that knows a schema and reaches nothing.

Terraform checks names, types, blocks and what is required; this program checks the words that the
provider's documentation lists. What is made is remembered in the state alone, what only the cloud would
know gets made-up values. PROVIDER_SCHEMA names the file that `provider_schema.py` made.
"""
import json
import os
import tempfile
import uuid

# The framework keeps a certificate in the home folder.
os.environ["HOME"] = tempfile.mkdtemp()
import msgpack  # noqa: E402
import tf.provider  # noqa: E402
import tf.runner  # noqa: E402
from tf.gen import tfplugin_pb2 as pb  # noqa: E402
from tf.gen import tfplugin_pb2_grpc as rpc  # noqa: E402

with open(os.environ["PROVIDER_SCHEMA"], encoding="utf-8") as file:
    SCHEMA = json.load(file)
UNKNOWN = msgpack.ExtType(0, b"\0")
NESTED = pb.Schema.NestedBlock
NESTINGS = {"list": NESTED.LIST, "set": NESTED.SET, "single": NESTED.SINGLE}


def is_unknown(value):
    return isinstance(value, msgpack.ExtType)


def declared(schema, is_provider=False):
    """A block as Terraform wants it declared."""
    block = pb.Schema.Block()
    for name, attribute in schema["a"].items():
        required = bool(attribute.get("r"))
        block.attributes.append(
            pb.Schema.Attribute(
                name=name,
                type=json.dumps(attribute["t"]).encode(),
                required=required,
                optional=not required and (is_provider or not attribute.get("c")),
                computed=not required and not is_provider,
            )
        )
    for name, inner in schema["b"].items():
        block.block_types.append(
            NESTED(
                type_name=name,
                block=declared(inner["s"], is_provider),
                nesting=NESTINGS[inner["m"]],
                min_items=inner["min"],
                max_items=inner["max"],
            )
        )
    return block


def decoded(value):
    if value.msgpack:
        return msgpack.unpackb(value.msgpack, ext_hook=msgpack.ExtType, strict_map_key=False)
    return json.loads(value.json or b"null")


def encoded(value):
    return pb.DynamicValue(msgpack=msgpack.packb(value))


def inner_values(value):
    if isinstance(value, dict):
        return [value]
    return value if isinstance(value, list) else []


def wrong_words(schema, value, path=""):
    """What the documentation does not list, as texts."""
    if value is None or is_unknown(value):
        return
    for name, attribute in schema["a"].items():
        given = value.get(name)
        words = attribute.get("v")
        if words and isinstance(given, str) and given and given not in words:
            yield f"{path}{name} is `{given}`; the documentation lists {', '.join(words)}"
    for name, inner in schema["b"].items():
        for element in inner_values(value.get(name)):
            yield from wrong_words(inner["s"], element, f"{path}{name}.")


def problems(schema, config):
    return [
        pb.Diagnostic(severity=pb.Diagnostic.ERROR, summary="unknown word", detail=detail)
        for detail in wrong_words(schema, decoded(config))
    ]


def filled(schema, value, make):
    """The value with what it leaves open made by a function, in its blocks too."""
    if value is None or is_unknown(value):
        return value
    for name, attribute in schema["a"].items():
        given = value.get(name)
        if not attribute.get("r") and (given is None or is_unknown(given)):
            value[name] = make(name, attribute["t"], given)
    for name, inner in schema["b"].items():
        for element in inner_values(value.get(name)):
            filled(inner["s"], element, make)
    return value


def made_up(name, kind, _=None):
    if kind == "string":
        return f"{name}-{uuid.uuid4().hex[:12]}"
    if kind == "number":
        return 1
    if kind == "bool":
        return False
    if kind[0] == "map":
        return {}
    if kind[0] == "list" and isinstance(kind[1], list) and kind[1][0] == "object":
        return [made_up_object(kind[1])]
    return [] if kind[0] in ("list", "set") else None


def made_up_object(kind):
    return {
        name: made_up(name, inner) if isinstance(inner, str) else ({} if inner[0] == "map" else [])
        for name, inner in kind[1].items()
    }


def settled(value):
    if is_unknown(value):
        return None
    if isinstance(value, dict):
        return {name: settled(inner) for name, inner in value.items()}
    return [settled(inner) for inner in value] if isinstance(value, list) else value


class Provider(rpc.ProviderServicer):
    def GetMetadata(self, request, context):
        answer = pb.GetMetadata.Response
        return answer(
            resources=[pb.GetMetadata.ResourceMetadata(type_name=name) for name in SCHEMA["resources"]],
            data_sources=[pb.GetMetadata.DataSourceMetadata(type_name=name) for name in SCHEMA["data"]],
        )

    def GetProviderSchema(self, request, context):
        answer = pb.GetProviderSchema.Response(
            provider=pb.Schema(block=declared(SCHEMA["provider"], is_provider=True)),
            provider_meta=pb.Schema(block=pb.Schema.Block()),
        )
        for name, schema in SCHEMA["resources"].items():
            answer.resource_schemas[name].CopyFrom(pb.Schema(block=declared(schema)))
        for name, schema in SCHEMA["data"].items():
            answer.data_source_schemas[name].CopyFrom(pb.Schema(block=declared(schema)))
        return answer

    def ValidateProviderConfig(self, request, context):
        return pb.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request, context):
        found = problems(SCHEMA["resources"][request.type_name], request.config)
        return pb.ValidateResourceConfig.Response(diagnostics=found)

    def ValidateDataResourceConfig(self, request, context):
        found = problems(SCHEMA["data"][request.type_name], request.config)
        return pb.ValidateDataResourceConfig.Response(diagnostics=found)

    def ConfigureProvider(self, request, context):
        return pb.ConfigureProvider.Response()

    def UpgradeResourceState(self, request, context):
        state = encoded(json.loads(request.raw_state.json))
        return pb.UpgradeResourceState.Response(upgraded_state=state)

    def ReadResource(self, request, context):
        return pb.ReadResource.Response(new_state=request.current_state)

    def PlanResourceChange(self, request, context):
        planned = decoded(request.proposed_new_state)
        if planned is None:
            return pb.PlanResourceChange.Response(planned_state=request.proposed_new_state)
        if decoded(request.prior_state) is None:
            filled(SCHEMA["resources"][request.type_name], planned, lambda *_: UNKNOWN)
        return pb.PlanResourceChange.Response(planned_state=encoded(planned))

    def ApplyResourceChange(self, request, context):
        planned = decoded(request.planned_state)
        if planned is not None:
            schema = SCHEMA["resources"][request.type_name]
            planned = settled(
                filled(schema, planned, lambda name, kind, old: made_up(name, kind) if is_unknown(old) else old)
            )
        return pb.ApplyResourceChange.Response(new_state=encoded(planned))

    def ReadDataSource(self, request, context):
        read = filled(SCHEMA["data"][request.type_name], decoded(request.config), made_up)
        return pb.ReadDataSource.Response(state=encoded(settled(read)))

    def GetFunctions(self, request, context):
        return pb.GetFunctions.Response()

    def StopProvider(self, request, context):
        return pb.StopProvider.Response()


class Named:
    def full_name(self):
        return SCHEMA["name"]


if __name__ == "__main__":
    tf.provider.ProviderServicer = lambda _: Provider()
    tf.runner.run_provider(Named())
