// What every part of the page stands on: elements, the chosen language, numbers, requests.

import { words } from "./words.js";

const token = document.querySelector('meta[name="page"]').content;

export let language = localStorage.getItem("language") ?? document.documentElement.lang;
if (!(language in words)) language = "en";

export function speak(code) {
  language = code;
  document.documentElement.lang = code === "zh" ? "zh-CN" : "en";
}

/** A phrase in the chosen language. */
export function say(key, ...values) {
  const phrase = words[language][key];
  return typeof phrase === "function" ? phrase(...values) : phrase;
}

/** What is wrong and what to do, in the chosen language where the server knows it. */
export function told(mistake) {
  return mistake[language] ?? mistake;
}

/** An element; children are elements or text, which is never taken for HTML. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick" || name === "oninput") made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** Sets text only where it differs, so that selections and screen readers are left alone. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${parts.join(":")}` : `${Math.floor(whole / 60)}:${parts[1]}`;
}

export function bytes(count) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  const power = Math.min(4, count ? Math.floor(Math.log10(count) / 3) : 0);
  const form = { style: "unit", unit: units[power], maximumSignificantDigits: 3, unitDisplay: power ? "short" : "long" };
  return new Intl.NumberFormat(language, form).format(count / 1000 ** power);
}

export function number(value, digits = 0) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

export function moment(seconds) {
  const date = new Date(seconds * 1000);
  const today = date.toDateString() === new Date().toDateString();
  const form = today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(language, form).format(date);
}

let hiding;
export function toast(text) {
  const shown = document.getElementById("toast");
  shown.textContent = text;
  shown.classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(() => shown.classList.remove("shown"), 4000);
}

/** Asks for a change; tells what went wrong, and gives whether it went well. */
export async function ask(path, body) {
  let answer;
  try {
    answer = await fetch(path, { method: "POST", headers: { "X-Glmtts-Page": token }, body });
  } catch {
    toast(say("offline"));
    return false;
  }
  if (answer.ok) return true;
  const text = await answer.text();
  try {
    const { what, remedy } = told(JSON.parse(text));
    toast(`${what} ${remedy}`);
  } catch {
    toast(text);
  }
  return false;
}
