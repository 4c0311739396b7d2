// Tables that hold a whole answer sort by a column when its head is pressed.

export function sortable(part) {
  for (const head of part?.querySelectorAll("table.whole thead th") ?? []) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "sort" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(head));
  }
}

function sort(head) {
  const table = head.closest("table");
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const [body] = table.tBodies;
  const { compare } = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const rows = [...body.rows].map((row) => ({ row, text: row.cells[head.cellIndex].textContent.trim() }));
  const numbers = rows.every(({ text }) => text === "" || Number.isFinite(Number(text)));
  const order = numbers ? (a, b) => Number(a) - Number(b) : compare;
  // What has no value comes last, whichever way.
  rows.sort((a, b) => (a.text === "") - (b.text === "") || (down ? order(b.text, a.text) : order(a.text, b.text)));
  body.append(...rows.map(({ row }) => row));
}
