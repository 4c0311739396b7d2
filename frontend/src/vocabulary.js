// The prefixes, classes and properties of the data, and which of them fit what has been typed.

const MOST = 50;

export class Vocabulary {
  /** Prefixes are known at once; the terms are asked for when they are first needed. */
  constructor(prefixes, address) {
    this.prefixes = prefixes;
    this.address = address;
  }

  /** All terms; none when they cannot be had, since writing goes on without them. */
  terms() {
    this.asked ??= fetch(this.address, { headers: { Accept: "application/json" } })
      .then((response) => (response.ok ? response.json() : Promise.reject(response.status)))
      .then(({ classes, properties }) => ({ classes: classes.map(this.named, this), properties: properties.map(this.named, this) }))
      .catch(() => {
        this.asked = undefined;
        return { classes: [], properties: [] };
      });
    return this.asked;
  }

  /** A term with its prefixed name, where a prefix fits, and with what it can be found by. */
  named(term) {
    const [prefix, start] = Object.entries(this.prefixes)
      .filter(([, start]) => term.iri.startsWith(start))
      .reduce((best, one) => (one[1].length > best[1].length ? one : best), ["", ""]);
    const local = term.iri.slice(start.length);
    const short = start && /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(local) ? { prefix, local } : undefined;
    return { ...term, short, key: (short ? local : term.iri.replace(/.*[/#]/, "")).toLowerCase(), name: term.label.toLowerCase() };
  }

  /** The terms of a kind that fit: by prefixed name or IRI first, then by a part of the name or of the label. */
  async fitting(kind, typed, declared) {
    const wanted = typed.replace(/^</, "").replace(/>$/, "");
    const place = ({ iri, short, key, name }) => {
      if (!wanted) return 0;
      const colon = wanted.indexOf(":");
      const start = colon >= 0 ? (declared[wanted.slice(0, colon)] ?? this.prefixes[wanted.slice(0, colon)]) : undefined;
      const [rest, inside] = start ? [wanted.slice(colon + 1).toLowerCase(), iri.startsWith(start)] : [wanted.toLowerCase(), true];
      if (short && `${short.prefix}:${short.local}`.toLowerCase().startsWith(wanted.toLowerCase())) return 0;
      if (iri.startsWith(wanted) || (inside && key.startsWith(rest))) return 1;
      if (inside && name.startsWith(rest)) return 2;
      return inside && (key.includes(rest) || name.includes(rest)) ? 3 : undefined;
    };
    return (await this.terms())[kind]
      .map((term) => ({ term, place: place(term) }))
      .filter((one) => one.place !== undefined)
      .sort((a, b) => a.place - b.place || (b.term.uses ?? 0) - (a.term.uses ?? 0))
      .slice(0, MOST)
      .map((one) => one.term);
  }
}
