// A failed script in an editor, its mistakes beside the lines they are in; sent again as a drop.

import { ask, element, say, toast, told, write } from "./say.js";

const dialog = document.getElementById("editor");
const text = document.getElementById("text");
const gutter = document.getElementById("gutter");
let job = null;

export async function edit(failed) {
  const answer = await fetch(`jobs/${failed.id}/source`).catch(() => null);
  if (!answer?.ok) {
    toast(answer ? await answer.text() : say("offline"));
    return;
  }
  job = failed;
  text.value = await answer.text();
  write(document.getElementById("editing"), say("editing", job.name));
  document.getElementById("mistakes").replaceChildren(...problemList(job.problems, show).children);
  document.getElementById("mistakes").className = "problems";
  number();
  dialog.showModal();
  show(job.problems.find((problem) => problem.line));
}

/** The mistakes of a job, each with its place and what to do. */
export function problemList(problems, onclick = () => {}) {
  const items = problems.map((problem) =>
    element(
      "li", { onclick: () => onclick(problem) },
      problem.place ? element("span", { class: "place" }, problem.place) : null,
      `${told(problem).what} `, element("span", { class: "remedy" }, told(problem).remedy),
    ),
  );
  return element("ul", { class: "problems" }, ...items);
}

function show(problem) {
  text.focus();
  if (!problem?.line) return;
  const rows = text.value.split("\n");
  const start = rows.slice(0, problem.line - 1).reduce((sum, row) => sum + row.length + 1, 0);
  text.setSelectionRange(start, start + (rows[problem.line - 1] ?? "").length);
  const height = parseFloat(getComputedStyle(text).lineHeight);
  text.scrollTop = Math.max(0, (problem.line - 5) * height);
}

function number() {
  const wrong = new Set(job.problems.map((problem) => problem.line));
  const rows = text.value.split("\n").map((_, at) => element(wrong.has(at + 1) ? "b" : "span", {}, String(at + 1)));
  gutter.replaceChildren(...rows.flatMap((row) => [row, "\n"]));
  gutter.scrollTop = text.scrollTop;
}

text.addEventListener("input", number);
text.addEventListener("scroll", () => { gutter.scrollTop = text.scrollTop; });
document.getElementById("send").addEventListener("click", async () => {
  if (await ask(`scripts?name=${encodeURIComponent(job.name)}`, text.value)) {
    dialog.close();
    toast(say("dropped", job.name));
  }
});
