"""The guard decides by tokens, and errs on the safe side where parsers differ."""

import contextlib

import pytest

from ce_graph.errors import ForbiddenError, QueryError
from ce_graph.store.text import guard
from ce_graph.store.text.guard import NestingError, inspect

EVIL = "http://127.0.0.1:9/"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * { ?s ?p ?o }", "select"),
        ("# a comment\nPREFIX a: <http://a/> BASE <http://b/>\nask {}", "ask"),
        ("PREFIX select: <http://a/> CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "construct"),
        ("BASE<http://b/>DESCRIBE<x>", "describe"),
        ("SELECT?s{?s?p?o}", "select"),
        ('VERSION "1.2" SELECT * {}', "select"),
        ("INSERT DATA { <a:a> <a:b> 'SELECT' }", "update"),
        ("PREFIX : <http://a/> WITH :g DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "update"),
        ("INSERTDATA{}", "update"),
        ("CLEARALL", "update"),
        ("", "update"),
        ("PREFIX a: <http://a/>", "update"),
    ],
)
def test_it_knows_the_form(text, form):
    assert inspect(text).form == form


@pytest.mark.parametrize(
    "text", ["nonsense", "{ ?s ?p ?o }", "<a:b> <a:c> 1 .", "PREFIX a: <http://a/> what", "\ufeff"]
)
def test_what_is_neither_query_nor_update_is_refused_with_its_place(text):
    with pytest.raises(QueryError) as caught:
        inspect(text)
    assert (caught.value.line, caught.value.column) != (None, None)


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ SERVICE <{EVIL}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ service\n#x\nsilent<{EVIL}>{{}} }}",
        f"PREFIX e: <{EVIL}> SELECT * {{ SERVICE e: {{ ?s ?p ?o }} }}",
        f"SELECT * {{ ?s ?p 1SERVICE <{EVIL}> {{}} }}",
        f"SELECT * {{ ?s ?p trueSERVICE <{EVIL}> {{}} }}",
        f"SELECT * {{ SERVICESILENT<{EVIL}> {{}} }}",
        f"SELECT * {{ ?s ?p 'x'@enSERVICE . SERVICE <{EVIL}> {{}} }}",
        f"SELECT * {{ \\u0053ERVICE <{EVIL}> {{}} }}",
        f"SELECT * {{ SER\\U00000056ICE <{EVIL}> {{}} }}",
        f"SELECT * {{ ?s ?p 'a\\u0027 SERVICE <{EVIL}> {{}} #' }}",
        f"SELECT * {{ ?s ?p ?o # \\u000A SERVICE <{EVIL}> {{}}\n }}",
        # A comparison and a comment to a parser that knows it is in an expression, an IRI and a string to others.
        f"SELECT * {{ ?a ?p ?b FILTER(?a<?b#>'''\n) SERVICE <{EVIL}> {{ ?s ?p ?o }} #'''\n }}",
        f"SELECT * {{ ?a ?p ?b FILTER(?a<urn:x#>'''\n) SERVICE <{EVIL}> {{ ?s ?p ?o }} #'''\n }}",
        f"SELECT * {{ ?a ?p ?b FILTER(?a<?b'>) SERVICE <{EVIL}> {{ ?s ?p ?o }} #'\n }}",
        f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{EVIL}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ FILTER NOT EXISTS {{ SERVICE <{EVIL}> {{}} }} }}",
    ],
)
def test_it_finds_services(text):
    assert EVIL in inspect(text).services
    with pytest.raises(ForbiddenError, match="SERVICE"):
        inspect(text).allow([])


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE ?where { ?s ?p ?o } }",
        f"PREFIX : <{EVIL}> SELECT * {{ SERVICE:foo {{ ?s ?p ?o }} }}",
        f"PREFIX : <{EVIL}> SELECT * {{ SERVICESILENT:foo {{ ?s ?p ?o }} }}",
        "SELECT * { SERVICE undeclared:x { ?s ?p ?o } }",
        "PREFIX e: <http://good/> PREFIX e: <http://evil/> SELECT * { SERVICE e: { ?s ?p ?o } }",
        "SELECT * { SERVICE",
    ],
)
def test_a_service_without_a_certain_address_is_never_allowed(text):
    assert len(inspect(text).services) == 1
    with pytest.raises(ForbiddenError):
        inspect(text).allow(["http://good/", EVIL, "foo", f"{EVIL}foo"])


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <http://x/> {}' }",
        'SELECT * { ?s ?p """a " SERVICE <http://x/> {} """ }',
        "SELECT * { ?s ?p ?o } # SERVICE <http://x/> {}",
        "SELECT * { ?s <http://x/SERVICE> ?o }",
        "SELECT ?service { ?s ?p ?service . $service ?load ?o }",
        "PREFIX ex: <http://x/> SELECT * { ex:service ex:SERVICE ex:load }",
        "PREFIX service: <http://x/> SELECT * { service:a service:b ?o . GRAPH service:g { ?s ?p service:c } }",
        "SELECT * { _:service ?p ?o }",
        "SELECT * { ?s ?p 'x'@service }",
        "PREFIX ex: <http://x/> SELECT * { ex:it\\'s ?p ?o . ex:a\\#b ?p 'SERVICE' }",
        "PREFIX load: <http://x/> WITH load:g INSERT { ?s load:p load:o } WHERE { ?s ?p load:x }",
        "PREFIX load: <http://x/> CLEAR GRAPH load:g ; COPY load:a TO load:b ; DROP SILENT GRAPH load:c",
        "SELECT * { ?s <#p> 'SERVICE <http://x/> {}' }",
        "SELECT * { FILTER(?a <?b && ?c> ?d) }",
        "SELECT * { ?s ?p 'say \\'SERVICE\\'' }",
    ],
)
def test_words_that_only_look_like_it_pass(text):
    found = inspect(text)
    assert found.services == ()
    assert found.loads == ()
    found.allow([])


@pytest.mark.parametrize(
    "text",
    [
        f"LOAD <{EVIL}>",
        f"load silent <{EVIL}> into graph <a:g>",
        f"LOADSILENT<{EVIL}>",
        f"INSERT DATA {{}} ; LOAD <{EVIL}>",
        f"\\u004cOAD <{EVIL}>",
        f"PREFIX e: <{EVIL}> LOAD e:",
    ],
)
def test_it_finds_what_is_to_be_loaded(text):
    assert inspect(text).loads == (EVIL,)
    with pytest.raises(ForbiddenError, match="LOAD"):
        inspect(text).allow([])


def test_a_load_whose_prefix_is_the_keyword_is_found():
    assert inspect(f"PREFIX : <{EVIL}> LOAD:x").loads
    assert inspect(f"PREFIX : <{EVIL}> CLEAR ALL ; LOAD:x ; CLEAR ALL").loads


def test_what_is_allowed_passes():
    text = f"PREFIX e: <{EVIL}> SELECT * {{ SERVICE e:sparql {{ ?s ?p ?o }} SERVICE <{EVIL}\\u0073parql> {{}} }}"
    inspect(text).allow([f"{EVIL}sparql"])
    with pytest.raises(ForbiddenError):
        inspect(text).allow([EVIL])


def test_it_finds_the_graphs_that_a_text_names():
    found = inspect("PREFIX a: <http://a/> SELECT * FROM <http://g/1> FROM NAMED a:g { ?s ?p 'FROM <http://x/>' }")
    assert found.from_graphs == ("http://g/1", "http://a/g")
    found = inspect(
        "WITH <http://g/1> DELETE { ?s ?p ?o } USING <http://g/2> USING NAMED <http://g/3> WHERE { ?s ?p ?o }"
    )
    assert found.from_graphs == ("http://g/2", "http://g/3")
    assert found.with_graphs == ("http://g/1",)


@pytest.mark.parametrize(
    ("text", "steady"),
    [
        ("INSERT DATA { <a:a> <a:b> 'RAND() LIMIT' , ?limit }", True),
        ("DELETE { ?s ?p ?o } INSERT { ?s ?p 2 } WHERE { ?s ?p ?o FILTER(?o < 5) }", True),
        ("INSERT { ?s <a:r> ?r } WHERE { ?s ?p ?o BIND(rand() AS ?r) }", False),
        ("INSERT { ?s ?p ?u } WHERE { BIND(UUID() AS ?u) }", False),
        ("DELETE { ?s ?p ?o } WHERE { SELECT * { ?s ?p ?o } LIMIT 1 }", False),
        ("INSERT { <a:a> <a:n> ?n } WHERE { SELECT (SAMPLE(?o) AS ?n) { ?s ?p ?o } }", False),
    ],
)
def test_it_knows_whether_an_update_can_be_repeated(text, steady):
    assert inspect(text).steady is steady


@pytest.mark.parametrize("opening", ["(", "{", "[", "!", "- ", "^", "<<", "(!", "{(["])
def test_deep_nesting_is_refused_before_anything_parses_it(opening):
    with pytest.raises(NestingError, match="nested") as caught:
        inspect("ASK {" + opening * 100_000)
    assert caught.value.line == 1
    assert caught.value.column < 1000


def test_nesting_within_the_bound_passes():
    assert inspect("ASK " + "{" * 200 + "}" * 200).form == "ask"
    with pytest.raises(NestingError):
        inspect("ASK " + "{" * 201 + "}" * 201)
    assert inspect("ASK {" + "{}" * 5000 + "}").form == "ask"
    assert inspect("ASK { ?s ?p '" + "(" * 5000 + "' }").form == "ask"


@pytest.mark.parametrize("link", ["/<a:p>", "|<a:p>", "||?x", "+ 1", "*1", " UNION {}", " FILTER(1)", "?"])
def test_endless_chains_are_refused(link):
    with pytest.raises(NestingError, match="operators"):
        inspect("ASK { ?s <a:p>" + link * 50_001)


@pytest.mark.parametrize(
    "text", ["ASK { \\ }", "ASK { ?s ?p 1 } \x00", "\ufeffASK {}", "ASK { ?s ?p `x` }", "ASK { ?s % 1 }"]
)
def test_a_character_that_has_no_place_in_sparql_is_refused(text):
    with pytest.raises(QueryError, match="no place"):
        inspect(text)


@pytest.mark.parametrize(
    "text", ["ASK { ?s ?p 'abc", 'ASK { ?s ?p "a\n" }', "ASK { ?s ?p '''a'' }", "ASK { ?s ?p 'a\\' }"]
)
def test_a_string_without_an_end_is_refused_with_its_place(text):
    with pytest.raises(QueryError, match="string") as caught:
        inspect(text)
    assert caught.value.line is not None


def test_escapes_that_make_two_different_things_of_a_text_are_refused():
    with pytest.raises(QueryError, match="two things"):
        inspect("#\\u000AASK {}\nSELECT * {}")


@pytest.mark.parametrize("text", ["ASK { ?s ?p '\ud800' }", "ASK { ?s ?p '\\uD800' }", "ASK { ?s ?p '\\U00110000' }"])
def test_what_is_no_character_is_refused(text):
    with pytest.raises(QueryError, match="no character"):
        inspect(text)


@pytest.mark.parametrize(
    "piece",
    [
        "a-",
        "<a#>",
        "<a'>",
        "<a#>'''",
        "''''",
        "\\u003C",
        "a:.",
        "_:a.",
        "ex:a-b. ",
        "1.5e",
        "<#p> ",
        "@a-",
        "%41",
        "a:%4",
        "\\",
    ],
)
def test_no_text_takes_long(piece):
    """Each of these made a first version take minutes or compare every place with every other."""
    with contextlib.suppress(QueryError):
        inspect("ASK { " + piece * (240_000 // len(piece)))


def test_negative_numbers_are_no_chain():
    assert inspect("INSERT DATA { <a:a> <a:b> " + "-5, " * 60_000 + "-6 }").form == "update"


def test_a_large_update_is_read_in_full():
    rows = "".join(
        f'<http://e/{i}> a <http://e/T> ; <http://e/p> "v {i}" , _:b{i} . ex:s ex:p {i} .\n' for i in range(20_000)
    )
    text = f"PREFIX ex: <http://e/> INSERT DATA {{ {rows} }} ; LOAD <{EVIL}>"
    assert inspect(text).loads == (EVIL,)
    assert inspect(text.partition("; LOAD")[0]).loads == ()
    hidden = text.replace("_:b15000 .", f"1SERVICE <{EVIL}> {{}} .")
    assert inspect(hidden).services == (EVIL,)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 3", "select"),
        ("# a comment\nPREFIX : <http://e/#>\nBASE <http://e/> ask { :a :b 1, true }", "ask"),
        ("CONSTRUCT { ?s ?p 1 } WHERE { ?s ?p ?o . FILTER(?o < 3 || !(?o > 1)) }", "construct"),
        ("DESCRIBE <http://e/a>", "describe"),
    ],
)
def test_a_plain_query_is_judged_at_a_glance_as_its_tokens_judge_it(text, form):
    assert guard._evident(text, guard.DEPTH) == form == guard._inspect(text, guard.DEPTH, guard.LINKS).form


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://e/> {} }",
        "SELECT * { 1SERVICE <http://e/> {} }",
        "SELECT * { \\u0053ERVICE <http://e/> {} }",
        "SELECT * FROM <http://e/> {}",
        "LOAD <http://e/>",
        "INSERT DATA { <a:a> <a:b> 1 }",
        "SELECT * { ?s ?p 'open }",
        "SELECT * { ?s ?p '''long''' }",
        "SELECT * { ?s ?p '\u017fervice' }",
        "ASK {} \x00",
        "ASK { " + "{" * 200 + "}" * 200 + " }",
        "ASK { FILTER(" + "!" * 201 + "?a) }",
        "what is this",
    ],
)
def test_what_may_hide_something_is_judged_by_its_tokens(text):
    assert guard._evident(text, guard.DEPTH) is None
