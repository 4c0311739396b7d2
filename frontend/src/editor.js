// YASQE in the place of the text area: the same size, the same text, and the area is still what the form sends.
import { Yasqe } from "@zazuko/yasqe";
import { completeWhileTyping, registerCompleters } from "./completion.js";

const EXPECTED = 8;

export function openEditor(form, texts, vocabulary) {
  const area = form.elements.namedItem("query");
  const note = document.getElementById("query-note");
  registerCompleters(vocabulary, document.documentElement.lang);
  const run = () => form.requestSubmit();
  const yasqe = new Yasqe(area.parentElement, {
    value: area.value,
    editorHeight: `${area.offsetHeight}px`,
    inputStyle: "contenteditable", // what assistive technology reads best
    screenReaderLabel: texts.query,
    autocompleters: ["variables", "prefixes", "property", "class"],
    extraKeys: { "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-S": false, Tab: false, "Shift-Tab": false },
    syntaxErrorCheck: false, // ours speaks the reader's language
    resizeable: false, // the style sheet does it
    showQueryButton: false, // the form has one
    createShareableLink: null,
    consumeShareLink: null,
    persistenceId: null,
    requestConfig: { endpoint: form.action },
  });
  area.hidden = true;
  yasqe.showNotification = () => {}; // the note says it
  prepare(yasqe, texts);
  completeWhileTyping(yasqe);

  const faults = new Faults(yasqe, note, texts);
  yasqe.checkSyntax = () => faults.check();
  yasqe.on("change", () => (area.value = yasqe.getValue()));
  yasqe.on("focus", () => vocabulary.terms());
  new ResizeObserver(() => yasqe.refresh()).observe(yasqe.getWrapperElement());
  document.querySelector(`label[for="${area.id}"]`)?.addEventListener("click", () => yasqe.focus());

  return {
    get value() {
      return yasqe.getValue();
    },
    set value(text) {
      if (text !== yasqe.getValue()) yasqe.setValue(text);
    },
    faults,
  };
}

/** What CodeMirror leaves out for those who do not see the editor. */
function prepare(yasqe, texts) {
  const field = yasqe.getInputField();
  for (const [name, value] of Object.entries({ role: "textbox", "aria-multiline": "true", "aria-describedby": "query-note" })) {
    field.setAttribute(name, value);
  }
  yasqe.on("autocompletionShown", (_, widget) => {
    widget.hints.removeAttribute("aria-expanded"); // a list box has none
    widget.hints.setAttribute("aria-label", texts.suggestions);
    widget.hints.tabIndex = 0; // it scrolls
  });
}

/** Marks the line that is not SPARQL, and says why in the note below the editor. */
class Faults {
  constructor(yasqe, note, texts) {
    Object.assign(this, { yasqe, note, texts, help: note?.textContent ?? "" });
  }

  /** By the editor's own grammar, line by line. */
  check() {
    const doc = this.yasqe.getDoc();
    for (let line = 0; line < doc.lineCount(); line++) {
      const { state } = this.yasqe.getTokenAt({ line, ch: doc.getLine(line).length }, true);
      this.yasqe.setOption("queryType", state.queryType);
      if (!state.OK) return this.show(line, state.errorMsg ? this.texts.wrong : this.expected(state.possibleCurrent ?? []));
    }
    this.clear();
  }

  expected(tokens) {
    if (!tokens.length) return this.texts.wrong;
    const more = tokens.length > EXPECTED ? " …" : "";
    return `${this.texts.wrong} ${this.texts.expected} ${tokens.slice(0, EXPECTED).join("  ")}${more}`;
  }

  show(line, message) {
    this.mark(line, message);
    this.say(`${this.texts.line.replace("%(line)s", line + 1)}: ${message}`);
  }

  mark(line, message) {
    this.clear();
    const mark = Object.assign(document.createElement("span"), { className: "fault", textContent: "!", title: message });
    this.yasqe.setGutterMarker(line, "gutterErrorBar", mark);
  }

  clear() {
    this.yasqe.clearGutter("gutterErrorBar");
    this.say(this.help);
  }

  say(text) {
    if (this.note && this.note.textContent !== text) this.note.textContent = text;
  }

  /** By the service, whose answer says the same in words. */
  told(line, message) {
    if (!(line >= 1 && line <= this.yasqe.getDoc().lineCount())) return;
    this.mark(line - 1, message);
    this.yasqe.scrollIntoView({ line: line - 1, ch: 0 }, 40);
  }
}
