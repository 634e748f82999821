"use strict";
// The data of one episode -> a page to hear and judge it on. Nothing is fetched; all text from the
// script is set as text. Layout is read when the window changes, never while something plays.

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

// ---------------------------------------------------------------------------------- words

const WORDS = {
  en: {
    other: "中文", player: "Player", play: "Play", pause: "Pause", position: "Position", filters: "Filters",
    search: "Search", single: "one line", readings: "Readings", none: "No line is like that.",
    lines: (n) => `${n} line${n === 1 ? "" : "s"}`, voices: (n) => `${n} voice${n === 1 ? "" : "s"}`,
    doubtful: (n) => `Doubtful ${n}`, alternatives: (n) => `Alternatives ${n}`,
    doubts: (n) => `${n} doubtful reading${n === 1 ? "" : "s"}`,
    differ: (a, b) => `dictionaries say ${a}, the network says ${b}.`, guess: "this reading is a guess.",
    settle: (marks) => ` Write ${marks.join(" or ")} to settle it.`,
    again: "Ask for other takes", hear: (n) => `Hear line ${n}`, take: (n) => `Take ${n}`, use: "use", used: "used",
    written: (n) => `The script itself says take ${n}.`,
    picked: (n, file) => `${n} choice${n === 1 ? "" : "s"} to keep. Run this${file ? ", or save the file beside the script" : ""}:`,
    wanted: (n) => `Other takes of ${n} line${n === 1 ? "" : "s"}. Run this:`,
    copy: "Copy", copied: "Copied", save: (file) => `Save ${file}`,
    keys: [["Space", "play, pause"], ["↑ ↓", "line before, after"], ["← →", "5 seconds"], ["1 – 9", "hear a take"],
      ["Shift 1 – 9", "choose it"], ["R", "other takes"], ["D", "doubtful only"], ["/", "search"]],
  },
  zh: {
    other: "English", player: "播放器", play: "播放", pause: "暂停", position: "位置", filters: "筛选",
    search: "搜索", single: "单句", readings: "读音", none: "没有这样的句子。",
    lines: (n) => `${n} 句`, voices: (n) => `${n} 位说话人`,
    doubtful: (n) => `存疑 ${n}`, alternatives: (n) => `备选 ${n}`,
    doubts: (n) => `${n} 处读音存疑`,
    differ: (a, b) => `词典读 ${a}，模型读 ${b}。`, guess: "这个读音是猜的。",
    settle: (marks) => `写成 ${marks.join(" 或 ")} 就定了。`,
    again: "想要别的版本", hear: (n) => `听第 ${n} 句`, take: (n) => `版本 ${n}`, use: "选用", used: "已选用",
    written: (n) => `脚本里写明了用版本 ${n}。`,
    picked: (n, file) => `有 ${n} 处选择待保存。运行下面的命令${file ? "，或把文件存到脚本旁边" : ""}：`,
    wanted: (n) => `有 ${n} 句想要别的版本。运行：`,
    copy: "复制", copied: "已复制", save: (file) => `保存 ${file}`,
    keys: [["空格", "播放、暂停"], ["↑ ↓", "上一句、下一句"], ["← →", "5 秒"], ["1 – 9", "听某个版本"],
      ["Shift 1 – 9", "选用它"], ["R", "想要别的版本"], ["D", "只看存疑"], ["/", "搜索"]],
  },
};
let language = /^zh/i.test(location.hash.slice(1) || navigator.language) ? "zh" : "en";
let words = WORDS[language];

// ---------------------------------------------------------------------------------- pieces

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const HUES = [212, 22, 158, 282, 42, 338, 186, 96];
const voices = new Map(data.speakers.map((name, i) => [name, HUES[i] ?? (i * 137.5) % 360]));
const dark = matchMedia("(prefers-color-scheme: dark)");
const colour = (name, light) => `hsl(${voices.get(name)} 62% ${light})`;

function clock(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  const tail = `${String(s % 60).padStart(2, "0")}`;
  return h ? `${h}:${String(m).padStart(2, "0")}:${tail}` : `${m}:${tail}`;
}

const plainOf = (runs) => runs.map((run) => (typeof run === "string" ? run : Array.isArray(run) ? run[0] : "")).join("");
const doubtsOf = (runs) => runs.filter((run) => Array.isArray(run) && run[2]).length;

// ---------------------------------------------------------------------------------- lines

const audio = byId("audio");
const sampler = new Audio(); // plays alternatives
const lines = data.lines.map((line) => ({
  ...line, words_: line.words, text: plainOf(line.runs), doubts: doubtsOf(line.runs), takes: line.takes ?? [],
  chosen: line.pick ?? null, first: line.pick ?? null, wanted: false, reasons: [],
}));
const hasAudio = Boolean(data.audio);
let now = -1; // index of the current line
let shown = lines.length;

function wordsOf(line) {
  return line.runs.map((run) => {
    if (typeof run === "string") return document.createTextNode(run);
    if (typeof run === "number") return make("span", { className: "rest", textContent: `${run} s` });
    const [text, reading, doubt] = run;
    const ruby = make("ruby", {}, text, make("rt", { textContent: reading || "?" }));
    if ([...text].length > 1) ruby.className = "said";
    if (doubt) {
      ruby.classList.add("doubt");
      line.reasons.push({ ruby, text, doubt, row: make("p") });
    }
    return ruby;
  });
}

function takeOf(line, take) {
  const play = make("button", { type: "button" }, make("span"), make("small", { textContent: `${take.seconds.toFixed(1)} s` }));
  play.onclick = (event) => { event.stopPropagation(); hear(line, take); };
  const radio = make("input", { type: "radio", name: `take-${line.number}`, checked: used(line) === take.take, disabled: Boolean(line.written) });
  radio.onchange = () => choose(line, take.take);
  const label = make("label", { onclick: (event) => event.stopPropagation() }, radio, make("span"));
  take.play = play; take.radio = radio; take.label = label.lastChild;
  take.card = make("div", { className: "take" }, play, label);
  return take.card;
}

function hearing(line, [told, , , seconds]) { // what was heard of a line, one press away
  const button = make("button", { type: "button", className: "quiet", textContent: told });
  button.onclick = (event) => {
    event.stopPropagation();
    go(lines.indexOf(line));
    if (hasAudio && seconds !== null) audio.currentTime = Math.max(line.from, seconds - 0.5);
    start();
  };
  return make("p", {}, button);
}

// Where each character of a line stands in the page; readings over it are none.
function lettersOf(line) {
  if (line.letters) return line.letters;
  line.letters = [];
  const walker = document.createTreeWalker(line.words, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest("rt, .rest")) continue;
    for (let i = 0; i < node.data.length; i++) line.letters.push([node, i]);
  }
  return line.letters;
}

function rangeOf(line, start, end) {
  const letters = lettersOf(line);
  if (start >= letters.length || end <= start) return null;
  const range = new Range();
  const [last, at] = letters[Math.min(end, letters.length) - 1];
  range.setStart(...letters[start]);
  range.setEnd(last, at + 1);
  return range;
}

const canLight = typeof Highlight === "function" && CSS.highlights;
let lit = null; // the word that is lit

function light(line, seconds) {
  if (!canLight || !line?.words_) return;
  const word = line.words_.findLast(([, , from]) => from <= seconds + 0.005);
  if (word === lit) return;
  lit = word;
  const range = word && seconds <= word[3] + 0.3 ? rangeOf(line, word[0], word[1]) : null;
  CSS.highlights.set("spoken", range ? new Highlight(range) : new Highlight());
}

function markHeard() { // words that were not heard
  if (!canLight) return;
  const ranges = lines.flatMap((line) => (line.heard ?? []).map(([, start, end]) => rangeOf(line, start, end)));
  CSS.highlights.set("unheard", new Highlight(...ranges.filter(Boolean)));
}

const used = (line) => line.written ?? line.chosen ?? 1;

function rowOf(line, index) {
  line.row = make("article", { className: "line", id: `line-${line.number}` });
  line.row.style.setProperty("--voice", `hsl(${voices.get(line.speaker)} 62% var(--light))`);
  line.button = make("button", { className: "number", type: "button", textContent: line.number });
  line.letters = null;
  line.words = make("div", { className: "words", lang: data.language }, ...wordsOf(line));
  line.again = make("button", { className: "again", type: "button", textContent: "↻", ariaPressed: "false" });
  line.again.onclick = (event) => { event.stopPropagation(); want(line); };
  const time = hasAudio ? [make("span", { className: "time", textContent: clock(line.from) })] : [];
  line.row.append(line.button, make("div", { className: "who", textContent: line.speaker }), line.words, make("div", { className: "side" }, ...time, line.again));
  if (line.reasons.length) line.row.append(make("div", { className: "reasons" }, ...line.reasons.map(({ row }) => row)));
  if (line.heard) line.row.append(make("div", { className: "reasons" }, ...line.heard.map((one) => hearing(line, one))));
  if (line.takes.length) {
    const takes = make("div", { className: "takes" }, ...line.takes.map((take) => takeOf(line, take)));
    if (line.written) { line.note = make("span", { className: "written" }); takes.append(line.note); }
    line.row.append(takes);
  }
  line.row.onclick = () => { if (!String(getSelection())) { go(index); start(); } };
  return line.row;
}

function build() {
  const chapters = (data.chapters ?? []).map((chapter) => ({ ...chapter, head: make("h2", { textContent: chapter.title }) }));
  const parts = [];
  let next = 0;
  lines.forEach((line, index) => {
    while (next < chapters.length && chapters[next].from <= line.from + 0.001) parts.push(chapters[next++].head);
    line.chapter = next ? chapters[next - 1] : null;
    parts.push(rowOf(line, index));
  });
  byId("lines").append(...parts);
  byId("title").textContent = data.title;
  return chapters;
}

// ---------------------------------------------------------------------------------- playing

let leaving = 0; // where to stop, when one line alone is to be heard
let samplesTake = null;

function mark(index) {
  if (index === now) return;
  if (now >= 0) lines[now].row.classList.remove("now");
  now = index;
  if (now < 0) return;
  lines[now].row.classList.add("now");
  byId("whole").setAttribute("aria-valuetext", `${lines[now].number}: ${lines[now].text}`);
}

function view() { // what of the window the bars leave free
  return [byId("tools").getBoundingClientRect().bottom, innerHeight - byId("orders").offsetHeight];
}

function seen(index) {
  const [[top, bottom], box] = [view(), lines[index].row.getBoundingClientRect()];
  return box.bottom > top && box.top < bottom;
}

function show(index) {
  const [[top, bottom], box] = [view(), lines[index].row.getBoundingClientRect()];
  if (box.top >= top && box.bottom <= bottom) return;
  const far = Math.abs(box.top) > 3 * innerHeight; // rows on the way there have no size yet
  const scroll = () => lines[index].row.scrollIntoView({ block: "center", behavior: far ? "instant" : "auto" });
  scroll();
  if (far) requestAnimationFrame(scroll);
}

function go(index) {
  const line = lines[index];
  if (!line) return;
  mark(index);
  show(index);
  if (hasAudio) { audio.currentTime = line.from; leaving = line.to; draw(); }
}

function start() {
  sampler.pause();
  if (hasAudio) audio.play();
  else if (now >= 0) {
    const line = lines[now];
    hear(line, line.takes.find((take) => take.take === used(line)) ?? line.takes[0]);
  }
}

function toggle() {
  if (hasAudio) {
    if (!audio.paused) { audio.pause(); return; }
    if (byId("single").checked && now >= 0 && audio.currentTime >= lines[now].to - 0.02) go(now);
    start();
  } else if (!sampler.paused) sampler.pause();
  else { if (now < 0) go(0); start(); }
}

function hear(line, take) {
  if (!take) return;
  if (samplesTake === take && !sampler.paused) { sampler.pause(); return; }
  audio.pause();
  mark(lines.indexOf(line));
  if (samplesTake) delete samplesTake.play.dataset.on;
  samplesTake = take;
  sampler.src = take.file;
  sampler.play();
}
sampler.onplay = () => { samplesTake.play.dataset.on = ""; };
sampler.onpause = sampler.onended = () => { if (samplesTake) delete samplesTake.play.dataset.on; };

function at(seconds) { // the last line that has begun
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle].from <= seconds + 0.005) low = middle + 1; else high = middle;
  }
  return low - 1;
}

function frame() {
  const seconds = audio.currentTime;
  if (byId("single").checked && leaving && seconds >= leaving) audio.pause();
  else {
    const [before, index] = [now, at(seconds)];
    if (index !== before && index >= 0) {
      const follow = before < 0 || seen(before); // not if somebody scrolled away to read on
      mark(index);
      if (follow) show(index);
      leaving = lines[index].to;
    }
  }
  light(lines[now], seconds);
  draw();
  if (!audio.paused) requestAnimationFrame(frame);
}

if (hasAudio) {
  for (const name of data.audio) audio.append(make("source", { src: encodeURI(name).replace(/[?#]/g, encodeURIComponent) }));
  audio.onplay = () => { byId("play").dataset.on = ""; label(); requestAnimationFrame(frame); };
  audio.onpause = audio.onended = () => { delete byId("play").dataset.on; label(); draw(); };
  audio.onseeked = () => { if (audio.paused) draw(); };
}

// ---------------------------------------------------------------------------------- waveform

const bars = hasAudio ? Uint8Array.from(atob(data.bars), (char) => char.charCodeAt(0)) : new Uint8Array();
const owner = new Int16Array(bars.length).fill(-1); // the line each bar belongs to
lines.forEach((line, index) => {
  if (hasAudio) owner.fill(index, Math.floor(line.from / data.step), Math.ceil(line.to / data.step));
});
const NEAR = 24; // seconds that the lower strip shows
let wide = 0;
let nearWide = 0;
let dots = 1;

function size() {
  if (!hasAudio) return;
  dots = Math.min(2, devicePixelRatio || 1);
  wide = byId("whole").clientWidth;
  nearWide = byId("near").clientWidth;
  byId("tools").style.top = `${byId("deck").offsetHeight}px`;
  for (const [id, width, height] of [["dim", wide, byId("whole").clientHeight], ["lit", wide, byId("whole").clientHeight], ["near", nearWide, byId("near").clientHeight]]) {
    byId(id).width = Math.round(width * dots);
    byId(id).height = Math.round(height * dots);
  }
  paint(byId("dim"));
  paint(byId("lit"));
  draw();
}

const inks = () => {
  const light = dark.matches ? "68%" : "45%";
  const rest = dark.matches ? "#6b675f" : "#b9b2a5";
  const known = new Map(data.speakers.map((name) => [name, colour(name, light)]));
  return (index) => (index < 0 ? rest : known.get(lines[index].speaker));
};
let ink = inks();

function paint(canvas) { // the whole episode, one bar every three pixels
  const pen = canvas.getContext("2d");
  const { width, height } = canvas;
  const step = 3 * dots;
  pen.clearRect(0, 0, width, height);
  for (let x = 0; x < width; x += step) {
    const from = Math.floor((x / width) * bars.length);
    const to = Math.max(from + 1, Math.floor(((x + step) / width) * bars.length));
    let [sum, most, whose] = [0, -1, -1];
    for (let i = from; i < to && i < bars.length; i++) {
      sum += bars[i];
      if (bars[i] > most) { most = bars[i]; whose = owner[i]; }
    }
    bar(pen, x, 2 * dots, height, Math.min(255, (1.5 * sum) / (to - from)), ink(whose));
  }
}

function bar(pen, x, width, height, level, fill) {
  const tall = Math.max(width, (level / 255) * height);
  pen.fillStyle = fill;
  pen.fillRect(x, (height - tall) / 2, width, tall);
}

function draw() {
  const seconds = audio.currentTime;
  const share = data.seconds ? Math.min(1, seconds / data.seconds) : 0;
  byId("head").style.transform = `translateX(${share * wide}px)`;
  byId("lit").style.clipPath = `inset(0 ${(1 - share) * 100}% 0 0)`;
  const told = `${clock(seconds)} /\u00a0${clock(Math.round(data.seconds))}`;
  if (byId("clock").textContent !== told) byId("clock").textContent = told;
  zoom(seconds);
}

const nearFrom = (seconds) => seconds - NEAR / 3;

function zoom(seconds) { // what is being heard, with the numbers of its lines
  const canvas = byId("near");
  const pen = canvas.getContext("2d");
  const { width, height } = canvas;
  const from = nearFrom(seconds);
  const per = width / NEAR;
  pen.clearRect(0, 0, width, height);
  const first = Math.floor(from / data.step);
  const last = Math.min(bars.length - 1, Math.ceil((from + NEAR) / data.step));
  const thin = Math.max(1, per * data.step * 0.62);
  const body = height - 14 * dots;
  pen.save();
  pen.translate(0, 14 * dots);
  for (let i = Math.max(0, first); i <= last; i++) {
    const x = (i * data.step - from) * per;
    pen.globalAlpha = i * data.step < seconds ? 1 : 0.5;
    bar(pen, x, thin, body - 3 * dots, bars[i], ink(owner[i]));
  }
  pen.restore();
  pen.font = `${10 * dots}px ui-monospace, monospace`;
  pen.textBaseline = "top";
  for (let i = Math.max(0, at(from)); i < lines.length && lines[i].from < from + NEAR; i++) {
    const x = (lines[i].from - from) * per;
    const end = (lines[i].to - from) * per;
    pen.globalAlpha = i === now ? 1 : 0.55;
    pen.fillStyle = ink(i);
    pen.fillRect(x, 0, Math.max(1, end - x), 2 * dots);
    if (end > 4) pen.fillText(lines[i].number, Math.max(2 * dots, x + 1), 4 * dots);
  }
  pen.globalAlpha = 1;
  pen.fillStyle = getInk();
  pen.fillRect(width / 3 - dots, 0, 2 * dots, height);
}

const getInk = () => (dark.matches ? "#ebe7df" : "#22201c");

function seek(seconds) {
  audio.currentTime = Math.min(data.seconds, Math.max(0, seconds));
  const index = at(audio.currentTime);
  mark(index);
  if (index >= 0) { leaving = lines[index].to; show(index); }
  draw();
}

function watchWaves(chapters) {
  const whole = byId("whole");
  const pointer = (event) => seek((event.offsetX / wide) * data.seconds);
  whole.onpointerdown = (event) => { whole.setPointerCapture(event.pointerId); pointer(event); };
  whole.onpointermove = (event) => { if (whole.hasPointerCapture(event.pointerId)) pointer(event); };
  byId("near").onclick = (event) => seek(nearFrom(audio.currentTime) + (event.offsetX / nearWide) * NEAR);
  whole.setAttribute("aria-valuemax", Math.round(data.seconds));
  chapters.forEach((chapter, i) => {
    const until = chapters[i + 1]?.from ?? data.seconds;
    const button = make("button", { type: "button", textContent: chapter.title, title: chapter.title });
    button.style.left = `${(chapter.from / data.seconds) * 100}%`;
    button.style.width = `${((until - chapter.from) / data.seconds) * 100}%`;
    button.onclick = () => seek(chapter.from);
    byId("chapters").append(button);
  });
  byId("chapters").hidden = !chapters.length;
  new ResizeObserver(size).observe(whole);
  dark.onchange = () => { ink = inks(); size(); };
}

// ---------------------------------------------------------------------------------- filters

const only = { speaker: null, doubtful: false, alternatives: false, search: "" };

function filter() {
  const wanted = only.search.trim().toLocaleLowerCase();
  shown = 0;
  const open = new Set();
  for (const line of lines) {
    const fits = (!only.speaker || line.speaker === only.speaker) && (!only.doubtful || (line.doubts > 0 || line.heard))
      && (!only.alternatives || line.takes.length > 1)
      && (!wanted || line.text.toLocaleLowerCase().includes(wanted) || String(line.number) === wanted);
    line.row.hidden = !fits;
    if (fits) { shown += 1; open.add(line.chapter); }
  }
  for (const chapter of chapters) chapter.head.hidden = !open.has(chapter) && (open.size > 0 || shown === 0);
  byId("none").hidden = shown > 0;
}

function toggled(button, key) {
  button.onclick = () => {
    only[key] = !only[key];
    button.ariaPressed = String(only[key]);
    document.body.classList.toggle(`only-${key}`, only[key]);
    filter();
  };
}

function watchFilters() {
  byId("search").oninput = (event) => { only.search = event.target.value; filter(); };
  toggled(byId("doubtful"), "doubtful");
  toggled(byId("alternatives"), "alternatives");
  byId("readings").onclick = (event) => {
    const plain = document.body.classList.toggle("plain");
    event.currentTarget.ariaPressed = String(!plain);
  };
  const heard = data.speakers.filter((name) => lines.some((line) => line.speaker === name));
  if (heard.length < 2) return;
  byId("tools").classList.toggle("many", heard.length > 6); // then the other filters come first
  byId("speakers").append(...heard.map((name) => {
    const button = make("button", { type: "button", textContent: name, ariaPressed: "false" });
    button.style.setProperty("--voice", `hsl(${voices.get(name)} 62% var(--light))`);
    button.onclick = () => {
      only.speaker = only.speaker === name ? null : name;
      for (const other of byId("speakers").children) other.ariaPressed = String(other === button && only.speaker === name);
      filter();
    };
    return button;
  }));
}

// ---------------------------------------------------------------------------------- choices

function choose(line, take) {
  if (line.written || !line.takes.some((known) => known.take === take)) return;
  line.chosen = take;
  say(line);
  order();
}

function want(line) {
  line.wanted = !line.wanted;
  line.again.ariaPressed = String(line.wanted);
  order();
}

function ranges(numbers) { // 1 2 3 7 -> 1-3,7
  const parts = [];
  for (const number of numbers) {
    const last = parts[parts.length - 1];
    if (last && last[1] === number - 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}

function picksFile() {
  const entries = lines.filter((line) => line.entry).map((line) => line.entry + (line.chosen ? `    pick: ${line.chosen}\n` : ""));
  return data.picks.head + entries.join("") + data.picks.stale;
}

function save() {
  const link = make("a", { href: URL.createObjectURL(new Blob([picksFile()], { type: "application/yaml" })), download: data.picks.file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = make("textarea", { value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  button.textContent = words.copied;
  setTimeout(() => { button.textContent = words.copy; }, 1500);
}

function orderOf(what, command, ...more) {
  const button = make("button", { className: "strong", type: "button", textContent: words.copy });
  button.onclick = () => copy(command, button);
  return make("div", { className: "order" }, make("p", { textContent: what }), make("code", { textContent: command }), button, ...more);
}

function order() {
  const picked = lines.filter((line) => line.chosen !== line.first);
  const wanted = lines.filter((line) => line.wanted);
  const parts = [];
  if (picked.length) {
    const choices = picked.map((line) => `${line.number}=${line.chosen}`).join(" ");
    const button = make("button", { type: "button", textContent: words.save(data.picks.file), onclick: save });
    parts.push(orderOf(words.picked(picked.length, hasAudio), `glmtts takes ${data.script} pick ${choices}`, ...(hasAudio ? [button] : [])));
  }
  if (wanted.length) {
    const most = Math.max(1, ...wanted.map((line) => line.takes.length));
    parts.push(orderOf(words.wanted(wanted.length), `glmtts render ${data.script} --lines ${ranges(wanted.map((line) => line.number))} --takes ${most + 2}`));
  }
  byId("orders").replaceChildren(...parts);
  byId("orders").hidden = !parts.length;
}

// ---------------------------------------------------------------------------------- language

function label() {
  const name = hasAudio && !audio.paused ? words.pause : words.play;
  byId("play").ariaLabel = byId("play").title = name;
}

function reason({ ruby, text, doubt, row }) { // why a reading is doubtful, and how to settle it
  const marks = [...text].length === 1 ? (doubt.length ? doubt : ["…"]).map((reading) => `{${text}|${reading}}`) : [];
  const why = doubt.length ? words.differ(...doubt) : words.guess;
  ruby.title = why;
  row.textContent = `${text}: ${why}${marks.length ? words.settle(marks) : ""}`;
}

function say(line) {
  line.reasons.forEach(reason);
  line.button.ariaLabel = line.button.title = words.hear(line.number);
  line.again.ariaLabel = line.again.title = words.again;
  if (line.note) line.note.textContent = words.written(line.written);
  for (const take of line.takes) {
    const chosen = used(line) === take.take;
    take.play.firstChild.textContent = words.take(take.take);
    take.label.textContent = chosen ? words.used : words.use;
    take.radio.checked = chosen;
    take.card.classList.toggle("used", chosen);
  }
}

function speak() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  words = WORDS[language];
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = words[element.dataset.text];
  for (const element of document.querySelectorAll("[data-label]")) element.ariaLabel = words[element.dataset.label];
  byId("search").placeholder = words.search;
  byId("language").textContent = words.other;
  byId("language").lang = language === "zh" ? "en" : "zh-CN";
  const doubts = lines.reduce((sum, line) => sum + line.doubts, 0);
  const about = [words.lines(lines.length), words.voices(new Set(lines.map((line) => line.speaker)).size)];
  if (hasAudio) about.unshift(clock(Math.round(data.seconds)));
  if (hasAudio && data.loudness !== null) about.push(`${data.loudness.toFixed(1)} LUFS`);
  if (data.label) about.push(`AIGC ${data.label}`);
  if (doubts) about.push(words.doubts(doubts));
  byId("about").textContent = about.join(" · ");
  byId("doubtful").textContent = words.doubtful(lines.filter((line) => line.doubts || line.heard).length);
  byId("alternatives").textContent = words.alternatives(lines.filter((line) => line.takes.length > 1).length);
  byId("keys").replaceChildren(...words.keys.map(([key, what]) => make("span", {}, make("kbd", { textContent: key }), what)));
  lines.forEach(say);
  label();
  order();
}

// ---------------------------------------------------------------------------------- keyboard

function step(by) {
  let index = now < 0 ? (by > 0 ? -1 : lines.length) : now;
  do index += by; while (lines[index]?.row.hidden);
  if (!lines[index]) return;
  const playing = hasAudio ? !audio.paused : false;
  go(index);
  if (playing) start();
}

function press(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const typing = event.target.matches("input[type=search]");
  if (typing && event.key === "Escape") event.target.blur();
  if (typing) return;
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  const line = lines[now];
  if (event.key === " " && !event.target.matches("button, input:not([type=radio])")) toggle();
  else if (event.key === "ArrowDown" || event.key === "j") step(1);
  else if (event.key === "ArrowUp" || event.key === "k") step(-1);
  else if (event.key === "ArrowRight" && hasAudio) seek(audio.currentTime + 5);
  else if (event.key === "ArrowLeft" && hasAudio) seek(audio.currentTime - 5);
  else if (digit && line && event.shiftKey) choose(line, Number(digit));
  else if (digit && line) hear(line, line.takes.find((take) => take.take === Number(digit)));
  else if (event.key === "r" && line) want(line);
  else if (event.key === "d") byId("doubtful").click();
  else if (event.key === "/") byId("search").focus();
  else return;
  event.preventDefault();
}

// ---------------------------------------------------------------------------------- all together

const chapters = build();
markHeard();
watchFilters();
byId("doubtful").hidden = !lines.some((line) => line.doubts || line.heard);
byId("alternatives").hidden = !hasAudio || !lines.some((line) => line.takes.length > 1);
byId("deck").hidden = !hasAudio;
if (hasAudio) { watchWaves(chapters); size(); }
byId("play").onclick = toggle;
byId("language").onclick = () => { language = language === "zh" ? "en" : "zh"; speak(); };
addEventListener("keydown", press);
addEventListener("click", (event) => { // after a mouse's click the keys are the page's again
  if (!event.detail || !event.target.closest("button, label, input:not([type=search])")) return;
  const leave = () => document.activeElement?.blur();
  leave();
  setTimeout(leave); // a label passes the focus on once its click is over
}, true);
speak();
