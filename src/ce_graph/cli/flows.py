"""``ce-graph flows``: material flows added up by anything, without counting twice."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click


@click.command()
@click.option(
    "--by",
    default="treatment,year",
    show_default=True,
    metavar="DIMENSIONS",
    help="What to group by, with commas: source, target, material, waste-code, treatment, category, rank, stage,"
    " region, year, basis, hazardous, confidence, document. material:1 is the top of the tree.",
)
@click.option("--region", help="Only flows of this place and of places in it: short name, name or IRI.")
@click.option("--material", help="Only this material and what is below it.")
@click.option("--waste-code", metavar="EWC", help="Only this code of the List of Waste and what is below it.")
@click.option("--treatment", metavar="R/D", help="Only this operation, R1 to R13 or D1 to D15.")
@click.option("--category", help="Only this statistical group of treatments and what is below it.")
@click.option("--stage", help="Only this stage: generation, collection, treatment …")
@click.option("--basis", help="Only this basis; without it, capacities, plans and contracts are left out.")
@click.option("--source", help="Only flows from here: actor, facility, sector.")
@click.option("--target", help="Only flows to here.")
@click.option("--year", metavar="YEAR[-YEAR]", help="Only this year, or years from to.")
@click.option("--hazardous/--not-hazardous", default=None, help="Only flows stated to be hazardous, or not to be.")
@click.option("--quantity", default="mass", show_default=True, help="What is measured: mass, volume, count …")
@click.option(
    "--check", is_flag=True, help="Instead: where totals, capacities, documents and years contradict each other."
)
@click.option("--weighted", is_flag=True, help="Divide flows of known composition into their fractions.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(("table", "csv", "json", "svg")),
    default="table",
    show_default=True,
    help="svg draws a Sankey diagram for two dimensions, else bars.",
)
@click.option(
    "--lang", type=click.Choice(("en", "fi", "sv")), default="en", show_default=True, help="Language of labels."
)
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder with the dataset.nq; by default the shipped data."
)
def command(by: str, format_name: str, lang: str, data: Path | None, weighted: bool, check: bool, **asked: Any) -> None:
    """Add up material flows by any dimensions.

    Totals and their parts, and what two documents say of one quantity, are counted once; what must not be added
    (stages, years, kinds of material, overlapping regions) is kept apart. Notes say what was not added and why.
    """
    from ce_graph.cli import refusals
    from ce_graph.cli.listing import open_records, shown
    from ce_graph.errors import UsageError
    from ce_graph.model.flows.criteria import Criteria
    from ce_graph.model.flows.grouping import parse
    from ce_graph.overview.balance import balance
    from ce_graph.overview.flows import added
    from ce_graph.wording import Wording, say

    wording = Wording(lang)
    with refusals.told(lang):
        parse(by)
        given = [f"--{name.replace('_', '-')}" for name, value in asked.items() if value not in (None, "mass")]
        given += ["--weighted"] * weighted
        if check and given:
            raise UsageError(say("--check looks at all the data: leave out %(given)s", given=", ".join(given)))
        records = open_records(data)
        view = balance(records, wording) if check else added(records, wording, Criteria(**asked), by, weighted=weighted)
        sys.stdout.write(shown(view, wording, format_name))
