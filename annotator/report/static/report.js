// Sorting, search, and the link between a claim and its source. Everything is there without it; this only helps.
"use strict";

const numberOf = (cell) => {
  const text = cell.dataset.sort ?? cell.textContent.trim();
  return text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text === "" ? null : text;
};

// What is not known goes last, whichever way.
const compare = (one, other, way) => {
  if (one === null || other === null) return (one === null) - (other === null);
  if (typeof one === "number" && typeof other === "number") return way * (one - other);
  return way * String(one).localeCompare(String(other), undefined, { numeric: true });
};

for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  table.querySelectorAll("thead th").forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const first = head.classList.contains("number") ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const next = head.getAttribute("aria-sort") === first ? other : first;
      table.querySelectorAll("th[aria-sort]").forEach((item) => item.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", next);
      const way = next === "ascending" ? 1 : -1;
      const rows = [...body.rows].map((row) => [numberOf(row.cells[column]), row]);
      rows.sort((one, two) => compare(one[0], two[0], way));
      body.append(...rows.map((pair) => pair[1]));
    });
  });
}

const search = document.getElementById("search");
if (search) {
  const rows = [...document.getElementById("article-table").tBodies[0].rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const found = document.getElementById("found");
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => texts[i].includes(word));
      count += !row.hidden;
    });
    found.textContent = words.length ? `${count} of ${rows.length} articles` : "";
  });
}

const linked = [...document.querySelectorAll("[data-sources]")];
const bySource = new Map();
for (const element of linked) {
  for (const id of element.dataset.sources.split(" ").filter(Boolean)) {
    if (!bySource.has(id)) bySource.set(id, []);
    bySource.get(id).push(element);
  }
}
const show = (event) => {
  const at = event.target.closest?.("[data-sources]");
  const ids = at ? at.dataset.sources.split(" ").filter(Boolean) : [];
  const wanted = new Set(ids.flatMap((id) => bySource.get(id)));
  for (const element of document.querySelectorAll(".linked")) if (!wanted.has(element)) element.classList.remove("linked");
  for (const element of wanted) element.classList.add("linked");
};
if (bySource.size) {
  document.addEventListener("mouseover", show);
  document.addEventListener("focusin", show);
}
