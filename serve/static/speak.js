// The page: a voice chosen or uploaded, a text typed, its readings seen, its sound heard.

import { words } from "./words.js";

const at = (id) => document.getElementById(id);
let language = localStorage.getItem("language") ?? document.documentElement.lang;
if (!(language in words)) language = "en";
let lastReading = 0;

const word = (key) => words[language][key];

function problem(text) {
  at("problem").textContent = text;
  at("problem").hidden = !text;
}

/** Asks the server; gives the answer, or null with the problem shown. */
async function ask(path, options = {}) {
  const token = sessionStorage.getItem("token");
  const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  let answer;
  try {
    answer = await fetch(path, { ...options, headers });
  } catch {
    problem(word("offline"));
    return null;
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => null);
  at("entrance").hidden = answer.status !== 401;
  problem(answer.status === 401 ? word("tokenNeeded") : (told?.error?.message ?? answer.statusText));
  return null;
}

const post = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

function wanted() {
  const body = { model: "tts-1", input: at("text").value, voice: at("voice").value, response_format: at("format").value };
  if (at("emotion").value) body.instructions = at("emotion").value;
  if (at("speed").valueAsNumber !== 1) body.speed = at("speed").valueAsNumber;
  return body;
}

function showCurl() {
  const token = sessionStorage.getItem("token") ? ' \\\n  -H "Authorization: Bearer $GLMTTS_SERVE_TOKEN"' : "";
  const body = JSON.stringify(wanted()).replaceAll("'", "'\\''");
  const url = new URL("v1/audio/speech", location.href);
  at("curl").textContent =
    `curl ${url}${token} \\\n  -H 'Content-Type: application/json' \\\n  -d '${body}' -o speech.${at("format").value}`;
}

async function showReading() {
  const mine = ++lastReading;
  await new Promise((done) => setTimeout(done, 300));
  if (mine !== lastReading || !at("text").value.trim()) return;
  const answer = await post("v1/read", { input: at("text").value });
  if (!answer || mine !== lastReading) return;
  const { characters } = await answer.json();
  problem("");
  at("reading").replaceChildren(
    ...characters.map(({ char, pinyin }) => {
      if (!pinyin) return document.createTextNode(char);
      const ruby = document.createElement("ruby");
      const above = document.createElement("rt");
      above.textContent = pinyin;
      ruby.append(char, above);
      return ruby;
    }),
  );
}

async function showVoices(chosen) {
  const [voices, models] = [await ask("v1/audio/voices"), await ask("v1/models")];
  if (!voices || !models) return;
  at("entrance").hidden = true;
  problem("");
  at("engine").textContent = (await models.json()).data[0].id;
  const names = (await voices.json()).voices.map((voice) => voice.name);
  const keep = chosen ?? at("voice").value;
  at("voice").replaceChildren(...names.map((name) => new Option(name)));
  if (names.includes(keep)) at("voice").value = keep;
  at("emotion").replaceChildren(new Option(word("none"), ""), ...names.map((name) => new Option(name)));
  showCurl();
}

function translate() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  at("language").textContent = word("other");
  if (at("emotion").options.length) at("emotion").options[0].text = word("none");
}

at("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("language", language);
  translate();
});

at("entrance").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("token", at("token").value);
  showVoices();
});

at("speak").addEventListener("input", () => {
  showCurl();
  showReading();
});

at("speak").addEventListener("submit", async (event) => {
  event.preventDefault();
  at("say").disabled = true;
  at("say").textContent = word("speaking");
  const answer = await post("v1/audio/speech", wanted());
  if (answer) {
    problem("");
    URL.revokeObjectURL(at("sound").src);
    at("sound").src = URL.createObjectURL(await answer.blob());
    at("sound").hidden = false;
    at("sound").play().catch(() => {});
  }
  at("say").disabled = false;
  at("say").textContent = word("say");
});

at("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(at("curl").textContent);
  at("copy").textContent = word("copied");
  setTimeout(() => (at("copy").textContent = word("copy")), 2000);
});

at("upload").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData();
  form.append("name", at("name").value);
  form.append("transcript", at("transcript").value);
  form.append("consent", "yes");
  form.append("audio_sample", at("recording").files[0]);
  at("keep").disabled = true;
  const answer = await ask("v1/audio/voices", { method: "POST", body: form });
  at("keep").disabled = false;
  if (!answer) return;
  const { name, quality } = await answer.json();
  await showVoices(name);
  const told = [word("kept")(name), word("verdict")[quality.verdict]];
  told.push(...quality.measures.map((one) => one.advice).filter(Boolean));
  at("quality").replaceChildren(
    ...told.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
});

translate();
at("text").value = word("sample");
showVoices();
showReading();
