#!/usr/bin/env python3
"""Validates the example sessions against schema/session.schema.json with a validator that is not ours.

Scalars are read as a YAML 1.2 editor reads them (core schema): `14:05` and `2026-11-22` are text.
Prints one line a session; ends with 1 when one is refused, with 0 and a message when PyYAML or
jsonschema is not installed.
"""
import json
import pathlib
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"schema check skipped: {missing.name} is not installed")
    sys.exit(0)


class Core(yaml.SafeLoader):
    """YAML 1.2 core schema."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789")),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", list("-+.0123456789")),
]:
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)

root = pathlib.Path(__file__).resolve().parents[2]
schema_path = root / "schema" / "session.schema.json"
if not schema_path.exists():
    print("schema check skipped: there is no schema/session.schema.json")
    sys.exit(0)
schema = json.loads(schema_path.read_text(encoding="utf-8"))
validator_class = jsonschema.validators.validator_for(schema)
validator_class.check_schema(schema)
validator = validator_class(schema)

refused = 0
sessions = sorted([*root.glob("examples/*/session.yaml"), *root.glob("Tests/EndToEndTests/Sessions/*.yaml")])
for path in sessions:
    document = yaml.load(path.read_text(encoding="utf-8"), Core)
    errors = sorted(validator.iter_errors(document), key=lambda e: list(map(str, e.absolute_path)))
    name = path.relative_to(root)
    print(f"{'refused ' if errors else 'accepted'} {name}")
    for error in errors[:10]:
        best = jsonschema.exceptions.best_match([error])
        print(f"  {'/'.join(map(str, best.absolute_path)) or '(whole file)'}: {best.message[:200]}")
    refused += bool(errors)
print(f"{len(sessions)} sessions, {refused} refused")
sys.exit(1 if refused else 0)
