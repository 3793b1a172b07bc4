"""What a verb prints with `--json`, held against its schema."""

import functools
import json

import jsonschema

import program


@functools.cache
def validator(verb):
    schema = json.loads(program.call("schema", "--output", *verb.split()).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def answered(verb, done):
    """The document, which the schema holds for. Nothing else is on standard output."""
    document = json.loads(done.stdout)
    # An error of the answer itself says more than that it is not null.
    wrong = [f"{'/'.join(map(str, inner.absolute_path))}: {inner.message}"
             for error in validator(verb).iter_errors(document) for inner in error.context or [error]]
    assert not wrong, "\n".join(wrong)
    assert document["exit_code"] == done.returncode
    return document
