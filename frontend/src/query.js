// The query page with script: an editor over the plain form, answers in place, tables that sort.
import { openEditor } from "./editor.js";
import { answerInPlace } from "./running.js";
import { sortable } from "./sorting.js";
import { Vocabulary } from "./vocabulary.js";

const form = document.querySelector("form[data-texts]");
if (form) {
  const texts = JSON.parse(form.dataset.texts);
  const vocabulary = new Vocabulary(JSON.parse(form.dataset.prefixes), form.dataset.terms);
  const editor = openEditor(form, texts, vocabulary);
  answerInPlace(form, editor, texts, sortable);
  sortable(document.getElementById("answer-area"));
}
