// The page: asks for the state of things every second and shows what changed.

import { doneCard, showFiles } from "./player.js";
import { edit, problemList } from "./editor.js";
import { ask, bytes, clock, element, language, moment, number, say, speak, toast, write } from "./say.js";

const QUICK = 1000; // ms between two looks, while somebody looks
const SLOW = 10_000;
const MOST_BEADS = 160;
const byId = (id) => document.getElementById(id);
const cards = { running: new Map(), failed: new Map(), queue: new Map(), done: new Map() };
let state = null;
let tag = null;
let timer = null;

async function look() {
  clearTimeout(timer);
  try {
    const answer = await fetch("status.json", { headers: tag ? { "If-None-Match": tag } : {} });
    if (answer.status === 401) location.reload();
    if (answer.status === 200) {
      tag = answer.headers.get("ETag");
      state = await answer.json();
    } else if (answer.status !== 304) {
      throw new Error(String(answer.status));
    }
    show(true);
  } catch {
    tag = null;
    show(false);
  }
  timer = setTimeout(look, document.hidden ? SLOW : QUICK);
}

function show(connected) {
  showPill(connected);
  if (!state) return;
  showNotices(connected);
  showNumbers();
  write(byId("inbox"), state.inbox);
  list("running", state.running, runningCard, updateRunning);
  list("failed", state.failed, failedCard);
  list("queue", state.queue, queueRow, updateQueued);
  list("done", state.done, doneCard);
  byId("nothing").hidden = Object.values(state.counts).some(Boolean) || state.waiting > 0;
  const facts = [state.engine, say("since", moment(state.since))];
  if (state.hooks?.waiting) facts.push(say("hooksWaiting", state.hooks.waiting));
  if (state.hooks?.["given up"]) facts.push(say("hooksLost", state.hooks["given up"]));
  write(byId("facts"), facts.join(" · "));
  document.title = `${state.running.length ? "▶ " : ""}${say("title")} · GLM-TTS`;
}

function showPill(connected) {
  const kind = !connected ? "offline" : state.paused ? "paused" : "well";
  byId("state").className = `pill ${kind}`;
  const well = state?.watching === "poll" ? "watchingPoll" : "watchingEvents";
  write(byId("state"), say({ offline: "offlinePill", paused: "pausedPill", well }[kind]));
}

function showNotices(connected) {
  const notices = [];
  if (!connected) notices.push(["bad", say("offline")]);
  else if (state.paused) notices.push(["", `${say("paused")} ${state.paused}`]);
  const broken = state.settings?.problems ?? [];
  if (broken.length) notices.push(["bad", say("settingsBroken", state.settings.file), broken]);
  if (state.ignored.length) notices.push(["", say("ignoredFiles", state.ignored.join(", "))]);
  const key = JSON.stringify([language, notices]);
  if (byId("notices").dataset.key === key) return;
  byId("notices").dataset.key = key;
  byId("notices").replaceChildren(
    ...notices.map(([kind, text, problems]) =>
      element("div", { class: `notice ${kind}` }, text, problems ? problemList(problems) : null),
    ),
  );
}

function showNumbers() {
  const { counts, throughput, free, waiting } = state;
  const working = counts.running + counts.publishing;
  const shown = [
    ["waitingNumber", number(counts.queued), waiting ? say("settling", number(waiting)) : ""],
    ["runningNumber", number(working), ""],
    ["doneNumber", number(counts.done), ""],
    ["failedNumber", number(counts.failed), "", counts.failed ? "bad" : ""],
    ["hourNumber", clock(throughput.seconds), say("hourJobs", throughput.jobs)],
    ["diskNumber", free === null ? "–" : bytes(free), "", free !== null && free < state.low ? "bad" : ""],
  ];
  const box = byId("numbers");
  if (!box.children.length) {
    box.append(...shown.map(() => element("div", {}, element("dt"), element("dd", {}, element("span"), element("small")))));
  }
  shown.forEach(([word, value, more, kind = ""], at) => {
    const tile = box.children[at];
    tile.className = kind;
    write(tile.querySelector("dt"), say(word));
    write(tile.querySelector("span"), value);
    write(tile.querySelector("small"), more);
  });
}

/** Makes the section show these jobs in this order, keeping the cards that are there. */
function list(id, jobs, make, update = () => {}) {
  const known = cards[id];
  const box = byId(id).querySelector("ul, ol");
  for (const [job, card] of known) {
    if (!jobs.some((one) => one.id === job)) {
      card.remove();
      known.delete(job);
    }
  }
  jobs.forEach((job, at) => {
    if (!known.has(job.id)) known.set(job.id, make(job));
    const card = known.get(job.id);
    if (box.children[at] !== card) box.insertBefore(card, box.children[at] ?? null);
    update(card, job);
  });
  byId(id).hidden = jobs.length === 0;
}

const button = (word, onclick, kind = "quiet") => element("button", { type: "button", class: kind, onclick }, say(word));

const cancelButton = (job) =>
  button("cancel", async () => (await ask(`jobs/${job.id}/cancel`)) && toast(say("cancelled", job.name)) + look());

function runningCard(job) {
  const text = element("div", { class: "grow" }, element("div", { class: "name" }, job.name), element("div", { class: "meta" }));
  const row = element("div", { class: "row" }, text, element("span", { class: "clock" }), cancelButton(job));
  return element("li", { class: "card", "data-job": job.id }, row, element("div", { class: "steps" }));
}

function updateRunning(card, job) {
  write(card.querySelector(".meta"), phase(job));
  write(card.querySelector(".clock"), job.started ? clock(Date.now() / 1000 - job.started) : "");
  const steps = card.querySelector(".steps");
  const spoken = job.phase === "speak" || (job.lines > 0 && job.phase !== "");
  const total = job.phase === "speak" ? job.total : job.lines;
  const said = job.phase === "speak" ? job.done : job.lines;
  if (spoken && total <= MOST_BEADS) beads(steps, said, total, job.phase === "speak");
  else bar(steps, job.done, job.total);
}

function phase(job) {
  if (job.state === "publishing") return say("publishing");
  if (job.phase === "") return say("reading");
  if (job.phase === "speak") return `${say("speak")} · ${say("line", number(Math.min(job.done + 1, job.total)), number(job.total))}`;
  if (job.phase === "parts" || job.phase === "write") return say(job.phase);
  const share = job.total ? ` · ${Math.round((100 * job.done) / job.total)} %` : "";
  return say("making", job.phase.toUpperCase()) + share;
}

/** One bead for each line. */
function beads(box, said, total, speaking) {
  if (box.children.length !== total || !box.classList.contains("beads")) {
    box.className = "steps beads";
    box.replaceChildren(...Array.from({ length: total }, () => element("i")));
  }
  [...box.children].forEach((bead, at) => {
    bead.className = at < said ? "said" : at === said && speaking ? "now" : "";
  });
}

function bar(box, done, total) {
  let progress = box.querySelector("progress");
  if (!progress) {
    box.className = "steps";
    progress = element("progress");
    box.replaceChildren(progress);
  }
  if (total) {
    progress.max = total;
    progress.value = done;
  } else {
    progress.removeAttribute("value");
  }
}

function failedCard(job) {
  const meta = [say("endings")[job.ending] ?? job.ending, moment(job.finished)].join(" · ");
  const text = element("div", { class: "grow" }, element("div", { class: "name" }, job.name), element("div", { class: "meta" }, meta));
  const retry = button("retry", async () => (await ask(`jobs/${job.id}/retry`)) && toast(say("retried", job.name)) + look(), "");
  const buttons = element("div", { class: "buttons" }, button("edit", () => edit(job)), retry);
  const card = element("li", { class: "card", "data-job": job.id }, element("div", { class: "row" }, text, buttons), problemList(job.problems));
  if (job.ending === "partly") showFiles(card, job);
  return card;
}

function queueRow(job) {
  const name = element("span", { class: "grow name" }, job.name);
  if (job.priority !== "normal") name.append(element("span", { class: "chip warn" }, say(job.priority === "urgent" ? "prioUrgent" : "prioLow")));
  return element("li", { "data-job": job.id }, name, element("span", { class: "meta" }), cancelButton(job));
}

function updateQueued(row, job) {
  const again = job.attempts ? [say("tryNumber", job.attempts + 1)] : [];
  if (job.due) again.push(say("later", moment(job.due)));
  write(row.querySelector(".meta"), again.length ? again.join(" · ") : moment(job.arrived));
}

async function dropAll(files) {
  const urgent = byId("urgent").checked ? 1 : 0;
  for (const file of files) {
    const name = encodeURIComponent(file.name);
    if (await ask(`scripts?name=${name}&urgent=${urgent}`, file)) toast(say("dropped", file.name));
  }
  look();
}

function translate() {
  speak(language);
  for (const node of document.querySelectorAll("[data-word]")) write(node, say(node.dataset.word));
  const other = byId("language");
  other.textContent = say("other");
  other.lang = say("otherCode");
  for (const known of Object.values(cards)) {
    for (const card of known.values()) card.remove();
    known.clear();
  }
  if (state) show(true);
}

byId("language").addEventListener("click", () => {
  speak(say("otherCode"));
  localStorage.setItem("language", language);
  translate();
});
byId("files").addEventListener("change", (event) => {
  dropAll([...event.target.files]).then(() => { event.target.value = ""; });
});
for (const event of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(event, (happened) => {
    happened.preventDefault();
    byId("drop").classList.toggle("over", event === "dragover");
    if (event === "drop" && happened.dataTransfer.files.length) dropAll([...happened.dataTransfer.files]);
  });
}
document.addEventListener("visibilitychange", () => document.hidden || look());

translate();
look();
