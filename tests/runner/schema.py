# SPDX-License-Identifier: GPL-2.0-or-later
"""Holding mmwhy's JSON to docs/schema.json. The published schema lets members be added; here none may be missing from it."""
import json
import os


def strict(node):
    """the same schema with unknown members refused"""
    if isinstance(node, dict):
        node = {k: strict(v) for k, v in node.items()}
        if "properties" in node and "additionalProperties" not in node:
            node["additionalProperties"] = False
        return node
    return [strict(v) for v in node] if isinstance(node, list) else node


def load(path):
    """a validator, or None where jsonschema or the schema is not there"""
    try:
        import jsonschema
    except ImportError:
        return None
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as f:
        return jsonschema.Draft7Validator(strict(json.load(f)))


def problems(validator, result):
    if not validator:
        return
    result = {k: v for k, v in result.items() if k != "exit"}
    for error in list(validator.iter_errors(result))[:5]:
        yield f"not in the schema: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
