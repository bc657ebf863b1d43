#!/usr/bin/env python3
"""same.py PLAN.json STACK: the Pulumi program makes as many things of each kind as Terraform plans.

PLAN.json is what `terraform show -json` says of a plan, STACK the folder of the Pulumi program for the
same architecture, which runs with the Pulumi of its tests, that reaches nothing.
"""

import collections
import importlib.util
import json
import pathlib
import re
import sys

# Kinds that the two do not call alike; `resource` of Terraform to `module/resource` of Pulumi.
NAMES = {
    "aws_acm_certificate_validation": "acm/certificateValidation",
    "aws_appautoscaling_policy": "appautoscaling/policy",
    "aws_cloudwatch_dashboard": "cloudwatch/dashboard",
    "aws_cloudwatch_event_archive": "cloudwatch/eventArchive",
    "aws_cloudwatch_event_bus": "cloudwatch/eventBus",
    "aws_cloudwatch_event_bus_policy": "cloudwatch/eventBusPolicy",
    "aws_cloudwatch_log_group": "cloudwatch/logGroup",
    "aws_cloudwatch_metric_alarm": "cloudwatch/metricAlarm",
    "aws_codedeploy_app": "codedeploy/application",
    "aws_db_instance": "rds/instance",
    "aws_db_parameter_group": "rds/parameterGroup",
    "aws_db_subnet_group": "rds/subnetGroup",
    "aws_flow_log": "ec2/flowLog",
    "aws_lb": "lb/loadBalancer",
    "aws_sqs_queue_redrive_allow_policy": "sqs/redriveAllowPolicy",
    "aws_vpc_endpoint": "ec2/vpcEndpoint",
    "aws_vpc_security_group_egress_rule": "vpc/securityGroupEgressRule",
    "aws_vpc_security_group_ingress_rule": "vpc/securityGroupIngressRule",
}
IN_EC2 = "vpc default_security_group internet_gateway subnet eip nat_gateway route_table route route_table_association security_group"
MODULES = "acm apigatewayv2 appautoscaling cloudformation codedeploy dynamodb ecr ecs elasticache glue iam kms lambda lb msk pipes route53 s3 secretsmanager sns sqs wafv2"


def pulumi_name(kind: str) -> str:
    """What Pulumi calls a kind of Terraform."""
    if kind in NAMES:
        return NAMES[kind]
    module, _, name = kind.removeprefix("aws_").partition("_")
    if kind.removeprefix("aws_") in IN_EC2.split():
        module, name = "ec2", kind.removeprefix("aws_")
    elif module not in MODULES.split():
        sys.exit(f"{kind}: what does Pulumi call it?")
    return module + "/" + re.sub(r"_(.)", lambda part: part[1].upper(), name)


def planned(path: str) -> collections.Counter[str]:
    """How many things of each kind Terraform plans."""
    changes = json.loads(pathlib.Path(path).read_text())["resource_changes"]
    return collections.Counter(
        pulumi_name(change["type"]) for change in changes if change["mode"] == "managed"
    )


def made(stack: pathlib.Path) -> collections.Counter[str]:
    """How many things of each kind the program makes."""
    spec = importlib.util.spec_from_file_location("made", stack / "tests/test_platform.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(stack))
    spec.loader.exec_module(module)
    kinds = (typ.split(":")[1] for typ, _, _ in module.MADE if typ.startswith("aws:"))
    return collections.Counter(kinds)


def main() -> None:
    one, other = planned(sys.argv[1]), made(pathlib.Path(sys.argv[2]))
    unlike = [kind for kind in sorted(one | other) if one[kind] != other[kind]]
    for kind in unlike:
        print(f"{kind}: {one[kind]} with Terraform, {other[kind]} with Pulumi")
    print(f"{sum(one.values())} things of {len(one)} kinds")
    if unlike:
        sys.exit(1)


main()
