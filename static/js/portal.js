// Comfort on top of pages that work without it: every function finds its own elements by a data attribute.
// No inline code, no library. Texts come from the page, so that they are translated with it.
(() => {
  "use strict";

  const root = document.documentElement;
  const text = root.dataset;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  // --- numbers: integers of 1/10000, so that no sum is ever off by a fen
  const UNIT = 10000n;
  const DIGITS = "零壹贰叁肆伍陆柒捌玖";

  function parseNumber(input) {
    const plain = input.normalize("NFKC").replace(/[,\s元¥]/g, "");
    const found = /^(\d{1,15})(?:\.(\d{0,4}))?$/.exec(plain);
    return found ? BigInt(found[1]) * UNIT + BigInt((found[2] || "").padEnd(4, "0")) : null;
  }

  const toFen = (value) => (value + 50n) / 100n;

  function formatFen(fen) {
    const yuan = String(fen / 100n).replace(/\B(?=(\d{3})+$)/g, ",");
    return `${yuan}.${String(fen % 100n).padStart(2, "0")}`;
  }

  const UNITS = [[100000000n, "亿"], [10000n, "万"], [1000n, "仟"], [100n, "佰"], [10n, "拾"]];

  function capitalInteger(number) {
    const found = UNITS.find(([unit]) => number >= unit);
    if (!found) return DIGITS[Number(number)];
    const [unit, name] = found;
    const low = number % unit;
    return capitalInteger(number / unit) + name + (low > 0n && low < unit / 10n ? "零" : "") + (low ? capitalInteger(low) : "");
  }

  // The same words as the server writes (portal/core/capitals.py).
  function capitals(fen) {
    const yuan = fen / 100n;
    const jiao = Number((fen / 10n) % 10n);
    const last = Number(fen % 10n);
    let out = yuan || !(jiao || last) ? `${capitalInteger(yuan)}元` : "";
    if (!jiao && !last) return `${out}整`;
    if (yuan && (!jiao || yuan % 10n === 0n)) out += "零";
    if (jiao) out += `${DIGITS[jiao]}角`;
    if (last) out += `${DIGITS[last]}分`;
    return out;
  }

  function showCapitals(input) {
    const output = document.getElementById(input.dataset.capitals);
    const value = parseNumber(input.value);
    if (output) output.textContent = value === null ? "" : capitals(toFen(value));
  }

  // --- characters left
  function showCount(area) {
    const message = document.getElementById(area.dataset.count);
    if (!message) return;
    const left = Number(area.dataset.limit) - [...area.value].length;
    message.textContent = fill(left < 0 ? message.dataset.textOver : message.dataset.textLeft, { n: Math.abs(left) });
    message.classList.toggle("govuk-error-message", left < 0);
    message.classList.toggle("govuk-hint", left >= 0);
  }

  // --- time left by the server's clock
  const ahead = Date.parse(text.now) - Date.now();

  function showTimeLeft(element) {
    const seconds = Math.floor((Date.parse(element.dataset.deadline) - Date.now() - ahead) / 1000);
    const parts = { d: Math.floor(seconds / 86400), h: Math.floor(seconds / 3600) % 24, m: Math.floor(seconds / 60) % 60, s: seconds % 60 };
    const pattern = seconds <= 0 ? text.textOver : parts.d ? text.textDays : seconds >= 3600 ? text.textHours : text.textMinutes;
    element.textContent = fill(pattern, parts);
    element.classList.toggle("app-countdown__left--soon", seconds > 0 && seconds < 86400);
  }

  function startClocks() {
    const clocks = all("[data-deadline]");
    if (!clocks.length) return;
    const tick = () => clocks.forEach(showTimeLeft);
    tick();
    setInterval(tick, 1000);
  }

  // --- tables people write in
  function reindex(group) {
    const start = new RegExp(`(^|\\s)${group.dataset.rows}-\\d+-`, "g");
    all("[data-row]", group).forEach((row, index) => {
      all("[name], [id], [for], [aria-describedby]", row).forEach((element) => {
        for (const name of ["name", "id", "for", "aria-describedby"]) {
          const value = element.getAttribute(name);
          if (value) element.setAttribute(name, value.replace(start, `$1${group.dataset.rows}-${index}-`));
        }
      });
    });
  }

  function addRow(group) {
    const template = group.querySelector("[data-row-template]");
    const rows = all("[data-row]", group);
    if (!template || (group.dataset.max && rows.length >= Number(group.dataset.max))) return null;
    const row = template.content.querySelector("[data-row]").cloneNode(true);
    group.querySelector("[data-row-list]").append(row);
    all("button[hidden]", row).forEach((button) => { button.hidden = false; });
    reindex(group);
    return row;
  }

  function showSums(group) {
    const value = (row, column) => {
      const cell = row.querySelector(`[data-column="${column}"]`);
      return cell ? parseNumber("value" in cell ? cell.value : cell.textContent) : null;
    };
    const rows = all("[data-row]", group);
    for (const row of rows) {
      for (const output of all("[data-product]", row)) {
        const factors = output.dataset.product.split(",").map((column) => value(row, column));
        const known = factors.every((factor) => factor !== null);
        output.value = known ? formatFen(toFen(factors.reduce((product, factor) => (product * factor) / UNIT, UNIT))) : "";
      }
    }
    for (const output of all("[data-sum]", group)) {
      const total = rows.reduce((sum, row) => sum + (value(row, output.dataset.sum) || 0n), 0n);
      output.value = formatFen(toFen(total));
    }
    if (group.dataset.rows === "lines") showLimits(rows, value);
  }

  // How far the limits of a budget are used; the rules decide, with the same arithmetic.
  function showLimits(rows, value) {
    const fen = (row, column) => toFen(value(row, column) || 0n);
    const sum = (chosen, column) => chosen.reduce((total, row) => total + fen(row, column), 0n);
    const total = sum(rows, "amount");
    for (const item of all("[data-limit]")) {
      const { limitHead: head, limitShare: share, limitMost: most, limitText: pattern } = item.dataset;
      const used = head ? sum(rows.filter((row) => row.querySelector("select").value === head), "amount") : total - sum(rows, "own");
      const limit = share ? (total * BigInt(share) + 5000n) / 10000n : BigInt(most);
      const output = item.querySelector("output");
      if (!total) { output.value = output.defaultValue; continue; } // a share of nothing would read as a limit of 0.00
      output.value = fill(pattern, { sum: formatFen(used < 0n ? 0n : used), most: formatFen(limit) });
      item.classList.toggle("app-limit--over", used > limit);
    }
  }

  function changed(element) {
    element.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function pasteCells(event, group) {
    const copied = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
    const start = event.target.closest("[data-row]");
    if (!start || !/[\t\n]/.test(copied) || event.target.tagName === "TEXTAREA") return;
    event.preventDefault();
    const controls = (row) => all("input:not([type=hidden]), select, textarea", row);
    const first = controls(start).indexOf(event.target);
    let row = start;
    for (const line of copied.split("\n")) {
      row = row || addRow(group);
      if (!row) break;
      const cells = controls(row);
      line.split("\t").forEach((content, index) => {
        const cell = cells[first + index];
        if (!cell) return;
        const option = cell.tagName === "SELECT" && [...cell.options].find((one) => one.text.trim() === content.trim());
        cell.value = option ? option.value : content.trim();
      });
      row = row.nextElementSibling;
    }
    changed(event.target);
  }

  function startRows(group) {
    const adder = group.querySelector("[data-add-row]");
    const template = group.querySelector("[data-row-template]");
    adder.hidden = !template;
    all("[data-row] [data-remove-row]", group).forEach((button) => { button.hidden = false; });
    group.addEventListener("click", (event) => {
      const remover = event.target.closest("[data-remove-row]");
      if (remover) {
        remover.closest("[data-row]").remove();
        reindex(group);
        (template ? adder : group).focus();
        changed(group);
      } else if (event.target.closest("[data-add-row]")) {
        const row = addRow(group);
        if (row) row.querySelector("input:not([type=hidden]), select, textarea").focus();
        changed(group);
      }
    });
    group.addEventListener("paste", (event) => pasteCells(event, group));
    group.addEventListener("input", () => showSums(group));
    showSums(group);
  }

  // --- find in a table
  function startFind(table) {
    const input = make("input", { type: "search", className: "govuk-input app-table-find", placeholder: text.textFilter });
    input.setAttribute("aria-label", text.textFilter);
    table.parentElement.before(input);
    input.addEventListener("input", () => {
      const wanted = input.value.normalize("NFKC").trim().toLowerCase();
      for (const row of all("tbody tr", table)) row.hidden = !row.textContent.normalize("NFKC").toLowerCase().includes(wanted);
    });
  }

  // --- forms: sent once, saved while typing, never lost by leaving
  const dirty = new Set();

  function setSent(form, sent) {
    form.dataset.sent = sent ? "1" : "";
    // After this turn, or the value of the pressed button would be missing from what is sent.
    setTimeout(() => all("button", form).filter((button) => button.type === "submit").forEach((button) => { button.disabled = sent; }));
  }

  function fits(form) {
    return all("input[type=file][data-max-bytes]", form).every((input) => {
      const output = form.querySelector(`[data-upload-for="${input.id}"]`);
      const good = [...input.files].every((file) => file.size <= Number(input.dataset.maxBytes));
      if (output) {
        output.textContent = good ? "" : output.dataset.textTooLarge;
        output.classList.toggle("app-upload--bad", !good);
      }
      if (!good) input.focus();
      return good;
    });
  }

  // A form that was refused for something else keeps the files that were chosen.
  function chooseAgain(earlier) {
    const input = document.getElementById(earlier.id);
    if (!input || input.classList.contains("govuk-file-upload--error")) return;
    input.files = earlier.files;
    all(`[data-file-lost="${input.id}"]`).forEach((note) => note.remove());
  }

  // The answer is written into the page instead of asked for again: its messages are shown only once.
  function upload(form, submitter) {
    const data = new FormData(form);
    if (submitter && submitter.name) data.append(submitter.name, submitter.value);
    const output = form.querySelector("[data-upload-for]");
    const request = new XMLHttpRequest();
    const failed = () => { output.textContent = text.textUnsent; output.classList.add("app-upload--bad"); setSent(form, false); };
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) output.textContent = fill(text.textUploading, { percent: `${Math.floor((event.loaded / event.total) * 100)}%` });
    };
    request.onerror = failed;
    request.onload = () => {
      if (!/html/.test(request.getResponseHeader("Content-Type") || "")) { failed(); return; }
      history.pushState(null, "", request.responseURL);
      document.open();
      const chosen = all("input[type=file]", form).filter((input) => input.files.length);
      document.write(request.responseText);
      document.close();
      if (request.status === 422) chosen.forEach(chooseAgain);
      scrollTo(0, 0);
    };
    output.classList.remove("app-upload--bad");
    request.open("POST", (submitter && submitter.getAttribute("formaction")) || form.getAttribute("action") || location.href);
    request.send(data);
  }

  function onSubmit(event) {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent || !fits(form)) { event.preventDefault(); return; }
    dirty.delete(form);
    setSent(form, true);
    if (all("input[type=file]", form).some((input) => input.files.length && form.querySelector(`[data-upload-for="${input.id}"]`))) {
      event.preventDefault();
      upload(form, event.submitter);
    } else {
      setTimeout(() => setSent(form, false), 20000); // for answers that are downloads and leave the page as it is
    }
  }

  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  function startAutosave(form) {
    if (!form.querySelector("[data-autosave-status]")) {
      const status = make("p", { className: "app-autosave" });
      status.setAttribute("role", "status");
      status.dataset.autosaveStatus = "";
      form.append(status);
    }
    const places = all("[data-autosave-status]");
    let timer = 0;
    let running = false;
    let signedOut = false;
    const say = (message, bad = false) => places.forEach((place) => { place.textContent = message; place.classList.toggle("app-autosave--bad", bad); });
    const later = (delay) => { clearTimeout(timer); timer = setTimeout(save, delay); };

    // Who signs in again, in another tab, goes on here: the page takes over the token of the new session.
    async function renew() {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(answer.redirected ? "" : await answer.text(), "text/html");
      const token = page.querySelector("main [name=csrf_token]");
      if (token) all("[name=csrf_token]").forEach((input) => { input.value = token.value; });
      return !answer.redirected;
    }

    // Sending leaves the page, so we ask first whether anybody is there: who is offline or signed out keeps what was typed.
    async function sendWhenReached(submitter) {
      let reached = false;
      try { reached = await renew(); signedOut = !reached; } catch { /* offline */ }
      if (reached) {
        form.dataset.reached = "yes";
        form.requestSubmit(submitter || undefined);
        delete form.dataset.reached;
      } else {
        dirty.add(form);
        say(signedOut ? text.textSignedOut : text.textUnsaved, true);
        later(5000);
      }
    }

    async function save(leaving = false) {
      clearTimeout(timer);
      if (running || form.dataset.sent) { later(1000); return; }
      running = true;
      dirty.delete(form);
      say(text.textSaving);
      try {
        if (signedOut && !(await renew())) throw new Error("signed out");
        signedOut = false;
        const data = new FormData(form);
        for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
        data.set("op_id", uuid()); // each save is an act of its own; the form's own key is for sending it
        const answer = await fetch(form.dataset.autosave || form.action, { method: "POST", body: data, keepalive: leaving, headers: { "X-Autosave": "1", Accept: "application/json" } });
        signedOut = answer.redirected || answer.status === 400;
        if (signedOut || answer.status >= 500) throw new Error(answer.status);
        const saved = await answer.json();
        if (saved.problem) { dirty.add(form); say(saved.problem, true); return; } // refused for what was typed or for a newer version: trying again does not help
        if (!answer.ok) throw new Error(answer.status);
        if ("version" in saved && form.elements.version) form.elements.version.value = saved.version;
        for (const [name, version] of Object.entries(saved.versions || {})) form.elements[name].value = version;
        if (saved.unsaved) dirty.add(form);
        say([fill(text.textSaved, { time: saved.saved_at }), saved.unsaved, saved.over].filter(Boolean).join(" · "), Boolean(saved.unsaved || saved.over));
      } catch {
        dirty.add(form);
        say(signedOut ? text.textSignedOut : text.textUnsaved, true);
        later(5000);
      } finally {
        running = false;
      }
    }

    form.addEventListener("input", () => { dirty.add(form); later(2000); });
    form.addEventListener("submit", (event) => {
      if (form.dataset.reached) return;
      event.preventDefault();
      event.stopPropagation();
      sendWhenReached(event.submitter);
    });
    addEventListener("online", () => { if (dirty.has(form)) later(0); });
    document.addEventListener("visibilitychange", () => {
      if (dirty.has(form) && document.visibilityState === "hidden") save(true);
      else if (dirty.has(form)) later(0);
    });
    if (form.dataset.watch) setInterval(() => watch(form), 20000);
  }

  // Who else saved this page while it stands open.
  async function watch(form) {
    const note = document.querySelector("[data-watch-note]");
    if (!note || document.visibilityState === "hidden") return;
    try {
      const answer = await fetch(`${form.dataset.watch}?version=${form.elements.version.value}`);
      if (answer.ok && !answer.redirected) note.textContent = (await answer.json()).note;
    } catch { /* asked again soon */ }
  }

  // --- questions that hang on the answer to another
  function showAsked(form) {
    const given = new FormData(form);
    for (const box of all("[data-only-if]", form)) {
      const cause = form.querySelector(`[name="${box.dataset.onlyIf}"]`);
      const above = cause && cause.closest("[data-only-if]");
      if (cause) box.hidden = Boolean(above && above.hidden) || !given.getAll(cause.name).some((answer) => box.dataset.onlyAnswer.split("|").includes(answer));
    }
  }

  function startAsked(form) {
    form.addEventListener("change", () => showAsked(form));
    showAsked(form);
  }

  function startForms() {
    document.addEventListener("submit", onSubmit);
    all("form[data-autosave]").forEach(startAutosave);
    all("form[data-leave-warning]").forEach((form) => form.addEventListener("input", () => dirty.add(form)));
    all("input[type=file][data-max-bytes]").forEach((input) => input.addEventListener("change", () => fits(input.form)));
    addEventListener("beforeunload", (event) => { if (dirty.size) event.preventDefault(); });
    addEventListener("pageshow", () => all("form[data-sent='1']").forEach((form) => setSent(form, false)));
  }

  // --- marks: the running total, limits told at once, Enter leads to the next mark
  function showMarks(form) {
    let total = 0n;
    for (const input of all("[data-mark]", form)) {
      const { max, step, reason, points } = input.dataset;
      const note = document.getElementById(input.dataset.mark);
      const value = parseNumber(input.value);
      const limit = (number) => parseNumber(number);
      const wrong = input.value.trim() && (value === null || value > limit(max) || value % limit(step));
      const low = !wrong && value !== null && value < limit(reason);
      input.dataset.low = low ? "1" : "";
      if (value !== null && !wrong) total += (value * limit(points || max)) / limit(max); // raw marks count in points of the total
      note.textContent = wrong ? fill(form.dataset.textRange, { max, step }) : low ? fill(form.dataset.textReason, { reason }) : "";
      note.classList.toggle("app-mark__note--bad", Boolean(wrong));
    }
    const text = `${total / UNIT}.${String(total % UNIT).padStart(4, "0")}`.replace(/\.?0+$/, "");
    all("[data-marks-total]").forEach((output) => { output.textContent = text; });
  }

  function startMarks(form) {
    const inputs = all("[data-mark]", form);
    const reasonOf = (input) => input.closest(".app-mark").querySelector("textarea");
    form.addEventListener("input", () => showMarks(form));
    form.addEventListener("keydown", (event) => {
      const at = inputs.findIndex((input) => input === event.target || reasonOf(input) === event.target);
      const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (way && inputs[at] === event.target && inputs[at + way]) { event.preventDefault(); inputs[at + way].focus(); inputs[at + way].select(); return; }
      if (event.key === "Enter" && event.target.matches("[data-marks-done]")) sessionStorage.setItem("marks", "keys"); // the next sheet begins where the hands are
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || at < 0) return;
      event.preventDefault(); // Enter in the last field leads to the button, which locks with the next Enter
      const reason = reasonOf(inputs[at]);
      const asked = event.target !== reason && inputs[at].dataset.low && !reason.value.trim();
      const next = asked ? reason : inputs[at + 1] || form.querySelector("[data-marks-done]") || form.querySelector("button[type=submit]");
      next.focus();
      if (next.select) next.select();
    });
    showMarks(form);
    const done = form.querySelector("[data-marks-done]");
    if (done && sessionStorage.getItem("marks")) {
      sessionStorage.removeItem("marks");
      const first = inputs.find((input) => !input.value) || inputs[0];
      first.focus({ preventScroll: true });
    }
  }

  // --- small buttons
  function startPassword(button) {
    const input = document.getElementById(button.dataset.showPassword);
    const show = button.textContent;
    button.hidden = false;
    button.addEventListener("click", () => {
      const hidden = input.type === "password";
      input.type = hidden ? "text" : "password";
      button.textContent = hidden ? button.dataset.textHide : show;
    });
    if (input.form) input.form.addEventListener("submit", () => { input.type = "password"; });
  }

  function startCopy(button) {
    const source = document.getElementById(button.dataset.copy);
    if (!source) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent.trim());
      } catch { // without https there is no clipboard to write to
        getSelection().selectAllChildren(source);
        document.execCommand("copy");
      }
      button.textContent = button.dataset.textCopied;
    });
  }

  // --- a paper that a job still makes: look again after 3, 6, 12 … seconds, unless somebody types here
  function lookAgain() {
    const key = `look-again:${location.pathname}`;
    const times = Number(sessionStorage.getItem(key));
    if (!document.querySelector("[data-look-again]")) return sessionStorage.removeItem(key);
    if (times > 5) return;
    setTimeout(() => {
      if (document.activeElement !== document.body || dirty.size) return;
      sessionStorage.setItem(key, times + 1);
      location.reload();
    }, 3000 * 2 ** times);
  }

  // --- a code that came behind the # of a link, which no server sees until it is sent
  function takeHash(input) {
    const code = decodeURIComponent(location.hash.slice(1));
    if (!code || input.value) return;
    input.value = code;
    history.replaceState(null, "", location.pathname);
    input.form.requestSubmit();
  }

  function start() {
    document.addEventListener("input", ({ target }) => {
      if (target.dataset.capitals) showCapitals(target);
      if (target.dataset.count) showCount(target);
    });
    all("[data-capitals]").forEach(showCapitals);
    all("[data-count]").forEach(showCount);
    all("[data-show-password]").forEach(startPassword);
    all("[data-copy]").forEach(startCopy);
    all("[data-rows]").forEach(startRows);
    all("table[data-filterable]").forEach(startFind);
    all("form[data-marks]").forEach(startMarks);
    all("form:has([data-only-if])").forEach(startAsked);
    all("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => print()); });
    startForms();
    startClocks();
    lookAgain();
    const summary = document.querySelector("[data-error-summary]");
    if (summary) summary.focus();
    all("[data-from-hash]").forEach(takeHash);
  }

  start();
})();
