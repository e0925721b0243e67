#!/usr/bin/env python3
"""Holds what a running LeakWatch answers to its own description of the API.

  check_api.py http://127.0.0.1:PORT

Asks every path of /api/v1/openapi.json, of each service, and one that is not there; prints each
answer whose code, type or shape is not described.
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request

import jsonschema

JSON = "application/json"


def ask(url, method="GET"):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=20) as reply:
            return reply.status, reply.headers.get_content_type(), reply.read()
    except urllib.error.HTTPError as failure:
        return failure.code, failure.headers.get_content_type(), failure.read()


def resolved(description, value):
    while "$ref" in value:
        found = description
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value


def check(base, description, path, name=None):
    url = base + path.replace("{name}", urllib.parse.quote(name or "", safe=""))
    operations = description["paths"][path]
    for method in ("get", "head"):
        status, kind, body = ask(url, method.upper())
        answer = operations[method]["responses"].get(str(status))
        if answer is None:
            yield f"{method} {url}: {status} is not described"
            continue
        content = resolved(description, answer).get("content")
        if method == "head" or content is None:
            if body:
                yield f"{method} {url}: a body of {len(body)} bytes"
            continue
        if kind not in content:
            yield f"{method} {url}: {kind} is not described"
        elif kind == JSON:
            schema = {**content[kind]["schema"], "components": description["components"]}
            validator = jsonschema.Draft202012Validator(schema)
            for error in validator.iter_errors(json.loads(body)):
                yield f"{method} {url}: {error.json_path}: {error.message}"


def faults(base):
    description = json.loads(ask(base + "/api/v1/openapi.json")[2])
    for schema in description["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    services = json.loads(ask(base + "/api/v1/services")[2])["services"]
    if not services:
        yield "no service is known, so nothing of one can be checked"
    for path in description["paths"]:
        names = [s["service"] for s in services] + ["not/there"] if "{name}" in path else [None]
        for name in names:
            yield from check(base, description, path, name)


if __name__ == "__main__":
    found = list(faults(sys.argv[1]))
    print("\n".join(found))
    sys.exit(1 if found else 0)
