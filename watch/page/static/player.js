// A finished job: its player, its files, its picture and its lines.

import { bytes, clock, element, moment, number, say, write } from "./say.js";

const SOUNDS = /\.(mp3|m4a|opus|wav|flac)$/;
const PLAY = "M8 5.5v13l11-6.5z";
const PAUSE = "M7 5h4v14H7zM13 5h4v14h-4z";
let playing = null;

/** The card of a finished job; it fetches what was made. */
export function doneCard(job) {
  const card = element("li", { class: "card", "data-job": job.id });
  const heading = element("div", { class: "name" }, job.name);
  if (job.ending === "duplicate") heading.append(element("span", { class: "chip" }, say("duplicate")));
  const meta = element("div", { class: "meta" }, summary(job));
  const body = element("div", { class: "grow" }, heading, meta);
  card.append(element("div", { class: "row" }, body, element("span", { class: "clock" }, moment(job.finished))));
  fill(card, body, job);
  return card;
}

function summary(job, main) {
  const parts = [];
  if (job.seconds) parts.push(clock(job.seconds));
  if (job.lines) parts.push(say("lines", job.lines));
  if (job.synthesised < job.lines) parts.push(say("spoken", job.synthesised));
  if (main?.loudness != null) parts.push(say("lufs", number(main.loudness, 1)));
  if (job.note) parts.push(job.note);
  return parts.join(" · ");
}

/** Adds the list of files to a card that has no player. */
export async function showFiles(card, job) {
  const made = await details(job);
  if (made?.files.length) card.append(more(job, made, null));
}

async function details(job) {
  const answer = await fetch(`jobs/${job.id}`).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

async function fill(card, body, job) {
  const made = await details(job);
  if (!made) return;
  if (!made.files.length) {
    body.append(element("div", { class: "meta" }, say("replaced")));
    return;
  }
  const main = made.files.find((file) => SOUNDS.test(file.name));
  const titled = made.title && made.title !== job.name.replace(/\.[^.]*$/, "");
  if (titled) write(body.querySelector(".name").firstChild, made.title);
  write(body.querySelector(".meta"), [...(titled ? [job.name] : []), summary(job, main)].join(" · "));
  const audio = main && addPlayer(card, body, job, main);
  card.append(more(job, made, audio));
}

const address = (job, file) =>
  `jobs/${job.id}/files/${file.name.split("/").map(encodeURIComponent).join("/")}`;

function addPlayer(card, body, job, main) {
  const audio = element("audio", { src: address(job, main), preload: "none" });
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.append(shape);
  const button = element("button", { class: "round", type: "button", onclick: () => (audio.paused ? audio.play() : audio.pause()) }, icon);
  const seek = element("input", {
    class: "seek", type: "range", min: 0, max: main.seconds ?? job.seconds, step: "any", value: 0,
    "aria-label": say("seek", job.name), oninput: () => { audio.currentTime = seek.value; },
  });
  const time = card.querySelector(".clock");
  const finished = time.textContent;
  const show = () => {
    shape.setAttribute("d", audio.paused ? PLAY : PAUSE);
    button.setAttribute("aria-label", say(audio.paused ? "play" : "pause", job.name));
    write(time, audio.currentTime ? `${clock(audio.currentTime)} / ${clock(seek.max)}` : finished);
  };
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, show);
  audio.addEventListener("play", () => {
    if (playing && playing !== audio) playing.pause();
    playing = audio;
  });
  audio.addEventListener("durationchange", () => {
    if (Number.isFinite(audio.duration)) seek.max = audio.duration;
  });
  audio.addEventListener("timeupdate", () => {
    seek.value = audio.currentTime;
    show();
  });
  card.querySelector(".row").prepend(button);
  body.append(seek, audio);
  show();
  return audio;
}

function more(job, made, audio) {
  const links = made.files.map((file) =>
    element("a", { href: address(job, file), download: true }, `${file.name} `, element("small", {}, bytes(file.bytes))),
  );
  const box = element("details", {}, element("summary", {}, say("files")), element("div", { class: "links" }, ...links));
  box.addEventListener("toggle", () => {
    if (!box.open || box.querySelector(".spoken")) return;
    const picture = made.files.find((file) => file.name.endsWith(".png"));
    if (picture) box.append(element("img", { class: "picture", alt: "", src: address(job, picture) }));
    box.append(made.spoken.length ? lines(made, audio) : sounds(job, made, audio));
  });
  return box;
}

/** The files of a list, each to be heard in the card's player. */
function sounds(job, made, audio) {
  const heard = audio ? made.files.filter((file) => SOUNDS.test(file.name)) : [];
  const buttons = heard.map((file) => {
    const begin = () => {
      for (const each of buttons) each.classList.toggle("now", each === button);
      audio.src = address(job, file);
      audio.play();
    };
    const button = element("button", { type: "button", onclick: begin }, element("span", {}, file.name));
    return button;
  });
  return element("ol", { class: "spoken" }, ...buttons.map((button) => element("li", {}, button)));
}

function lines(made, audio) {
  const list = element("ol", { class: "spoken" });
  const buttons = made.spoken.map((line) => {
    const begin = () => {
      audio.currentTime = line.start;
      audio.play();
    };
    return element(
      "button", { type: "button", onclick: audio ? begin : () => {} },
      element("span", { class: "clock" }, clock(line.start)), element("b", {}, line.speaker), element("span", {}, line.text),
    );
  });
  list.append(...buttons.map((button) => element("li", {}, button)));
  audio?.addEventListener("timeupdate", () => {
    const now = audio.currentTime;
    made.spoken.forEach((line, at) => buttons[at].classList.toggle("now", line.start <= now && now < line.end));
  });
  return list;
}
