// Keyboard for the attendance sheet, focus after errors, the narrow menu, the ribbon’s place.
// Every page works without this file.
"use strict";
(() => {
  const KEYS = { p: "present", a: "unjustified", j: "justified", r: "late" };
  const PAUSE = 1500;
  const NARROW = window.matchMedia("(max-width: 900px)");

  function focusErrors() {
    const summary = document.getElementById("erreurs");
    if (summary) summary.focus();
    return summary !== null;
  }

  function rowsOf(sheet) {
    return Array.from(sheet.querySelectorAll("tr[data-row]"));
  }

  function focusRow(row) {
    const chosen = row.querySelector("input[type=radio]:checked") || row.querySelector("input");
    if (chosen) chosen.focus();
  }

  function recount(sheet) {
    const zone = document.getElementById("decompte");
    if (!zone) return;
    const counts = new Map();
    for (const input of sheet.querySelectorAll("input[type=radio]:checked")) {
      const word = input.dataset.word;
      counts.set(word, (counts.get(word) || 0) + 1);
    }
    zone.textContent = Array.from(counts, ([word, count]) =>
      `${count} ${word}${count > 1 && !word.endsWith("s") && !word.includes(" ") ? "s" : ""}`).join(" · ");
  }

  // Digits typed one after the other name a row: « 1 » then « 5 » is the fifteenth.
  let typed = { digits: "", at: 0 };

  function numbered(rows, digit, now) {
    const going = now - typed.at < PAUSE && rows[Number(typed.digits + digit) - 1];
    typed = { digits: going ? typed.digits + digit : digit, at: now };
    return rows[Number(typed.digits) - 1];
  }

  function onKey(event) {
    const sheet = event.target.closest("form.sheet");
    if (!sheet || event.ctrlKey || event.metaKey || event.altKey) return;
    // A link or a button of the sheet keeps its own keys; so does a text being typed.
    if (!event.target.matches("input")) return;
    if (event.target.matches("input[type=text]") && event.key !== "Enter") return;
    const rows = rowsOf(sheet);
    const index = rows.indexOf(event.target.closest("tr[data-row]"));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = rows[index + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) { focusRow(next); event.preventDefault(); }
    } else if (event.key === "Enter") {
      event.preventDefault();
      sheet.requestSubmit();
    } else if (/^[0-9]$/.test(event.key)) {
      const row = numbered(rows, event.key, event.timeStamp);
      if (row) { focusRow(row); event.preventDefault(); }
    } else if (index >= 0 && KEYS[event.key.toLowerCase()]) {
      const input = rows[index].querySelector(`input[value=${KEYS[event.key.toLowerCase()]}]`);
      if (input) { input.checked = true; input.focus(); recount(sheet); event.preventDefault(); }
      typed.at = -PAUSE;
    }
  }

  function showToday() {
    for (const zone of document.querySelectorAll(".ribbon-zone")) {
      const line = zone.querySelector(".rb-today");
      if (!line || zone.scrollWidth <= zone.clientWidth) continue;
      const middle = zone.getBoundingClientRect().left + zone.clientWidth / 2;
      zone.scrollLeft += line.getBoundingClientRect().left - middle;
    }
  }

  function closeMenu(menu) {
    if (!menu || !menu.open || !NARROW.matches) return false;
    menu.open = false;
    return true;
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" ? event.target.closest("details.menu") : null;
    if (closeMenu(menu)) menu.querySelector("summary").focus();
  });
  document.addEventListener("change", (event) => {
    const sheet = event.target.closest("form.sheet");
    if (sheet) recount(sheet);
  });
  document.addEventListener("htmx:after:swap", focusErrors);
  document.addEventListener("DOMContentLoaded", () => {
    const menu = document.querySelector("details.menu");
    closeMenu(menu);
    // Made wide again with the menu closed, the page would have none.
    NARROW.addEventListener("change", () => { if (menu) menu.open = !NARROW.matches; });
    showToday();
    if (focusErrors()) return;
    const sheet = document.querySelector("form.sheet[data-autofocus]");
    if (sheet && rowsOf(sheet).length) focusRow(rowsOf(sheet)[0]);
  });
})();
