// What the editor offers while a query is written: prefixes, and the classes and properties that the data use.
import { Yasqe } from "@zazuko/yasqe";

/** Make YASQE complete from a vocabulary; nothing is kept in the browser. */
export function registerCompleters(vocabulary, locale) {
  Yasqe.forkAutocompleter("prefixes", {
    name: "prefixes",
    persistenceId: null,
    get: () => Object.entries(vocabulary.prefixes).map(([name, iri]) => `${name}: <${iri}>`).sort(),
  }, false);
  Yasqe.registerAutocompleter(completer("property", "properties", vocabulary, locale, isPropertyHere), false);
  Yasqe.registerAutocompleter(completer("class", "classes", vocabulary, locale, isClassHere), false);
}

/** Offer terms while they are typed, not only when they are asked for. */
export function completeWhileTyping(yasqe) {
  yasqe.on("inputRead", (_, { text }) => {
    if (yasqe.state.completionActive || !/[\p{L}\p{N}:_-]$/u.test(text[0])) return;
    for (const name of ["property", "class"]) yasqe.autocompleters[name]?.autocomplete(false);
  });
}

function isPropertyHere(yasqe) {
  const token = yasqe.getCompleteToken();
  return !/^[?$"']/.test(token.string) && token.state.possibleCurrent.includes("a");
}

function isClassHere(yasqe) {
  const token = yasqe.getCompleteToken();
  const before = yasqe.getPreviousNonWsToken(yasqe.getDoc().getCursor().line, token);
  return !/^[?$"']/.test(token.string) && ["a", "rdf:type"].includes(before?.state?.lastProperty);
}

function completer(name, kind, vocabulary, locale, isValidCompletionPosition) {
  const numbers = new Intl.NumberFormat(locale);
  const offered = new Map(); // by what is written for them
  return {
    name,
    bulk: false,
    isValidCompletionPosition,
    get: (yasqe, token) => vocabulary.fitting(kind, token.string.trim(), yasqe.getPrefixesFromQuery()),
    postProcessSuggestion: (yasqe, _, term) => {
      const text = written(term, yasqe.getPrefixesFromQuery());
      offered.set(text, term);
      return text;
    },
    postprocessHints: (yasqe, hints) => hints.map((hint) => complete(yasqe, hint, offered.get(hint.text), numbers)),
  };
}

/** A term as the query can say it: by a prefix that it declares, else by one that can be added, else in full. */
function written({ iri, short }, declared) {
  if (short && (declared[short.prefix] ?? iri).startsWith(iri.slice(0, -short.local.length))) return `${short.prefix}:${short.local}`;
  return `<${iri}>`;
}

function complete(yasqe, hint, term, numbers) {
  const cursor = yasqe.getDoc().getCursor();
  const empty = !yasqe.getCompleteToken().string.trim();
  return {
    ...hint,
    ...(empty ? { from: cursor, to: cursor } : {}),
    render: (item) => {
      const about = document.createElement("small");
      about.textContent = [term.label, term.uses == null ? "" : numbers.format(term.uses)].filter(Boolean).join(" · ");
      item.append(hint.text, " ", about);
    },
    hint: (_, data, chosen) => {
      yasqe.getDoc().replaceRange(chosen.text, chosen.from ?? data.from, chosen.to ?? data.to, "complete");
      const { prefix } = term.short ?? {};
      if (prefix && chosen.text.startsWith(`${prefix}:`)) yasqe.addPrefixes({ [prefix]: term.iri.slice(0, -term.short.local.length) });
    },
  };
}
