// Files in pieces: with progress, dragged or from the camera, several at once; goes on after a lost connection,
// also after the page was closed, when the same file is chosen again. Without this script the form sends the file whole.
(() => {
  "use strict";

  const form = document.querySelector("form[data-chunked]");
  if (!form) return;
  const text = form.dataset;
  const input = form.querySelector("input[type=file]");
  const token = form.elements.csrf_token.value;
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const list = make("ul", { className: "app-uploads" });

  class Refused extends Error {}

  // What cannot succeed by waiting is told; whatever else went wrong is tried again.
  async function call(url, options = {}) {
    const answer = await fetch(url, { ...options, headers: { "X-CSRFToken": token, Accept: "application/json", ...options.headers } });
    if (answer.redirected) throw new Refused(text.textSignedOut);
    if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
    const said = /json/.test(answer.headers.get("Content-Type") || "") ? await answer.json() : {};
    if (!answer.ok) throw Object.assign(new Refused(said.problem || text.textFailed), { status: answer.status });
    return said;
  }

  function pause(tries) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(30000, 1000 * 2 ** tries));
      addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
    });
  }

  async function patiently(work, row) {
    for (let tries = 0; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Refused) throw error;
        row.say(text.textLost, true);
        await pause(tries);
      }
    }
  }

  // The name of a file stays out of the browser's memory: only a fingerprint finds the begun upload again.
  async function fingerprint(file) {
    if (!crypto.subtle) return null;
    const facts = new TextEncoder().encode([text.chunked, file.name, file.size, file.lastModified].join("\n"));
    const digest = await crypto.subtle.digest("SHA-256", facts);
    return `upload-${[...new Uint8Array(digest)].slice(0, 12).map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  }

  async function begin(file, key) {
    const known = key && localStorage.getItem(key);
    if (known) {
      try {
        return { url: known, ...(await call(known)) };
      } catch (error) {
        if (!(error instanceof Refused) || !error.status) throw error;
        localStorage.removeItem(key); // taken in, given up or of another session
      }
    }
    const begun = await call(text.chunked, { method: "POST", body: new URLSearchParams({ size: file.size }) });
    if (key) localStorage.setItem(key, begun.url);
    return { received: 0, ...begun };
  }

  async function finish(file, upload, opId) {
    const data = new FormData(form);
    data.delete(input.name);
    data.set("op_id", opId);
    data.set("upload", upload.id);
    data.set("upload_name", file.name);
    // Not followed: the page it leads to shows its message once, and that is for the reader.
    const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual" });
    if (answer.type === "opaqueredirect") return; // sent before or now: the once-only key makes it one attachment
    if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const sentence = page.querySelector(".govuk-error-summary__list, .govuk-error-message");
    throw new Refused(sentence ? sentence.textContent.trim() : text.textFailed);
  }

  function rowFor(file) {
    const item = make("li", { className: "app-uploads__item" });
    const bar = make("progress", { max: file.size || 1, value: 0 });
    const state = make("span", { className: "app-uploads__state", textContent: text.textWaiting });
    bar.setAttribute("aria-label", file.name);
    state.setAttribute("role", "status");
    item.append(make("span", { className: "app-uploads__name", textContent: file.name }), bar, state);
    list.append(item);
    return {
      file, item, opId: crypto.randomUUID ? crypto.randomUUID() : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16)),
      say(message, bad = false) { state.textContent = message; item.classList.toggle("app-uploads__item--bad", bad); },
      show(bytes) { bar.value = bytes; this.say(fill(text.textSending, { percent: `${Math.floor((bytes / (file.size || 1)) * 100)}%` })); },
    };
  }

  async function send(row) {
    const { file } = row;
    if (input.dataset.maxBytes && file.size > Number(input.dataset.maxBytes)) throw new Refused(form.querySelector(`[data-upload-for="${input.id}"]`).dataset.textTooLarge);
    const key = await fingerprint(file);
    const upload = await patiently(() => begin(file, key), row);
    let received = upload.received;
    while (received < file.size) {
      row.show(received);
      const index = Math.floor(received / upload.piece);
      const body = file.slice(received, received + upload.piece);
      ({ received } = await patiently(() => call(`${upload.url}/${index}`, { method: "POST", body, headers: { "Content-Type": "application/octet-stream" } }), row));
    }
    row.show(received);
    row.say(text.textChecking);
    try {
      await patiently(() => finish(file, upload, row.opId), row);
    } finally {
      if (key) localStorage.removeItem(key);
    }
    row.say(text.textDone);
  }

  // The list of attachments is the server's to show. Not by reloading: that would send a refused form again.
  const showAnew = () => location.replace(location.pathname + location.search);

  async function attempt(row) {
    try {
      await send(row);
      return true;
    } catch (error) {
      row.say(error instanceof Refused ? error.message : text.textFailed, true);
      const again = make("button", { type: "button", className: "govuk-button govuk-button--secondary", textContent: text.textAgain });
      again.addEventListener("click", async () => { again.remove(); if (await attempt(row)) showAnew(); });
      row.item.append(again);
      return false;
    }
  }

  async function sendAll(files) {
    const rows = [...files].map(rowFor);
    let whole = rows.length > 0;
    for (const row of rows) whole = (await attempt(row)) && whole;
    input.value = "";
    if (whole) showAnew();
  }

  // Before the ordinary handler, which would send the form whole.
  addEventListener("submit", (event) => {
    if (event.target !== form || !input.files.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    sendAll(input.files);
  }, true);

  function start() {
    input.multiple = true;
    const hint = make("p", { className: "govuk-hint app-drop__hint", textContent: text.textDrop });
    input.closest(".govuk-form-group").append(hint);
    form.classList.add("app-drop");
    form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("app-drop--over"); });
    form.addEventListener("dragleave", () => form.classList.remove("app-drop--over"));
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("app-drop--over");
      sendAll(event.dataTransfer.files);
    });
    if (matchMedia("(pointer: coarse)").matches) {
      hint.remove();
      const camera = make("input", { type: "file", accept: "image/jpeg,image/png", hidden: true });
      camera.setAttribute("capture", "environment");
      const button = make("button", { type: "button", className: "govuk-button govuk-button--secondary app-camera", textContent: text.textCamera });
      button.addEventListener("click", () => camera.click());
      camera.addEventListener("change", () => sendAll(camera.files));
      form.append(button, camera);
    }
    form.append(list);
  }

  start();
})();
