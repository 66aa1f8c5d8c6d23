// Makes the commitment for a draw in the browser: the string never leaves it before it is revealed.
(() => {
  "use strict";

  const TAG = "venture-portal/draw/witness/1";
  const LEAST = 12;
  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const place = (box) => `draw-${box.dataset.draw}-${box.dataset.role}`;

  // The same bytes as portal/panels/rules/draw.py: a JSON list of strings and one number without spaces.
  async function commitment(box, line) {
    const promise = JSON.stringify([TAG, box.dataset.tender, Number(box.dataset.number), box.dataset.role, line]);
    return hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(promise)));
  }

  async function make(box, maker) {
    const words = maker.querySelector("input").value.normalize("NFC").replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "").trim();
    const short = [...words].length < LEAST;
    maker.querySelector("[data-too-short]").hidden = !short;
    if (short) return;
    const line = `${words} #${hex(crypto.getRandomValues(new Uint8Array(16)))}`;
    box.querySelector("[data-commitment]").value = await commitment(box, line);
    maker.querySelector("[data-line]").textContent = line;
    maker.querySelector("[data-line-shown]").hidden = false;
    localStorage.setItem(place(box), line);
  }

  document.querySelectorAll("[data-draw]").forEach((box) => {
    const maker = box.querySelector("[data-maker]");
    if (maker && window.crypto && crypto.subtle) {
      maker.hidden = false;
      maker.querySelector("[data-make]").addEventListener("click", () => make(box, maker));
    }
    const kept = box.querySelector("[data-kept]");
    if (kept && !kept.value) kept.value = localStorage.getItem(place(box)) || "";
  });
})();
