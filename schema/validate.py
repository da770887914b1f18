#!/usr/bin/env python3
"""Checks sessions against session.schema.json with a stock JSON-Schema validator.

usage: validate.py SESSION.yaml…     each must be valid
       validate.py --wrong FILE      each session of the file (parted by '---' lines) must not be

Needs PyYAML and jsonschema. Scalars are typed as YAML 1.2 types them, like editors do.
"""
import json
import pathlib
import re
import sys

import yaml
from jsonschema import Draft7Validator


class Core(yaml.SafeLoader):
    """The core schema of YAML 1.2."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("bool", r"^(true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    ("float", r"^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF))$",
     "-+0123456789."),
]:
    Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), list(first))
Core.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(~|null|Null|NULL|)$"), ["~", "n", "N", ""])

schema = json.loads(pathlib.Path(__file__).with_name("session.schema.json").read_text())
Draft7Validator.check_schema(schema)
validator = Draft7Validator(schema)


def problems(text):
    return [
        "/".join(map(str, error.absolute_path)) + ": " + error.message[:200]
        for error in validator.iter_errors(yaml.load(text, Loader=Core))
    ]


failed = 0
if sys.argv[1:2] == ["--wrong"]:
    text = pathlib.Path(sys.argv[2]).read_text()
    cases = re.split(r"^--- (.*)\n", text, flags=re.M)[1:]
    for title, body in zip(cases[::2], cases[1::2]):
        if not problems(body):
            failed += 1
            print("accepted:", title)
    print(f"{len(cases) // 2 - failed} of {len(cases) // 2} wrong sessions rejected")
else:
    for path in sys.argv[1:]:
        found = problems(pathlib.Path(path).read_text())
        failed += bool(found)
        for line in found:
            print(f"{path}: {line}")
    print(f"{len(sys.argv) - 1 - failed} of {len(sys.argv) - 1} sessions valid")
sys.exit(failed > 0)
