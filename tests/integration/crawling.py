"""The whole site as a crawler sees it: every page that a link leads to, its faults, and examples of each kind."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urldefrag, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

BROWSER = {"Accept": "text/html"}
LARGEST = 100 * 1024
_LANGUAGES = ("fi", "sv", "en")
_NAMED = ("/doc/", "/code/", "/graph/", "/dataset/")
_PAIRED = re.compile(r"<(/?(?:table|ul|ol|section|div|dl|tbody|nav|form|details))[\s>]")


def shape(address: str) -> str:
    """What an address looks like, its names left out."""
    parts = urlsplit(address)
    return "/".join(parts.path.split("/")[:3]) + "?" + "&".join(sorted(parse_qs(parts.query)))


def links(text: str) -> set[str]:
    """The addresses on this server that a page links to."""
    found = (html.unescape(address) for address in re.findall(r'<a [^>]*href="([^"]+)"', text))
    return {urldefrag(address).url for address in found if address.startswith("/")}


def faults(text: str) -> Iterator[str]:
    """What is wrong with a page by itself."""
    if len(text.encode()) > LARGEST:
        yield f"{len(text.encode())} bytes"
    if not text.count("<h1") == text.count("<main") == 1:
        yield "not one heading and one main part"
    ids = Counter(re.findall(r' id="([^"]+)"', text))
    yield from (f"two of id {name}" for name, n in ids.items() if n > 1)
    for named in re.findall(r'aria-labelledby="([^"]+)"', text):
        yield from (f"no id {name}" for name in set(named.split()) - set(ids))
    if " style=" in text:
        yield "a style attribute"
    if re.search(r"<[a-z]+[^>]*\son\w+=", text):
        yield "a script attribute"
    tags = Counter(_PAIRED.findall(text))
    yield from (f"<{tag}> is not closed" for tag in tags if tag[0] != "/" and tags[tag] != tags["/" + tag])


class Site:
    """All pages from a start on; queries and files are only collected: ``queries`` and ``files``, one a shape."""

    def __init__(self, client: FlaskClient) -> None:
        self.statuses: dict[str, int] = {}
        self.faults: list[str] = []
        self.queries: dict[str, str] = {}
        """Query → the page that leads to it."""
        self.files: dict[str, str] = {}
        """Shape of a file's address → the address."""
        self.examples: dict[str, str] = {}
        """Shape and language → the text of the first page of that shape."""
        self._client = client

    def crawl(self, start: str) -> None:
        """Follow every link, each page in the next of the three languages."""
        waiting, seen = [(start, "")], {start}
        while waiting:
            address, before = waiting.pop()
            language = _LANGUAGES[len(self.statuses) % 3]
            answer = self._client.get(address, headers=BROWSER | {"Accept-Language": language}, follow_redirects=True)
            self.statuses[address] = answer.status_code
            text = answer.get_data(as_text=True) if (answer.content_type or "").startswith("text/html") else ""
            answer.close()
            if answer.status_code != 200:
                self.faults.append(f"{before} links to {address}: {answer.status_code}")
            elif text:
                self.faults += [f"{address}: {fault}" for fault in faults(text)]
                self.examples.setdefault(f"{shape(address)} {language}", text)
            for link in links(text) - seen:
                seen.add(link)
                if self._is_page(link, address):
                    waiting.append((link, address))

    def _is_page(self, link: str, page: str) -> bool:
        parts = urlsplit(link)
        asked = parse_qs(parts.query)
        if parts.path == "/sparql" and "query" in asked:
            self.queries.setdefault(asked["query"][0], page)
            return False
        if parts.path.startswith(("/data/", "/dumps/")) or "format" in asked or "." in parts.path.rpartition("/")[2]:
            self.files.setdefault(f"{shape(link)} {parts.path.rpartition('.')[2][-5:]} {asked.get('format')}", link)
        if "format" in asked or "lang" in asked:
            return False
        # A dot may be part of a thing's name: /code/nace-2.1/38.32
        return parts.path.startswith(_NAMED) or "." not in parts.path
