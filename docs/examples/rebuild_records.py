"""MARC-in-JSON, from the rows of the table fields as ndjson."""

import json
import sys


def content(field):
    if field["subfields"] is None:
        return field["value"]
    subfields = [{subfield["code"]: subfield["value"]} for subfield in field["subfields"]]
    return {"ind1": field["ind1"], "ind2": field["ind2"], "subfields": subfields}


for line in sys.stdin:
    row = json.loads(line)
    fields = [{field["tag"]: content(field)} for field in row["fields"]]
    print(json.dumps({"leader": row["leader"], "fields": fields}))
