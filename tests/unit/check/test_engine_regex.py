from __future__ import annotations

import pytest

from ce_graph.check.regex import PatternError, compile_pattern

MATCHES = [
    (r"^a$", "", "a"), (r"^\w+$", "", "aäb9"), (r"^[a-z-[aeiou]]+$", "", "xyz"), (r"\p{Lu}\P{L}", "", "A1"),
    (r"^\i\c*$", "", "a-b:c"),
    ("a b", "x", "ab"), ("[ ]", "x", " "), ("a.b", "q", "a.b"), ("^b", "m", "a\nb"), ("a$", "m", "a\nb"),
    (r"(a)\1", "", "aa"),
    (r"[\d\-x]+", "", "-"), ("^[A-Z]{2}$", "i", "ab"), (r"\$", "", "$"), ("[a-]", "", "-"), (r"^\S$", "", "x"),
    ("a.b", "s", "a\nb"),
    (r"^[^\d]$", "", "x"), (r"^\p{IsBasicLatin}+$", "", "abc"), (r"^\P{IsBasicLatin}$", "", "ä"),
    ("^a{2,3}?$", "", "aa"), ("x|y", "", "y"),
    (r"^[\i-[:]][\c-[:]]*$", "", "name"), (r"^\d+$", "", "12٣"), ("^(?:ab)+$", "", "abab"),
    (r"\.\[\]\{\}\(\)\|\?\*\+\^", "", ".[]{}()|?*+^"),
    ("", "", ""), (r"^[\w.]+@[\w.]+$", "", "a.b@c.d"), (r"\n", "", "a\nb"), ("^.$", "", "\u2028"), (r"^\I$", "", "1"),
    (r"^\C$", "", " "),
    ("a+?b*?c??", "", "a"), (r"^\W$", "", "_"), ("^é$", "i", "É"),
]  # fmt: skip
NO_MATCHES = [
    (r"^a$", "", "a\n"), ("a.c", "", "a\rc"), ("a.c", "", "a\nc"), (r"^\w+$", "", "a_b"),
    (r"^[a-z-[aeiou]]+$", "", "xaz"), ("a.b", "q", "axb"),
    (r"^[^\s]+$", "", "a b"), (r"\s", "", "\u00a0"), (r"^\p{IsBasicLatin}+$", "", "ä"), (r"^[\i-[:]]$", "", ":"),
    ("^b", "", "a\nb"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "flags", "text"), MATCHES)
def test_matches(pattern: str, flags: str, text: str) -> None:
    assert compile_pattern(pattern, flags).search(text)


@pytest.mark.parametrize(("pattern", "flags", "text"), NO_MATCHES)
def test_does_not_match(pattern: str, flags: str, text: str) -> None:
    assert not compile_pattern(pattern, flags).search(text)


@pytest.mark.parametrize(
    "pattern",
    ["(?=a)", "(?<n>a)", "(?i)a", "a**", "a+{2}", "[", "(", ")", "*a", r"\q", "[z-a]", r"\p{Foo}", r"\p{IsNowhere}",
    r"\pL", "a{2", "[]",
     r"\2(a)", r"(\1)", "]", "}", "a{,2}", "[a[b]]", "[a-[b]c]", "\\", r"[\d-a]x[", "{2}"],
)  # fmt: skip
def test_what_is_no_regular_expression_of_xpath_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern)


def test_unknown_flags_are_refused() -> None:
    with pytest.raises(PatternError, match="'g'"):
        compile_pattern("a", "ig")
