"""``ce-graph ask``: a stored question, by its number or name, with typed parameters."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ce_graph.query.parameters import Context
    from ce_graph.query.questions import Question


@click.command("ask")
@click.argument("name", required=False)
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter; may be repeated.")
@click.option(
    "--lang",
    type=click.Choice(("en", "fi", "sv")),
    default="en",
    show_default=True,
    help="Language of names and headings.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(("table", "csv", "json", "turtle")),
    default="table",
    show_default=True,
    help="turtle: for a question that has an answer as RDF.",
)
@click.option(
    "--endpoint",
    metavar="URL",
    help="Ask this SPARQL endpoint instead of the built dataset. Its default graph is taken to be the union of its "
    "graphs; if not, set CE_GRAPH_DEFAULT_GRAPH=own.",
)
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder with the dataset.nq to ask; by default the shipped data."
)
@click.option("--sparql", is_flag=True, help="Show the query with the values in it instead of running it.")
@click.option("--list", "listing", is_flag=True, help="List the questions with their parameters.")
def command(
    name: str | None,
    params: tuple[str, ...],
    lang: str,
    format_name: str,
    endpoint: str | None,
    data: Path | None,
    sparql: bool,
    listing: bool,
) -> None:
    """Answer the stored question NAME (its number or name) from the built dataset or from any endpoint with such data.

    A parameter that is not given takes its default. Codes, places and actors are given by their short name (plastics,
    helsinki), their name in any language, or their IRI. An empty answer is an answer: it says what the data has
    instead, or that there is no data yet, and the exit code is 0. With csv it says so on standard error.
    """
    from ce_graph import resources
    from ce_graph.errors import CeGraphError, UsageError
    from ce_graph.query.questions import load
    from ce_graph.wording import say, told

    questions = load(resources.queries())
    try:
        if listing:
            click.echo(_listed([questions.find(name)] if name else list(questions), lang), nl=False)
            return
        if name is None:
            raise UsageError(say("there is no question; give its number or name, or --list to see them all"))
        question = questions.find(name)
        if endpoint is not None and data is not None:
            raise UsageError(say("--endpoint and --data exclude each other: name one place to ask"))
        with _context(endpoint, data, lang) as context:
            click.echo(_answered(question, _given(params), context, format_name, sparql=sparql), nl=False)
    except CeGraphError as error:
        error.args = (told(error, lang), *error.args[1:])
        raise


def _given(params: Sequence[str]) -> dict[str, str]:
    from ce_graph.errors import UsageError
    from ce_graph.query.binding import unique_names
    from ce_graph.wording import say

    for param in params:
        if "=" not in param:
            raise UsageError(
                say("--param %(given)s has no =; write NAME=VALUE, such as theme=plastics", given=repr(param))
            )
    return unique_names([(name.strip(), value) for name, _, value in (param.partition("=") for param in params)])


@contextmanager
def _context(endpoint: str | None, data: Path | None, lang: str) -> Iterator[Context]:
    from ce_graph.query.answers import today
    from ce_graph.query.parameters import Context
    from ce_graph.query.running import on_engine, on_store
    from ce_graph.settings import load
    from ce_graph.store.opening import in_memory, open_endpoint
    from ce_graph.web.opening import dataset

    settings = load({"data": data})
    if endpoint is None:
        yield Context(run=on_store(in_memory(dataset(settings))), today=today(), base=settings.base, language=lang)
        return
    with open_endpoint(endpoint, union_default=settings.default_graph == "union") as engine:
        yield Context(run=on_engine(engine), today=today(), base=settings.base, language=lang)


def _answered(question: Question, given: dict[str, str], context: Context, format_name: str, *, sparql: bool) -> str:
    from ce_graph.query.answers import ask, ask_graph, query_text
    from ce_graph.query.tables import as_csv, as_json, as_text

    if sparql:
        return query_text(question, given, context)
    if format_name == "turtle":
        import pyoxigraph as ox

        from ce_graph.rdf.namespaces import PREFIXES

        triples = ask_graph(question, given, context)
        return (ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b"").decode()
    answer = ask(question, given, context)
    if format_name == "json":
        return as_json(answer, context.language)
    if format_name == "csv":
        for said in filter(None, (answer.note, answer.missing)):
            click.echo(said, err=True)
        return as_csv(answer)
    return as_text(answer, context.language)


def _listed(questions: Sequence[Question], lang: str) -> str:
    from ce_graph.query.texts import text_in
    from ce_graph.wording import Wording

    wording = Wording(lang)
    lines: list[str] = []
    for question in questions:
        gap = wording.gettext("in part") if question.partly else wording.gettext("no data yet")
        nothing = f" ({gap})" if question.reason is not None else ""
        lines.append(f"{question.number:>2}  {question.name}: {text_in(question.title, lang)}{nothing}")
        for parameter in question.parameters:
            if parameter.default:
                default = wording.gettext("default %(value)s", value=parameter.default)
            else:
                default = wording.gettext("optional")
            lines.append(f"      {parameter.name} ({parameter.type}, {default}): {text_in(parameter.label, lang)}")
    return "\n".join(lines) + "\n"
