#!/usr/bin/env python3
"""simulator.py PORT: AWS on this machine, for applying what Ignite generates.

It is moto's server with what Terraform's provider asks for and moto 5.2 does not have. It shows that
resources can be made, wired and removed; it knows neither permissions nor quotas, and runs nothing.
"""
import base64
import inspect
import io
import json
import re
import sys
import time
import uuid
from urllib.parse import parse_qsl, unquote

import moto.core.config as config

config.default_user_config["lambda"]["use_docker"] = False
config.default_user_config["iam"]["load_aws_managed_policies"] = True

import moto.apigatewayv2.models as apigateway_models
import moto.codedeploy.models as codedeploy_models
import moto.elasticache.models as elasticache_models
import moto.rds.models as rds_models
import moto.sqs.models as sqs_models
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.codedeploy.responses import CodeDeployResponse
from moto.core.common_models import CloudFormationModel
from moto.core.responses import EmptyResult
from moto.elasticache.responses import ElastiCacheResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.secretsmanager.models import secretsmanager_backends


def after(owner, name, change):
    """Lets `change(self, result)` act after a method."""
    before = getattr(owner, name)

    def both(self, *arguments, **named):
        result = before(self, *arguments, **named)
        changed = change(self, result)
        return result if changed is None else changed

    setattr(owner, name, both)


def absent(owner, name, function):
    if not hasattr(owner, name):
        setattr(owner, name, function)


# CodeDeploy: times are numbers, what is empty is left out, and groups can be removed.
def number_the_time(application, _):
    application.create_time = time.time()


def as_the_provider_reads_it(group, told):
    alarms = group.alarm_configuration
    if alarms is not None and not isinstance(alarms, dict):
        told["alarmConfiguration"] = {
            "alarms": alarms.alarms,
            "enabled": alarms.enabled,
            "ignorePollAlarmFailure": alarms.ignore_poll_alarm_failure,
        }
    for name in ("lastSuccessfulDeployment", "lastAttemptedDeployment", "targetRevision"):
        told.pop(name, None)
    if not told.get("ecsServices"):
        told.pop("ecsServices", None)
    return told


after(codedeploy_models.Application, "__init__", number_the_time)
after(codedeploy_models.DeploymentGroup, "to_dict", as_the_provider_reads_it)

DEPLOYMENT_CONFIGS = {}


def create_deployment_config(self):
    asked = json.loads(self.body)
    asked |= {"deploymentConfigId": str(uuid.uuid4()), "createTime": time.time()}
    DEPLOYMENT_CONFIGS[asked["deploymentConfigName"]] = asked
    return json.dumps({"deploymentConfigId": asked["deploymentConfigId"]})


def get_deployment_config(self):
    name = json.loads(self.body)["deploymentConfigName"]
    if name in DEPLOYMENT_CONFIGS:
        return json.dumps({"deploymentConfigInfo": DEPLOYMENT_CONFIGS[name]})
    kind = "DeploymentConfigDoesNotExistException"
    return 400, {"status": 400, "x-amzn-errortype": kind}, json.dumps({"__type": kind})


def delete_deployment_config(self):
    DEPLOYMENT_CONFIGS.pop(json.loads(self.body)["deploymentConfigName"], None)
    return "{}"


def delete_application(self):
    self.codedeploy_backend.applications.pop(json.loads(self.body)["applicationName"], None)
    return "{}"


def delete_deployment_group(self):
    asked = json.loads(self.body)
    groups = self.codedeploy_backend.deployment_groups.get(asked["applicationName"], {})
    groups.pop(asked["deploymentGroupName"], None)
    return json.dumps({"hooksNotCleanedUp": []})


for function in (
    create_deployment_config,
    get_deployment_config,
    delete_deployment_config,
    delete_application,
    delete_deployment_group,
):
    absent(CodeDeployResponse, function.__name__, function)

# Application Auto Scaling has tags.
absent(ApplicationAutoScalingResponse, "list_tags_for_resource", lambda self: '{"Tags": {}}')
absent(ApplicationAutoScalingResponse, "tag_resource", lambda self: "{}")


# RDS: each instance has an id of its own, which the provider looks for.
def give_an_id(instance, _):
    instance.dbi_resource_id = "db-" + uuid.uuid4().hex[:26].upper()


after(rds_models.DBInstance, "__init__", give_an_id)


# SQS keeps who may send dead letters.
def keep_the_allowance(queue_class):
    set_before = queue_class._set_attributes

    def set_attributes(self, attributes, *arguments, **named):
        if attributes and "RedriveAllowPolicy" in attributes:
            value = attributes["RedriveAllowPolicy"]
            self.redrive_allowance = value if isinstance(value, str) else json.dumps(value)
            attributes = {k: v for k, v in attributes.items() if k != "RedriveAllowPolicy"}
        return set_before(self, attributes, *arguments, **named)

    queue_class._set_attributes = set_attributes


keep_the_allowance(sqs_models.Queue)
attributes_before = sqs_models.SQSBackend.get_queue_attributes


def get_queue_attributes(self, queue_name, attribute_names):
    others = [name for name in attribute_names if name != "RedriveAllowPolicy"]
    told = attributes_before(self, queue_name, others or ["All"])
    allowance = getattr(self.get_queue(queue_name), "redrive_allowance", None)
    if allowance and {"All", "RedriveAllowPolicy"} & set(attribute_names):
        told["RedriveAllowPolicy"] = allowance
    return told


sqs_models.SQSBackend.get_queue_attributes = get_queue_attributes

# API Gateway: a name of ours is there at once, and leads to one of AWS.
def be_available(domain, _):
    for configuration in domain.domain_name_configurations:
        configuration |= {
            "domainNameStatus": "AVAILABLE",
            "apiGatewayDomainName": "d-1234567890.execute-api.eu-central-1.amazonaws.com",
            "hostedZoneId": "Z1U9ULNL0V5AJ3",
        }


after(apigateway_models.DomainName, "__init__", be_available)


# ElastiCache: the nodes of a replication group are clusters, and subnet groups can be removed.
def with_its_nodes(backend, create):
    names = set(inspect.signature(elasticache_models.CacheCluster.__init__).parameters) - {"self"}

    def create_group(self, **asked):
        group = create(self, **asked)
        for node in group.member_clusters:
            values = {name: asked.get(name) for name in names} | {
                "account_id": self.account_id,
                "region_name": self.region_name,
                "cache_cluster_id": node,
                "engine": "redis",
            }
            self.cache_clusters[node] = elasticache_models.CacheCluster(**values)
        return group

    backend.create_replication_group = create_group


def forget_its_nodes(backend, delete):
    def delete_group(self, replication_group_id, *arguments, **named):
        group = delete(self, replication_group_id, *arguments, **named)
        for node in list(self.cache_clusters):
            if node.startswith(replication_group_id + "-"):
                del self.cache_clusters[node]
        del self.replication_groups[replication_group_id]
        return group

    backend.delete_replication_group = delete_group


Backend = elasticache_models.ElastiCacheBackend
with_its_nodes(Backend, Backend.create_replication_group)
forget_its_nodes(Backend, Backend.delete_replication_group)


def delete_cache_subnet_group(self):
    self.elasticache_backend.cache_subnet_groups.pop(self._get_param("CacheSubnetGroupName"), None)
    return EmptyResult()


absent(ElastiCacheResponse, "delete_cache_subnet_group", delete_cache_subnet_group)

# CloudFormation: secrets whose passwords Secrets Manager makes.
class Secret(CloudFormationModel):
    __module__ = "moto.secretsmanager.models"  # moto asks whose it is

    def __init__(self, arn):
        self.physical_resource_id = arn

    @staticmethod
    def cloudformation_name_type():
        return "Name"

    @staticmethod
    def cloudformation_type():
        return "AWS::SecretsManager::Secret"

    @classmethod
    def has_cfn_attr(cls, attr):
        return attr == "Id"

    @classmethod
    def create_from_cloudformation_json(cls, name, asked, account_id, region_name, **_):
        wanted = asked["Properties"]
        made = wanted["GenerateSecretString"]
        backend = secretsmanager_backends[account_id][region_name]
        plain = bool(made["ExcludePunctuation"])
        password = backend.get_random_password(
            int(made["PasswordLength"]), "", False, plain, False, False, False, True
        )
        members = json.loads(made["SecretStringTemplate"]) | {made["GenerateStringKey"]: password}
        told = backend.create_secret(
            wanted["Name"],
            json.dumps(members),
            None,
            wanted["Description"],
            [],
            wanted["KmsKeyId"],
            None,
            [],
            False,
        )
        return cls(json.loads(told)["ARN"] if isinstance(told, str) else told["ARN"])

    @classmethod
    def delete_from_cloudformation_json(cls, name, asked, account_id, region_name):
        secretsmanager_backends[account_id][region_name].delete_secret(name, None, True)

    @staticmethod
    def is_created():
        return True


# MSK: what moto has none of, configurations and passwords of clusters, and so clusters, too.
CONFIGURATIONS, CLUSTERS = {}, {}
AT = "2026-01-01T00:00:00Z"


def kafka(method, path, query, body):
    place = r"^/(v1|api/v2)/(configurations|clusters)(?:/(arn:[^/]+/[^/]+/[^/]+)(?:/(.+))?)?$"
    match = re.match(place, path)
    if not match:
        return None
    version, kind, arn, part = match.groups()
    things = CONFIGURATIONS if kind == "configurations" else CLUSTERS
    if arn is None and method == "GET":
        return 200, {"clusterInfoList": list(things.values())}
    if arn is None:
        return create_in_kafka(kind, things, body)
    if arn not in things and kind == "configurations":
        return 400, {"__type": "BadRequestException", "message": "Configuration ARN does not exist."}
    if arn not in things:
        return 404, {"__type": "NotFoundException", "message": "The cluster is not found."}
    thing = things[arn]
    if method == "DELETE":
        del things[arn]
        return 200, {"arn": arn, "clusterArn": arn, "state": "DELETING"}
    if part is None and kind == "configurations":
        return 200, thing
    if part is None:
        # The first version of the interface knew no other clusters.
        return 200, {"clusterInfo": thing if version == "api/v2" else thing | thing["provisioned"]}
    if part == "bootstrap-brokers":
        brokers = range(1, thing["provisioned"]["numberOfBrokerNodes"] + 1)
        hosts = ",".join(f"b-{broker}.kafka.example.com:9096" for broker in brokers)
        return 200, {"bootstrapBrokerStringSaslScram": hosts}
    if part == "scram-secrets":
        return 200, scram_secrets(method, arn, thing, body)
    return 200, thing["latestRevision"] | {"arn": arn, "serverProperties": thing["serverProperties"]}


def create_in_kafka(kind, things, body):
    name = body.get("name") or body["clusterName"]
    arn = f"arn:aws:kafka:eu-central-1:123456789012:{kind[:-1]}/{name}/{uuid.uuid4()}-1"
    if kind == "configurations":
        base64.b64decode(body["serverProperties"])
        latest = {"revision": 1, "creationTime": AT, "description": ""}
        things[arn] = body | {"arn": arn, "creationTime": AT, "state": "ACTIVE", "latestRevision": latest}
        return 200, things[arn]
    told = {"clusterArn": arn, "clusterName": name, "state": "ACTIVE", "clusterType": "PROVISIONED"}
    software = {
        "kafkaVersion": body["kafkaVersion"],
        "configurationArn": body["configurationInfo"]["arn"],
        "configurationRevision": body["configurationInfo"]["revision"],
    }
    provisioned = {key: value for key, value in body.items() if key not in ("clusterName", "tags")}
    provisioned |= {"currentBrokerSoftwareInfo": software, "storageMode": "LOCAL"}
    things[arn] = told | {
        "creationTime": AT,
        "currentVersion": "K1",
        "tags": body.get("tags", {}),
        "provisioned": provisioned,
        "scramSecrets": [],
    }
    return 200, told


def scram_secrets(method, arn, cluster, body):
    """POST names secrets, PATCH takes them away."""
    named = body.get("secretArnList", [])
    if method == "POST":
        # MSK takes no others.
        assert all(":secret:AmazonMSK_" in one for one in named), named
        cluster["scramSecrets"] += named
    if method == "PATCH":
        cluster["scramSecrets"] = [one for one in cluster["scramSecrets"] if one not in named]
    return {"clusterArn": arn, "secretArnList": cluster["scramSecrets"], "unprocessedScramSecrets": []}


# Lambda: provisioned concurrency.
WARM = {}


def provisioned_concurrency(method, path, query, body):
    match = re.match(r"^/2019-09-30/functions/([^/]+)/provisioned-concurrency$", path)
    if not match:
        return None
    key = (match[1], query.get("Qualifier"))
    if method == "PUT":
        count = body["ProvisionedConcurrentExecutions"]
        WARM[key] = {
            "RequestedProvisionedConcurrentExecutions": count,
            "AvailableProvisionedConcurrentExecutions": count,
            "AllocatedProvisionedConcurrentExecutions": count,
            "Status": "READY",
            "LastModified": "2026-01-01T00:00:00Z",
        }
        return 202, WARM[key]
    if method == "DELETE":
        WARM.pop(key, None)
        return 204, {}
    if key in WARM:
        return 200, WARM[key]
    return 404, {"__type": "ProvisionedConcurrencyConfigNotFoundException", "message": "none"}


class Server:
    """Moto's application, behind what it has no routes for."""

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start):
        path = unquote(environ.get("PATH_INFO", ""))
        answers = None
        if path.startswith("/2019-09-30/"):
            answers = provisioned_concurrency
        elif "/kafka/aws4_request" in environ.get("HTTP_AUTHORIZATION", ""):
            answers = kafka
        if answers:
            raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(raw)
            query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
            answer = answers(environ["REQUEST_METHOD"], path, query, json.loads(raw or b"{}"))
            if answer:
                return self.say(start, *answer)
        return self.application(environ, start)

    @staticmethod
    def say(start, code, body):
        out = b"" if code == 204 else json.dumps(body).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(out)))]
        if "__type" in body:
            headers.append(("X-Amzn-Errortype", body["__type"]))
        start(f"{code} Answer", headers)
        return [out]


if __name__ == "__main__":
    from werkzeug.serving import make_server

    application = Server(DomainDispatcherApplication(create_backend_app))
    make_server("127.0.0.1", int(sys.argv[1]), application, threaded=True).serve_forever()
