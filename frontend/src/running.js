// Asks without leaving the page: the server makes the same page as ever, and its changed parts take the place of the old.

const REPLACED = ["#answer-area", "nav.languages"];
const LONGEST_ADDRESS = 30_000;

export function answerInPlace(form, editor, texts, prepare) {
  const button = form.querySelector("button[type=submit]");
  const status = document.getElementById("query-status");
  let running;
  let shown = location.href;

  /** Get a page and show what has changed; `loads`: it brings another query as well. */
  async function load(request, { loads = false, push = true } = {}) {
    running?.abort();
    const mine = (running = new AbortController());
    busy(true);
    try {
      const response = await fetch(request, { signal: mine.signal, headers: { Accept: "text/html", "Accept-Language": document.documentElement.lang } });
      if (!response.headers.get("Content-Type")?.startsWith("text/html")) throw new Error(response.statusText);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const address = request.method === "POST" ? location.href : response.url;
      if (push && address !== location.href) history.pushState(null, "", address);
      shown = location.href;
      show(page, loads);
    } catch (error) {
      if (error.name !== "AbortError") fail(texts.failed);
      else if (mine === running) status.textContent = texts.stopped;
    } finally {
      if (mine === running) busy((running = undefined));
    }
  }

  function busy(is) {
    button.textContent = is ? texts.stop : texts.run;
    document.getElementById("answer-area").setAttribute("aria-busy", Boolean(is));
    if (is) status.textContent = texts.running;
  }

  function show(page, loads) {
    for (const selector of REPLACED) {
      const fresh = page.querySelector(selector);
      if (fresh) document.querySelector(selector)?.replaceWith(document.adoptNode(fresh));
    }
    document.title = page.title;
    const asked = page.querySelector("form[data-texts]");
    if (loads && asked) editor.value = asked.elements.namedItem("query").defaultValue;
    const answer = document.getElementById("answer-area");
    tell(answer);
    status.textContent = [...answer.querySelectorAll("[role=alert] strong, #answer, #answer + .lead")].map((part) => part.textContent.trim()).join(": ");
    prepare(answer);
  }

  function tell(answer) {
    const fault = answer.querySelector("[data-line]");
    if (fault) editor.faults.told(Number(fault.dataset.line), fault.querySelector(".detail").textContent);
  }

  function fail(message) {
    const told = Object.assign(document.createElement("div"), { className: "error", textContent: message });
    told.setAttribute("role", "alert");
    document.getElementById("answer-area").replaceChildren(told);
    status.textContent = "";
  }

  /** What the browser would ask when a form is sent with a button; POST when the query is too long for an address. */
  function request(sent, submitter) {
    const fields = new URLSearchParams(new FormData(sent, submitter));
    fields.delete("format");
    const address = new URL(sent.action);
    for (const [name, value] of fields) address.searchParams.append(name, value);
    if (address.href.length <= LONGEST_ADDRESS) return new Request(address);
    return new Request(sent.action, { method: "POST", body: fields });
  }

  form.addEventListener("submit", (event) => {
    if (form.elements.namedItem("format").value !== "html") return; // the browser takes the file
    event.preventDefault();
    load(request(form));
  });
  document.getElementById("content").addEventListener("submit", async (event) => {
    if (event.target.id !== "answered" || event.submitter?.name !== "page") return;
    event.preventDefault();
    await load(request(event.target, event.submitter));
    document.getElementById("answer-area").scrollIntoView();
  });
  button.addEventListener("click", (event) => {
    if (!running) return;
    event.preventDefault();
    running.abort();
  });
  document.getElementById("content").addEventListener("click", async (event) => {
    const link = event.target.closest("#examples a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await load(new Request(link.href), { loads: true });
    document.getElementById("content").scrollIntoView();
  });
  addEventListener("popstate", () => {
    if (location.href.split("#")[0] === shown.split("#")[0]) return;
    load(new Request(location.href), { loads: true, push: false });
  });
  tell(document.getElementById("answer-area"));
}
