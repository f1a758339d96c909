#!/usr/bin/python3
"""Checks CITATION.cff and DataCite metadata of a release against schemas
that were written from the formats' lists of fields: what is required, what
may be there at all, and what values look like.

    release_check.py DATA     the payload of a release's bag; prints what it
                              checked; 1 on a fault, also when a schema lets
                              a document pass that lacks a required field
"""
import copy
import json
import os
import sys
import xml.etree.ElementTree as ElementTree

import jsonschema
import yaml

TEXT = {"type": "string", "minLength": 1}
DATE = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
WEB = {"type": "string", "pattern": r"^https?://[^\s]+$"}
DOI = {"type": "string", "pattern": r"^10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-\.\(\)]+$"}


def fields(known, required=()):
    return {"type": "object", "properties": known, "required": list(required),
            "additionalProperties": False}


def list_of(what):
    return {"type": "array", "minItems": 1, "items": what}


# Citation File Format 1.2.0: guide to the schema, 'Valid keys'.
ORCID = {"type": "string",
         "pattern": r"^https://orcid\.org/\d{4}-\d{4}-\d{4}-\d{3}[\dX]$"}
PERSON = fields({"given-names": TEXT, "family-names": TEXT,
                 "affiliation": TEXT, "email": TEXT, "orcid": ORCID,
                 "website": WEB})
ENTITY = fields({"name": TEXT, "email": TEXT, "orcid": ORCID, "website": WEB},
                ["name"])
CFF = fields({
    "cff-version": {"const": "1.2.0"}, "message": TEXT,
    "type": {"enum": ["dataset", "software"]}, "title": TEXT,
    "abstract": TEXT, "version": TEXT, "date-released": DATE,
    "authors": list_of({"anyOf": [PERSON, ENTITY]}),
    "contact": list_of({"anyOf": [PERSON, ENTITY]}),
    "keywords": list_of(TEXT), "license": TEXT, "license-url": WEB,
    "doi": DOI, "url": WEB,
}, ["cff-version", "message", "title", "authors"])

# DataCite Metadata Schema 4: the mandatory properties, and of the others
# those that are used, with their controlled lists.
NAME = {
    "name": TEXT, "nameType": {"enum": ["Personal", "Organizational"]},
    "givenName": TEXT, "familyName": TEXT,
    "affiliation": list_of(fields({"name": TEXT}, ["name"])),
    "nameIdentifiers": list_of(fields(
        {"nameIdentifier": TEXT, "nameIdentifierScheme": TEXT,
         "schemeUri": WEB}, ["nameIdentifier", "nameIdentifierScheme"])),
}
DATACITE = fields({
    "schemaVersion": {"const": "http://datacite.org/schema/kernel-4"},
    "doi": DOI, "url": WEB,
    "types": fields({"resourceTypeGeneral": {"const": "Dataset"},
                     "resourceType": TEXT}, ["resourceTypeGeneral"]),
    "creators": list_of(fields(NAME, ["name"])),
    "titles": list_of(fields({"title": TEXT}, ["title"])),
    "publisher": fields({"name": TEXT}, ["name"]),
    "publicationYear": {"type": "string", "pattern": r"^\d{4}$"},
    "subjects": {"type": "array", "items": fields({"subject": TEXT},
                                                  ["subject"])},
    "contributors": list_of(fields(
        {**NAME, "contributorType": {"enum": ["ContactPerson"]}},
        ["name", "contributorType"])),
    "dates": list_of(fields(
        {"date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d(T[\d:]+Z)?"
                                               r"(/\d{4}-\d\d-\d\d(T[\d:]+Z)?)?$"},
         "dateType": {"enum": ["Issued", "Collected"]}},
        ["date", "dateType"])),
    "language": TEXT, "sizes": list_of(TEXT), "formats": list_of(TEXT),
    "version": TEXT,
    "rightsList": list_of(fields(
        {"rights": TEXT, "rightsUri": WEB, "rightsIdentifier": TEXT,
         "rightsIdentifierScheme": {"const": "SPDX"}})),
    "descriptions": list_of(fields(
        {"description": TEXT,
         "descriptionType": {"enum": ["Abstract", "Methods",
                                      "TechnicalInfo"]}},
        ["description", "descriptionType"])),
}, ["schemaVersion", "types", "creators", "titles", "publisher",
    "publicationYear"])


class Texts(yaml.SafeLoader):
    """Dates stay texts, as JSON schemas see them."""


Texts.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers
            if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def check(name, schema, document):
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    faults = [f"{name}: {'/'.join(map(str, e.path))}: {e.message}"
              for e in validator.iter_errors(document)]
    # Each required field is missed when it is gone, and a stranger seen.
    for field in schema["required"]:
        less = copy.deepcopy(document)
        less.pop(field, None)
        if validator.is_valid(less):
            faults.append(f"{name}: the schema does not miss {field}")
    if validator.is_valid({**document, "stranger": 1}):
        faults.append(f"{name}: the schema takes anything")
    print(f"{name}: {len(document)} fields, {len(faults)} faults")
    return faults


def check_xml(path):
    """Mandatory elements of kernel-4 that must not be empty."""
    spaces = {"d": "http://datacite.org/schema/kernel-4"}
    root = ElementTree.parse(path).getroot()
    faults = []
    for where in ("identifier[@identifierType='DOI']",
                  "creators/d:creator/d:creatorName", "titles/d:title",
                  "publisher", "publicationYear",
                  "resourceType[@resourceTypeGeneral='Dataset']"):
        found = root.find("d:" + where, spaces)
        if found is None or not (found.text or "").strip():
            faults.append(f"{path}: no {where}")
    print(f"metadata/datacite.xml: {len(root)} elements, {len(faults)} faults")
    return faults


def main():
    data = sys.argv[1]
    faults = []
    with open(os.path.join(data, "CITATION.cff"), encoding="utf-8") as file:
        faults += check("CITATION.cff", CFF, yaml.load(file, Texts))
    with open(os.path.join(data, "metadata/datacite.json"),
              encoding="utf-8") as file:
        document = json.load(file)
    faults += check("metadata/datacite.json", DATACITE, document)
    xml = os.path.join(data, "metadata/datacite.xml")
    if os.path.exists(xml) != ("doi" in document):
        faults.append("datacite.xml is there when there is a DOI, and then "
                      "only")
    elif os.path.exists(xml):
        faults += check_xml(xml)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
