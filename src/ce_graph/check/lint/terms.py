"""Finds misspelt terms of SHACL: an engine passes over what it does not know, and then checks less than was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import pyoxigraph as ox

from ce_graph.check.lint.statements import SH, Statement, Statements

_WORDS = """
AbstractResult AndConstraintComponent BlankNode BlankNodeOrIRI BlankNodeOrLiteral ClassConstraintComponent
ClosedConstraintComponent ConstraintComponent DatatypeConstraintComponent DisjointConstraintComponent
EqualsConstraintComponent ExpressionConstraintComponent Function HasValueConstraintComponent IRI IRIOrLiteral
InConstraintComponent Info JSConstraint JSConstraintComponent JSExecutable JSFunction JSLibrary JSRule JSTarget
JSTargetType JSValidator LanguageInConstraintComponent LessThanConstraintComponent
LessThanOrEqualsConstraintComponent Literal MaxCountConstraintComponent MaxExclusiveConstraintComponent
MaxInclusiveConstraintComponent MaxLengthConstraintComponent MinCountConstraintComponent
MinExclusiveConstraintComponent MinInclusiveConstraintComponent MinLengthConstraintComponent
NodeConstraintComponent NodeKind NodeKindConstraintComponent NodeShape NotConstraintComponent
OrConstraintComponent Parameter Parameterizable PatternConstraintComponent PrefixDeclaration
PropertyConstraintComponent PropertyGroup PropertyShape QualifiedMaxCountConstraintComponent
QualifiedMinCountConstraintComponent ResultAnnotation Rule SPARQLAskExecutable SPARQLAskValidator
SPARQLConstraint SPARQLConstraintComponent SPARQLConstructExecutable SPARQLExecutable SPARQLFunction SPARQLRule
SPARQLSelectExecutable SPARQLSelectValidator SPARQLTarget SPARQLTargetType SPARQLUpdateExecutable Severity Shape
Target TargetType TripleRule UniqueLangConstraintComponent ValidationReport ValidationResult Validator Violation
Warning XoneConstraintComponent alternativePath and annotationProperty annotationValue annotationVarName ask class
closed condition conforms construct datatype deactivated declare defaultValue description detail disjoint entailment
equals expression filterShape flags focusNode group hasValue ignoredProperties in intersection inversePath js
jsFunctionName jsLibrary jsLibraryURL labelTemplate languageIn lessThan lessThanOrEquals maxCount maxExclusive
maxInclusive maxLength message minCount minExclusive minInclusive minLength name namespace node nodeKind
nodeValidator nodes not object oneOrMorePath optional or order parameter path pattern predicate prefix prefixes
property propertyValidator qualifiedMaxCount qualifiedMinCount qualifiedValueShape qualifiedValueShapesDisjoint
result resultAnnotation resultMessage resultPath resultSeverity returnType rule select severity shapesGraph
shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape sparql subject suggestedShapesGraph
target targetClass targetNode targetObjectsOf targetSubjectsOf this union uniqueLang update validator value xone
zeroOrMorePath zeroOrOnePath
desc distinct else exists groupConcat if limit minus offset orderBy then
"""
TERMS = frozenset(_WORDS.split())
"""Local names of SHACL Core, SHACL-SPARQL, SHACL Advanced Features and SHACL JavaScript."""

_NEARLY = (
    "https://www.w3.org/ns/shacl#", "http://www.w3.org/ns/shacl/", "http://www.w3.org/ns/shacl",
    "http://w3.org/ns/shacl#", "http://www.w3.org/ns/SHACL#", "http://www.w3.org/shacl#", "http://www.w3.org/ns/shaql#",
)  # fmt: skip


def misspelt(statements: Statements) -> Iterator[tuple[Statement, str, str, str]]:
    """Yield each statement with an unknown term, the part it stands in, the term and the likely one (or ``""``)."""
    for item in statements:
        for part, iri in (
            ("subject", _iri(item.subject)),
            ("predicate", item.predicate),
            ("object", _iri(item.object)),
        ):
            if iri.startswith(SH):
                name = iri[len(SH) :]
                if name and name not in TERMS:
                    yield item, part, f"sh:{name}", _likely(name, classes=part != "predicate")
            elif any(iri.startswith(wrong) and iri != "http://www.w3.org/ns/shacl" for wrong in _NEARLY):
                name = next(iri[len(wrong) :] for wrong in _NEARLY if iri.startswith(wrong))
                if name in TERMS:
                    yield item, part, iri, f"<{SH}{name}>"


def _likely(name: str, *, classes: bool) -> str:
    same_kind = sorted(term for term in TERMS if classes or not term[0].isupper())
    near = [term for term in same_kind if term.lower() == name.lower()]
    near = near or difflib.get_close_matches(name, same_kind, 1, 0.7)
    return f"sh:{near[0]}" if near else ""


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""
