"""Writes data like the graph's for the validation benchmark, and works out what a validator must find in it.

``python benchmarks/shacl_data.py TRIPLES OUT.ttl [RATE] [SEED]``: the same arguments give the same file. One entity in
``1 / RATE`` has a fault of a kind that ``shacl_shapes.ttl`` forbids; the expected number of results is counted here,
as the faults are made, and not by any validator.
"""

from __future__ import annotations

import datetime
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PREFIXES = """@prefix ce: <https://w3id.example/ce#> .
@prefix d: <https://data.example/id/> .
@prefix c: <https://data.example/code/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ce:Company rdfs:subClassOf ce:Organization . ce:PublicBody rdfs:subClassOf ce:Organization .
c:scheme a skos:ConceptScheme ; skos:prefLabel "Waste codes"@en .
"""
CODES = 400
COUNTRIES = ("NL", "DE", "DK", "FR", "BE", "ES", "FI")


class World:
    """Entities with seeded faults; ``expected`` counts the results per constraint component."""

    def __init__(self, triples: int, rate: float, seed: int) -> None:
        self.random = random.Random(seed)
        self.rate = rate
        self.expected: Counter[str] = Counter()
        entities = max(20, triples // 12)
        self.organizations = max(4, entities * 25 // 100)
        self.projects = max(3, entities * 15 // 100)
        self.grants = max(3, entities * 12 // 100)
        self.flows = max(5, entities - self.organizations - self.projects - self.grants)
        self.amounts = [self.random.randrange(10_000, 300_000) for _ in range(self.grants)]
        self.grant_faults = [self.fault(6) for _ in range(self.grants)]
        self.grants_of: dict[int, list[int]] = {}
        for grant in range(self.grants):
            self.grants_of.setdefault(self.random.randrange(self.projects), []).append(grant)

    def fault(self, kinds: int) -> int:
        return self.random.randrange(kinds) if self.random.random() < self.rate else -1

    def found(self, *components: str) -> None:
        self.expected.update(components)

    def organization(self) -> str:
        return f"d:org{self.random.randrange(self.organizations)}"

    def code(self) -> str:
        return f"c:w{self.random.randrange(CODES):04d}"

    def lines(self) -> Iterator[str]:
        yield PREFIXES
        for number in range(CODES):
            notation = f"{number // 20:02d} {number % 20:02d} {number % 97:02d}"
            yield (
                f'c:w{number:04d} a skos:Concept ; skos:inScheme c:scheme ; skos:notation "{notation}" ; '
                f'skos:prefLabel "Code {number}"@en, "Kode {number}"@da .\n'
            )
        for number in range(self.organizations):
            yield self.an_organization(number)
        for number in range(self.projects):
            yield self.a_project(number)
        for number in range(self.grants):
            yield self.a_grant(number)
        for number in range(self.flows):
            yield self.a_flow(number)

    def an_organization(self, number: int) -> str:
        fault, pick = self.fault(10), self.random
        kind = pick.choice(["ce:Company", "ce:Company", "ce:PublicBody", "ce:Organization"])
        names = f'"Org {number}"@en, "Organisatie {number}"@nl' + (f', "Twice {number}"@en' if fault == 0 else "")
        parts = [
            f"d:org{number} a {kind} ; ce:name {names}",
            f'ce:registration "{"X" if fault == 1 else "NL"}{number:08d}"',
            f'ce:country "{"ZZ" if fault == 2 else pick.choice(COUNTRIES)}"',
            'ce:founded "long ago"' if fault == 3 else f'ce:founded "{pick.randrange(1900, 2020)}"^^xsd:gYear',
            f"ce:employees {-5 if fault == 4 else pick.randrange(1, 9000)}",
            'ce:sector "none"' if fault == 5 else f"ce:sector {self.code()}",
            'ce:homepage "www"' if fault == 6 else f"ce:homepage <https://org{number}.example/>",
        ]
        mail = pick.random() < 0.5
        if mail:
            parts.append('ce:email "no at"' if fault == 9 else f'ce:email "info{number}@org.example"')
        postcode = "" if fault == 8 else f'ce:postcode "{1000 + number % 8999} AB" ; '
        address = (
            f'd:adr{number} a ce:Address ; ce:street "Street {number}" ; {postcode}ce:city "City {number % 300}" .\n'
        )
        parts.append('ce:comment "no address"' if fault == 7 else f"ce:address d:adr{number}")
        results = {
            0: ("UniqueLang",), 1: ("Pattern",), 2: ("In",), 3: ("Datatype",), 4: ("MinInclusive",),
            5: ("NodeKind", "Class"), 6: ("NodeKind",), 7: ("MinCount",), 8: ("Node",), 9: ("Pattern",) if mail else (),
        }  # fmt: skip
        self.found(*results.get(fault, ()))
        return " ; ".join(parts) + " .\n" + ("" if fault == 7 else address)

    def a_project(self, number: int) -> str:
        fault, pick = self.fault(9), self.random
        start = pick.randrange(0, 2500)
        end = start - pick.randrange(1, 90) if fault == 0 else start + pick.randrange(100, 1500)
        grants = self.grants_of.get(number, [])
        total = sum(self.amounts[grant] for grant in grants)
        real = sum(-self.amounts[grant] if self.grant_faults[grant] == 0 else self.amounts[grant] for grant in grants)
        budget = total + pick.randrange(1000, 500_000)
        if fault == 1 and grants:
            budget = total - 500
        coordinators = sorted({self.organization(), self.organization()} if fault == 4 else {self.organization()})
        partners = sorted({"d:prj0"} if fault == 5 else {self.organization(), self.organization()})
        parts = [
            f'd:prj{number} a ce:Project ; ce:title "Project {number}"@en, "Projekt {number}"@de',
            f'ce:acronym "{"p" if fault == 2 else "P"}R{number}"',
            f'ce:description "Circular project number {number} about reuse of materials"',
            f'ce:startDate "{_day(start)}"^^xsd:date ; ce:endDate "{_day(end)}"^^xsd:date',
            f'ce:budget "{budget}"' if fault == 3 else f"ce:budget {budget}.50",
            f"ce:coordinator {', '.join(coordinators)}",
            f"ce:partner {', '.join(partners)}",
            f'ce:status "{"unknown" if fault == 6 else pick.choice(["planned", "running", "closed"])}"',
            'ce:topic "free text"' if fault == 7 else f"ce:topic {self.code()}",
        ]
        if grants:
            parts.append("ce:grant " + ", ".join(f"d:grt{grant}" for grant in grants))
        overspent = fault != 3 and bool(grants) and real > budget + 0.5
        self.found(*["SPARQL"] * ((fault == 0) + overspent), *["MaxCount"] * (len(coordinators) > 1))
        self.found(*{2: ["Pattern"], 3: ["Datatype"], 5: ["Class"], 6: ["In"], 7: ["Or"]}.get(fault, []))
        return " ; ".join(parts) + " .\n"

    def a_grant(self, number: int) -> str:
        fault, amount, pick = self.grant_faults[number], self.amounts[number], self.random
        parts = [
            f"d:grt{number} a ce:Grant ; ce:amount {-amount if fault == 0 else amount}.00",
            f'ce:currency "{"XXX" if fault == 1 else pick.choice(["EUR", "DKK"])}"',
            f"ce:funder {'c:w0001' if fault == 2 else self.organization()}",
            f'ce:awarded "{_day(pick.randrange(2000))}"^^xsd:date',
            f'ce:reference "G-{number:06d}{"x" if fault == 3 else ""}"',
            f'ce:programme "Programme {number % 40}"{"" if fault == 4 else "@en"}',
            f'ce:open {pick.choice(["true", "false"])} ; ce:note "Grant note {number}"@en',
            f"ce:paid {amount * 2 if fault == 5 else amount}.00 ; ce:year {2015 + number % 10}",
            f'ce:call "CALL-{number % 500}"',
        ]
        results = {
            0: ("MinInclusive", "LessThanOrEquals"), 1: ("In",), 2: ("Class",), 3: ("Pattern",), 4: ("Datatype",),
            5: ("LessThanOrEquals",),
        }  # fmt: skip
        self.found(*results.get(fault, ()))
        return " ; ".join(parts) + " .\n"

    def a_flow(self, number: int) -> str:
        fault, pick = self.fault(10), self.random
        source, target = self.organization(), self.organization()
        while target == source:
            target = self.organization()
        start = pick.randrange(0, 3000)
        end = start - 3 if fault == 1 else start + pick.randrange(1, 365)
        quantity = f"{-1 if fault == 3 else pick.randrange(1, 99_999)}.{pick.randrange(10)}"
        parts = [
            f"d:flow{number} a ce:MaterialFlow ; ce:from {source}",
            'ce:quantity "much"' if fault == 4 else f"ce:quantity {quantity}",
            f'ce:unit "{"lb" if fault == 5 else pick.choice(["t", "kg", "m3"])}"',
            f"ce:material {f'd:org{number % self.organizations}' if fault == 6 else self.code()}",
            f'ce:periodStart "{_day(start)}"^^xsd:date ; ce:periodEnd "{_day(end)}"^^xsd:date',
            f'ce:source "Report {number % 1000}"',
            f'ce:method "{"guess" if fault == 7 else pick.choice(["measured", "estimated"])}"',
            f"ce:confidence {'1.7' if fault == 8 else f'0.{pick.randrange(10, 99)}'}",
            f'ce:label "Flow {number}"@{"xx" if fault == 9 else "en"}',
        ]
        if fault != 2:
            parts.append(f"ce:to {source if fault == 0 else target}")
        results = {
            0: ("SPARQL",), 1: ("LessThan",), 2: ("MinCount",), 3: ("MinExclusive",), 4: ("Datatype", "MinExclusive"),
            5: ("In",), 6: ("Node",), 7: ("Or",), 8: ("MaxInclusive",), 9: ("LanguageIn",),
        }  # fmt: skip
        self.found(*results.get(fault, ()))
        return " ; ".join(parts) + " .\n"


def _day(number: int) -> str:
    return (datetime.date(2015, 1, 1) + datetime.timedelta(days=number)).isoformat()


def write(path: Path, triples: int, rate: float = 0.01, seed: int = 7) -> Counter[str]:
    """Write the file; answers the expected number of results per component (``MinCount`` …)."""
    world = World(triples, rate, seed)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(world.lines())
    return world.expected


if __name__ == "__main__":
    numbers = [float(argument) for argument in sys.argv[3:]]
    counts = write(Path(sys.argv[2]), int(float(sys.argv[1])), *numbers[:1], *(int(number) for number in numbers[1:2]))
    print(dict(sorted(counts.items())), sum(counts.values()))
