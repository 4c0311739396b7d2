"""The site as a crawler sees it: pages of every kind, small and well formed, and no link that leads nowhere."""

from __future__ import annotations

import html
import re
from collections import Counter
from urllib.parse import parse_qs, urldefrag, urlsplit

import pytest
from shipped_pages import app, engine

from ce_graph.settings import VOCABULARY
from ce_graph.web.addresses import Addresses

BROWSER = {"Accept": "text/html"}
STARTS = (
    "/",
    "/doc/project",
    "/doc/actor",
    "/doc/place?page=1",
    "/doc/project/kiertotalouslaakso-esiselvitys",
    "/doc/actor/hsy",
    "/doc/place/vantaa",
    "/doc/place/suomi",
    "/doc/indicator/population",
    "/doc/indicator/circular-material-use",
    "/doc/flow/f0665",
    "/code",
    "/code/material",
    "/code/material/waste",
    "/code/ewc",
    "/code/nace-2.1",
    "/graph/seed",
    "/graph/estat_cmu",
    "/graph/codes",
    "/dataset/uusimaa",
    "/dataset/catalogue",
    "/ontology",
    "/ontology/Flow",
    "/ontology/massTonnes",
    "/ontology/alignments",
    "/shapes",
    "/shapes/ProvenanceShape",
    "/questions",
    "/questions/actors-by-theme",
    "/search?q=hsy",
    "/search?q=kiertotalouslakso",
    "/doc/project/kiertotalouslakso",
)
FURTHER = 40
"""Pages that are taken up besides, one for each shape of address first."""


def known() -> set[str]:
    """The pages of everything that the graph names, which need not be asked for one by one."""
    addresses = Addresses(VOCABULARY)
    terms = {term for quad in engine()._store for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)}
    pages = (addresses.page(term.value) for term in terms if hasattr(term, "value"))
    return {page for page in pages if page}


def shape(path: str) -> str:
    """What an address looks like, its names left out."""
    parts = urlsplit(path)
    return "/".join(parts.path.split("/")[:3]) + "?" + "&".join(sorted(parse_qs(parts.query)))


def links(text: str) -> set[str]:
    found = (html.unescape(address) for address in re.findall(r'<a [^>]*href="([^"]+)"', text))
    return {urldefrag(address).url for address in found if address.startswith("/")}


@pytest.fixture(scope="module")
def crawled() -> dict[str, tuple[int, str]]:
    client = app().test_client()
    pages: dict[str, tuple[int, str]] = {}
    seen_shapes: Counter[str] = Counter()
    waiting = list(STARTS)
    while waiting:
        path = waiting.pop(0)
        if path in pages or len(pages) >= len(STARTS) + FURTHER:
            continue
        language = ("fi", "sv", "en")[len(pages) % 3]
        answer = client.get(path, headers=BROWSER | {"Accept-Language": language})
        pages[path] = (answer.status_code, answer.get_data(as_text=True))
        answer.close()
        for link in sorted(links(pages[path][1])):
            if not link.startswith(("/sparql", "/data/", "/dumps/")) and not seen_shapes[shape(link)]:
                seen_shapes[shape(link)] += 1
                waiting.append(link)
    return pages


def test_every_link_leads_somewhere(crawled: dict[str, tuple[int, str]]) -> None:
    client = app().test_client()
    pages, asked = known(), Counter[str]()
    for path, (status, text) in crawled.items():
        assert status == (404 if path == "/doc/project/kiertotalouslakso" else 200), path
        for link in sorted(links(text)):
            plain = urlsplit(link).path
            data = re.fullmatch(r"/data/(.+)\.\w+", plain)
            if (
                plain in pages
                or (status == 404 and plain == path)
                or (data and {f"/{data[1]}", f"/doc/{data[1]}"} & pages)
            ):
                continue
            kind = plain if plain.startswith("/sparql") else link
            asked[kind] += 1
            if asked[kind] > (40 if kind == "/sparql" else 1):
                continue
            answer = client.get(link, headers=BROWSER)
            answer.close()
            assert answer.status_code in (200, 303), f"{path} links to {link}: {answer.status_code}"


def test_pages_are_small_and_well_formed(crawled: dict[str, tuple[int, str]]) -> None:
    for path, (_, text) in crawled.items():
        assert len(text.encode()) <= 100 * 1024, f"{path}: {len(text.encode())}"
        assert text.count("<h1") == text.count("<main") == 1, path
        ids = re.findall(r' id="([^"]+)"', text)
        assert len(ids) == len(set(ids)), f"{path}: {[name for name, n in Counter(ids).items() if n > 1]}"
        for named in re.findall(r'aria-labelledby="([^"]+)"', text):
            assert set(named.split()) <= set(ids), f"{path}: {named}"
        assert " style=" not in re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL), path
        assert not re.search(r"<[a-z]+[^>]*\son\w+=", text), path
        tags = Counter(re.findall(r"<(/?(?:table|ul|ol|section|div|dl|tbody|nav|form|details))[\s>]", text))
        for name in {tag for tag in tags if not tag.startswith("/")}:
            assert tags[name] == tags["/" + name], f"{path}: <{name}>"
