#!/usr/bin/env python3
"""assertions.py PREFIX REGION: holds what was applied to what the platform promises.

It prints a line for each promise and ends with a failure when one is not kept.
"""
import json
import sys

import boto3

prefix, region = sys.argv[1:]
failures = 0


def promise(name, kept):
    global failures
    failures += 0 if kept else 1
    print(f"{'kept  ' if kept else 'BROKEN'} {name}")


def client(service):
    return boto3.client(service, region_name=region)


def pages(service, operation, key, **arguments):
    for page in client(service).get_paginator(operation).paginate(**arguments):
        yield from page[key]


def network():
    ec2 = client("ec2")
    groups = ec2.describe_security_groups()["SecurityGroups"]
    open_ports = {
        rule.get("FromPort")
        for group in groups
        if group["GroupName"] != "default"
        for rule in group["IpPermissions"]
        for block in rule.get("IpRanges", [])
        if block["CidrIp"] == "0.0.0.0/0"
    }
    promise("only HTTPS is open to everybody", open_ports <= {443})
    for balancer in client("elbv2").describe_load_balancers()["LoadBalancers"]:
        listeners = client("elbv2").describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])
        kinds = {listener["Protocol"] for listener in listeners["Listeners"]}
        promise(f"{balancer['LoadBalancerName']} speaks HTTPS alone", kinds == {"HTTPS"})


def services():
    ecs = client("ecs")
    for cluster in ecs.list_clusters()["clusterArns"]:
        arns = ecs.list_services(cluster=cluster, maxResults=100)["serviceArns"]
        for number in range(0, len(arns), 10):
            told = ecs.describe_services(cluster=cluster, services=arns[number : number + 10])
            for service in told["services"]:
                name = service["serviceName"]
                place = service["networkConfiguration"]["awsvpcConfiguration"]
                promise(f"{name} has no public address", place["assignPublicIp"] == "DISABLED")
                definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])
                container = definition["taskDefinition"]["containerDefinitions"][0]
                plain = [v["name"] for v in container["environment"] if "PASSWORD" in v["name"]]
                promise(f"{name} has no password in its environment", plain == [])
                asked = "live" if service["loadBalancers"] else "ready"
                command = container["healthCheck"]["command"][-1]
                promise(f"{name} is asked whether it is {asked}", f"/health/{asked} " in command)
                values = [variable["value"] for variable in container["environment"]]
                open_talk = [v for v in values if v.startswith("redis:")] + [
                    v for v in values if v.startswith("postgres:") and "sslmode=require" not in v
                ] + [v for v in values if v.startswith("kafka:")]
                promise(f"{name} talks to its servers over TLS", open_talk == [])
                for secret in container.get("secrets", []):
                    promise(f"{name} finds {secret['name']}", is_there(secret["valueFrom"]))


def is_there(place):
    """Whether a secret has the member that a task asks for, as in `ARN:MEMBER::`."""
    arn, member = ":".join(place.split(":")[:7]), place.split(":")[7]
    # What RDS keeps itself is not among the secrets of the simulator.
    if any(d.get("MasterUserSecret", {}).get("SecretArn") == arn for d in instances()):
        return member == "password"
    value = client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    return member in json.loads(value)


def instances():
    return list(pages("rds", "describe_db_instances", "DBInstances"))


def databases():
    for database in instances():
        name = database["DBInstanceIdentifier"]
        promise(f"{name} is encrypted", database["StorageEncrypted"])
        promise(f"{name} is not on the internet", not database["PubliclyAccessible"])
        promise(f"{name} has a password that RDS keeps", "MasterUserSecret" in database)
    for group in client("elasticache").describe_replication_groups()["ReplicationGroups"]:
        name = group["ReplicationGroupId"]
        promise(f"{name} is encrypted", group["AtRestEncryptionEnabled"])
        promise(f"{name} speaks TLS", group["TransitEncryptionEnabled"])


def kafka():
    """Clusters take nobody without TLS and a password, which each service finds."""
    for told in client("kafka").list_clusters_v2()["ClusterInfoList"]:
        name, arn, made = told["ClusterName"], told["ClusterArn"], told["Provisioned"]
        rest = made["EncryptionInfo"]
        promise(f"{name} has an encrypted disk", "DataVolumeKMSKeyId" in rest["EncryptionAtRest"])
        transit = {"ClientBroker": "TLS", "InCluster": True}
        promise(f"{name} speaks TLS alone", rest["EncryptionInTransit"] == transit)
        access = made["ClientAuthentication"]
        asks = access["Sasl"]["Scram"]["Enabled"] and not access["Unauthenticated"]["Enabled"]
        promise(f"{name} asks for a password", asks)
        nodes = made["BrokerNodeGroupInfo"]
        public = nodes["ConnectivityInfo"]["PublicAccess"]["Type"]
        promise(f"{name} is not on the internet", public == "DISABLED")
        zones = {
            subnet["AvailabilityZone"]
            for subnet in client("ec2").describe_subnets(SubnetIds=nodes["ClientSubnets"])["Subnets"]
        }
        promise(f"{name} has a broker in each of three zones", len(zones) == 3)
        promise(f"{name} has as many brokers", made["NumberOfBrokerNodes"] == 3)
        secrets = client("kafka").list_scram_secrets(ClusterArn=arn)["SecretArnList"]
        members = [client("secretsmanager").get_secret_value(SecretId=one)["SecretString"] for one in secrets]
        promise(f"{name} knows one password", [set(json.loads(one)) for one in members] == [{"username", "password"}])
        rules = client("ec2").describe_security_group_rules(
            Filters=[{"Name": "group-id", "Values": nodes["SecurityGroups"]}]
        )["SecurityGroupRules"]
        let_in = [rule for rule in rules if not rule["IsEgress"]]
        promise(
            f"{name} is reached from groups of services alone, at 9096",
            let_in != []
            and all(
                rule["FromPort"] == rule["ToPort"] == 9096 and "ReferencedGroupInfo" in rule
                for rule in let_in
            ),
        )


def statements():
    """What roles are allowed: each with the role and the policy that says it."""
    iam = client("iam")
    for role in pages("iam", "list_roles", "Roles"):
        for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)
            for statement in document["PolicyDocument"]["Statement"]:
                yield role["RoleName"], name, statement


def listed(value):
    return [value] if isinstance(value, str) else value


def tables():
    """Each cache has a table for itself, which forgets by time and is encrypted by the platform's key."""
    dynamodb = client("dynamodb")
    keys = [alias.get("TargetKeyId") for alias in client("kms").list_aliases()["Aliases"]]
    for name in dynamodb.list_tables()["TableNames"]:
        table = dynamodb.describe_table(TableName=name)["Table"]
        forgets = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        promise(
            f"{name} forgets what is over",
            (forgets["TimeToLiveStatus"], forgets.get("AttributeName")) == ("ENABLED", "expires_at"),
        )
        sealed = table.get("SSEDescription", {})
        promise(
            f"{name} is encrypted by the platform's key",
            sealed.get("Status") == "ENABLED"
            and sealed["KMSMasterKeyArn"].rsplit("/", 1)[1] in keys,
        )
        backups = dynamodb.describe_continuous_backups(TableName=name)
        recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        promise(
            f"{name} can be restored", recovery["PointInTimeRecoveryStatus"] == "ENABLED"
        )
        promise(
            f"{name} is paid by request",
            table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST",
        )
        may = [
            (role, sorted(listed(statement["Action"])), listed(statement["Resource"]))
            for role, _, statement in statements()
            if table["TableArn"] in listed(statement["Resource"])
        ]
        actions = ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"]
        promise(
            f"{name} is touched by its service alone",
            [(acts, on) for _, acts, on in may] == [(actions, [table["TableArn"]])]
            and may[0][0].startswith(name),
        )
    wide = [
        role
        for role, _, statement in statements()
        if any(act.startswith("dynamodb:") for act in listed(statement["Action"]))
        and "*" in "".join(listed(statement["Resource"]))
    ]
    promise("nobody may touch tables that are not named", wide == [])


def policies():
    """No role may do everything, or anything with everything."""
    for role, name, statement in statements():
        wide = [
            action
            for action in listed(statement["Action"])
            if action == "*" or action.endswith(":*")
        ]
        promise(f"{role} names its actions in {statement.get('Sid', name)}", wide == [])


def logs():
    groups = list(pages("logs", "describe_log_groups", "logGroups"))
    # Promises about nothing would all be kept.
    promise(f"something writes logs in {region}", groups != [])
    for group in groups:
        promise(f"{group['logGroupName']} is kept for a while", group.get("retentionInDays", 0) > 0)


def event_bridge():
    """A bus of EventBridge gets what a pipe brings from a queue that hears all events, and keeps it."""
    for bus in client("events").list_event_buses()["EventBuses"]:
        name, arn = bus["Name"], bus["Arn"]
        if name == "default":
            continue
        archives = client("events").list_archives(EventSourceArn=arn)["Archives"]
        promise(f"{name} keeps events for a while", [a["RetentionDays"] > 0 for a in archives] == [True])
        pipes = [client("pipes").describe_pipe(Name=p["Name"]) for p in client("pipes").list_pipes()["Pipes"]]
        promise(f"{name} has one pipe", [pipe["Target"] for pipe in pipes] == [arn])
        for pipe in pipes:
            told = pipe["TargetParameters"]
            event = told["EventBridgeEventBusParameters"]["DetailType"]
            promise(f"{name} calls events by their names", event == "$.body.type")
            promise(f"{name} has events as they were written", told["InputTemplate"] == "<$.body>")
            heard = {
                subscription["TopicArn"]
                for subscription in pages("sns", "list_subscriptions", "Subscriptions")
                if subscription["Endpoint"] == pipe["Source"]
            }
            topics = {topic["TopicArn"] for topic in pages("sns", "list_topics", "Topics")}
            promise(f"{name} hears every event", heard == {t for t in topics if t.endswith(".fifo")})
            told = json.loads(client("events").describe_event_bus(Name=name)["Policy"])
            who = [statement["Principal"] for statement in told["Statement"]]
            promise(f"{name} takes events of its pipe alone", who == [{"AWS": pipe["RoleArn"]}])
            role = pipe["RoleArn"].rsplit("/", 1)[1]
            rights = client("iam").get_role_policy(RoleName=role, PolicyName="bring")
            resources = {
                action: statement["Resource"]
                for statement in rights["PolicyDocument"]["Statement"]
                for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
            }
            promise(
                f"the pipe of {name} may receive from its queue and put on its bus alone",
                resources.get("sqs:ReceiveMessage") == pipe["Source"]
                and resources.get("events:PutEvents") == arn
                and len(resources) == 5,
            )


def receive(sqs, url):
    told = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0)
    return told.get("Messages", [])


def events():
    """What is published reaches each queue that asked for it, and lands among the dead letters."""
    sns, sqs = client("sns"), client("sqs")
    queues = [url for url in sqs.list_queues().get("QueueUrls", []) if url.endswith(".fifo")]
    names = {url.rsplit("/", 1)[1]: url for url in queues}
    wanted = {}
    for subscription in pages("sns", "list_subscriptions", "Subscriptions"):
        if subscription["Protocol"] == "sqs":
            queue = subscription["Endpoint"].rsplit(":", 1)[1]
            wanted.setdefault(subscription["TopicArn"], set()).add(queue)
    for topic, expected in sorted(wanted.items()):
        event = topic.rsplit(":", 1)[1]
        message = json.dumps({"type": event})
        sns.publish(
            TopicArn=topic, Message=message, MessageGroupId="key", MessageDeduplicationId=event
        )
        for name in sorted(names):
            if name.endswith("-dlq.fifo"):
                continue
            got = [m["Body"] for m in receive(sqs, names[name])]
            promise(
                f"{event} {'reaches' if name in expected else 'is kept from'} {name}",
                got == ([message] if name in expected else []),
            )
            sqs.purge_queue(QueueUrl=names[name])
    for name in sorted(names):
        if not name.endswith("-dlq.fifo"):
            dead(sqs, name, names)
            heard = {topic for topic, told in wanted.items() if name in told}
            for one in (name, name.replace(".fifo", "-dlq.fifo")):
                promise(f"SNS sends to {one} from its topics alone", senders(sqs, names[one]) == heard)


def senders(sqs, url):
    """The topics that SNS may send to a queue from; nothing if somebody else may send, too."""
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {})
    found = set()
    for statement in json.loads(told.get("Policy", '{"Statement": []}'))["Statement"]:
        if statement["Effect"] != "Allow":
            continue
        if statement["Principal"] != {"Service": "sns.amazonaws.com"}:
            return None
        topics = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
        found |= {topics} if isinstance(topics, str) else set(topics)
    return found


def dead(sqs, name, names):
    url = names[name]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    count = json.loads(told["RedrivePolicy"])["maxReceiveCount"]
    sqs.send_message(
        QueueUrl=url, MessageBody="poison", MessageGroupId="k", MessageDeduplicationId=name
    )
    received = 0
    for _ in range(int(count) + 5):
        messages = receive(sqs, url)
        if not messages:
            break
        received += 1
        sqs.change_message_visibility(
            QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"], VisibilityTimeout=0
        )
    letters = [m["Body"] for m in receive(sqs, names[name.replace(".fifo", "-dlq.fifo")])]
    promise(
        f"{name} puts a message aside after {count} receives",
        received == int(count) and letters == ["poison"],
    )


for check in (network, services, databases, tables, kafka, policies, logs, event_bridge, events):
    check()
print(f"{failures} promises broken" if failures else "all promises kept")
sys.exit(1 if failures else 0)
