"""A body from elsewhere that is cut or has something appended is seen."""

import io

import pyoxigraph as ox
import pytest

from ce_graph.rdf.formats import GRAPHS, RESULTS
from ce_graph.store.remote.wholeness import ENDS_ITSELF, NotWhole, check_for

FORMATS = {format_.name: format_ for format_ in (*GRAPHS, *RESULTS)}


@pytest.fixture(scope="module")
def bodies():
    store = ox.Store()
    store.update('INSERT DATA { <a:s> <a:p> "x},{", "a\\"b\\nc,d", 1.5, "ä"@fi ; <a:q> [ <a:r> () ] }')
    found = {}
    for name, format_ in FORMATS.items():
        if format_.rdf is not None:
            found[name] = store.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }").serialize(format=format_.rdf)
        else:
            found[name] = store.query("SELECT ?s ?o { ?s ?p ?o }").serialize(format=format_.results)
    return found


def look(name, body, size=1 << 20):
    check = check_for(FORMATS[name], io.BytesIO(body))
    for start in range(0, len(body), size):
        check.feed(body[start : start + size])
    check.finish()
    return check.rows


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1 << 20])
@pytest.mark.parametrize("name", FORMATS)
def test_a_whole_body_passes_in_whatever_pieces_it_comes(bodies, name, size):
    rows = look(name, bodies[name], size)
    if name in {"json", "xml", "csv", "tsv"}:
        assert rows == 6


@pytest.mark.parametrize("name", sorted(ENDS_ITSELF))
def test_a_cut_is_seen_at_every_place(bodies, name):
    body = bodies[name].rstrip()
    for end in range(len(body)):
        with pytest.raises(NotWhole):
            look(name, body[:end])


@pytest.mark.parametrize("name", FORMATS)
def test_an_appended_message_is_seen(bodies, name):
    with pytest.raises(NotWhole):
        look(name, bodies[name] + b'\nERROR, out of memory, "sorry')


@pytest.mark.parametrize("name", ["csv", "tsv", "ntriples", "nquads", "turtle", "trig"])
def test_a_cut_inside_a_row_or_a_statement_is_seen(bodies, name):
    cut = bodies[name].rindex(b"a:s") + 1
    with pytest.raises(NotWhole):
        look(name, bodies[name][:cut])


def test_pretty_json_is_counted():
    body = b'{ "head": { "vars": ["a"] },\n "results": { "bindings": [ {"a": {"value": "}, {"}} ,\n { } , {} ] } }\n'
    assert look("json", body) == 3
    assert look("json", b'{"head":{"vars":["a"]},"results":{"bindings":[]}}') == 0
    assert look("json", b'{"head":{},"boolean":true}') == 0
