// Takes personal data and credentials out of text, with the placeholders of the
// Go functions (handlers/internal/redact), whose table of cases this is tried
// with, too. It is for the input of actions, which is stored.

import { callingCode, ibanLength, isCard } from "./checks.ts";
import { isIP } from "node:net";

const email =
  /(?<![\p{L}\p{M}\p{N}_.%+'-])([\p{L}\p{M}\p{N}_.%+'-]{1,256})[@＠]((?:[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,62})\.){1,8})([\p{L}\p{M}][\p{L}\p{M}\p{N}-]{1,62})/gu;
/** Scripts that put no spaces between words; text in them stands right beside an address. */
const dense = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]+/gu;
const fileName = /^(?:png|jpe?g|gif|svg|webp|m?js|css|html|json|tgz)$/i;

const jwt = /(?<![\w-])eyJ[\w-]{7,}(?:\.[\w-]*){1,4}/g;
const bearer = /\bbearer[ :]{1,3}([\w\-.~+/]*[\w\-~+/]={0,2})/gi;
const awsKey = /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g;
const issued: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w-])(?:github_pat_[\w-]{22,}|gh[pousr]_[\w-]{36,}|glpat-[\w-]{20,}|npm_[\w-]{36,}|pypi-[\w-]{50,}|hf_[\w-]{30,}|xox[abeoprs]-[\w-]{10,}|xapp-[\w-]{10,})/g, "[TOKEN]"],
  [/(?<![\w-])(?:AIza[\w-]{35,}|sk-[\w-]{20,}|[sr]k_(?:live|test)_[\w-]{16,}|whsec_[\w-]{24,})/g, "[KEY]"],
];
const named =
  /(?<![\w-])((?:x[_-]?)?(?:aws[_-]?)?(?:access|auth|id|refresh|session|bearer)[_-]?token|(?:x[_-]?)?api[_-]?key|(?:aws[_-]?)?(?:secret[_-]?access[_-]?key|secret[_-]?key|access[_-]?key)|client[_-]?secret)(["' ]{0,2}[=:][ "'=:]{0,3})([\w\-.~+/]*[\w\-~+/]={0,2})/gi;

const ipv6 = /(?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{1,4})?(?![\w])/g;
const ipv4 = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)/g;
const version = /(?:\b(?:version|v|release|section|chapter|rev|build)\.?\s*|[A-Za-z][-/])$/i;

const iban = /(?<![A-Za-z0-9_-])[A-Za-z]{2}[ \u00A0\u202F]?[0-9]{2}(?:[ \u00A0\u202F]?[A-Za-z0-9]){11,40}/g;
const uuid = /\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b/g;

/** A run of digits in groups, which may be a card, an SSN or a telephone number. */
const numbers = /(?<![\p{N}_A-Za-z]|[A-Za-z0-9][-/_\\]|\d[.,]|[#$])(?:\+|\(\+)?\(?\d[\d \-./()\u00A0\u2000-\u200A\u202F\u2010-\u2015\u2212]{5,40}\d(?![\p{N}_A-Za-z]|[-/_][A-Za-z0-9]|[.,]\d|%)/gu;

const announced =
  /(?:\b(?:tel|phone|telephone|cell|mobile|mob|fax|call|whatsapp|sms|telefon|handy|mobil|rufnummer|telefonnummer|telefax|teléfono|telefono|móvil|celular|llame|telefone|telefoon|appelez|portable)|тел|телефон|моб|هاتف|جوال|电话|電話|手机|手機|号码|携帯|전화|휴대폰|โทร)[\s.:：'"-]*(?:\b(?:number|no|nr|is|me|at|on|us|nummer|ist|es|est)[\s.:]*){0,2}$/iu;
const announcedSSN = /(?:\bssn|social security(?: number)?)[\s:#=is]*$/i;

/** Digits of other scripts, as ASCII digits; one character for one. */
function ascii(text: string): string {
  return text.replace(/[^\x00-\x7F]/g, (sign) => {
    const code = sign.charCodeAt(0);
    for (const zero of [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50, 0xff10]) {
      if (code >= zero && code < zero + 10) {
        return String(code - zero);
      }
    }
    return sign === "－" || sign === "ー" ? "-" : sign === "（" ? "(" : sign === "）" ? ")" : sign === "＋" ? "+" : sign;
  });
}

const hasDigit = (text: string): boolean => /\d/.test(text);

/** The text with placeholders. */
export function redactText(text: string): string {
  const kept: string[] = [];
  const keep = (match: string): string => `\uE000${String.fromCharCode(0xe100 + (kept.push(match) - 1))}`; // a private sign: nothing matches it
  let out = text.replace(/[\uE000-\uF8FF]/g, "\uFFFD");
  out = out.replace(uuid, keep);
  out = out.replace(jwt, "[TOKEN]");
  out = out.replace(bearer, (all: string, token: string) => (token.length >= 12 && hasDigit(token) ? all.replace(token, "[TOKEN]") : all));
  out = out.replace(awsKey, "[KEY]");
  for (const [pattern, placeholder] of issued) {
    out = out.replace(pattern, (all) => (hasDigit(all) ? placeholder : all));
  }
  out = out.replace(named, (all: string, name: string, sign: string, value: string) =>
    value.length >= 16 && hasDigit(value) ? `${name}${sign}${/token/i.test(name) ? "[TOKEN]" : "[KEY]"}` : all,
  );
  out = out.replace(email, emailOf);
  out = ibans(out);
  out = out.replace(ipv6, (all) => {
    const end = all.endsWith(":") && !all.endsWith("::") ? all.length - 1 : all.length;
    const address = all.slice(0, end);
    return isIP(address) === 6 && hasDigit(address) ? `[IP]${all.slice(end)}` : all;
  });
  out = out.replace(ipv4, (all, at: number) => (isIP(all) === 4 && !version.test(out.slice(Math.max(0, at - 12), at)) ? "[IP]" : all));
  const plain = ascii(out);
  let last = 0;
  let result = "";
  for (const match of plain.matchAll(numbers)) {
    for (const [from, to, placeholder] of numbersIn(match[0], plain.slice(Math.max(0, match.index - 40), match.index))) {
      if (match.index + from >= last) {
        result += out.slice(last, match.index + from) + placeholder;
        last = match.index + to;
      }
    }
  }
  result += out.slice(last);
  return result.replace(/\uE000([\uE100-\uF8FF])/g, (_, sign: string) => kept[sign.charCodeAt(0) - 0xe100] ?? "");
}

/** What looks like an IBAN may be one and words behind it. */
function ibans(text: string): string {
  let out = "";
  let last = 0;
  iban.lastIndex = 0;
  for (let match = iban.exec(text); match !== null; match = iban.exec(text)) {
    const length = ibanLength(match[0]);
    if (length > 0) {
      out += `${text.slice(last, match.index)}[IBAN]`;
      last = match.index + length;
    }
    iban.lastIndex = match.index + (length || (/^[A-Za-z0-9]+/.exec(match[0])?.[0].length ?? 1));
  }
  return out + text.slice(last);
}

function emailOf(all: string, local: string, domain: string, top: string): string {
  if (fileName.test(top) || (/^xn--/i.test(top) ? false : /\d/.test(top))) {
    return all;
  }
  const isDense = (sign: string): boolean => sign.search(dense) === 0;
  let start = 0;
  if (!isDense(local.slice(-1))) {
    for (const run of local.matchAll(dense)) {
      start = run.index + run[0].length;
    }
  }
  while (start < local.length && ".-+%'".includes(local.charAt(start))) {
    start++;
  }
  const label = isDense(top.charAt(0)) ? top : top.replace(new RegExp(`${dense.source}.*$`, "u"), "");
  if (start === local.length || label.length < 2 || domain === "") {
    return all;
  }
  const hyphens = /-+$/.exec(label)?.[0].length ?? 0;
  return `${local.slice(0, start)}[EMAIL]${top.slice(label.length - hyphens)}`;
}

/** Cards, SSNs and telephone numbers in a run of groups: where each stands, and what is put there. */
function numbersIn(run: string, before: string): [from: number, to: number, placeholder: string][] {
  const groups = [...run.matchAll(/\d+/g)].map((group) => ({ text: group[0], from: group.index, to: group.index + group[0].length }));
  const found: [number, number, string][] = [];
  for (let i = 0; i < groups.length; ) {
    let taken = 0;
    for (let k = Math.min(groups.length, i + 8); k > i && taken === 0; k--) {
      const first = groups[i];
      const last = groups[k - 1];
      if (first === undefined || last === undefined) {
        break;
      }
      const start = i === 0 ? 0 : openOf(run, first.from);
      const whole = run.slice(start, last.to);
      const context = i === 0 ? before : run.slice(0, start);
      const kind = kindOf(whole, groups.slice(i, k).map(({ text }) => text), context, run.slice(last.to));
      if (kind !== undefined) {
        found.push([start, last.to, kind]);
        taken = k - i;
      }
    }
    i += Math.max(1, taken);
  }
  return found;
}

/** Where a number begins whose digits do: its plus and parenthesis belong to it. */
function openOf(run: string, digit: number): number {
  return digit - (/(?:\+|\(\+|\()?\(?$/.exec(run.slice(Math.max(0, digit - 3), digit))?.[0].length ?? 0);
}

function kindOf(whole: string, groups: readonly string[], before: string, after: string): string | undefined {
  const digits = groups.join("");
  if (/\d[.,]$/.test(before) || /^[.,]\d/.test(after)) {
    return undefined; // a decimal
  }
  const separators = new Set([...whole.replace(/^[+( ]+/, "").matchAll(/\D+/g)].map(([sign]) => sign));
  if (digits.length >= 13 && digits.length <= 19 && isCard(digits) && (groups.length === 1 || (separators.size === 1 && /^[ -]$/.test([...separators][0] ?? "") && groups.every(({ length }) => length >= 3 && length <= 7)))) {
    return "[CARD]";
  }
  if (/^[-/_]\d/.test(after) || /\d[-/_]$/.test(before)) {
    return undefined; // part of an identifier
  }
  const shape = groups.map(({ length }) => length).join(",");
  const ssn = (shape === "3,2,4" && separators.size === 1 && /^[ -]$/.test([...separators][0] ?? "")) || (digits.length === 9 && groups.length === 1 && announcedSSN.test(before));
  if (ssn && !/^(?:000|666|9)/.test(digits) && digits.slice(3, 5) !== "00" && digits.slice(5) !== "0000") {
    return "[SSN]";
  }
  return isPhone(whole, groups, digits, shape, before, after) ? "[PHONE]" : undefined;
}

function isPhone(whole: string, groups: readonly string[], digits: string, shape: string, before: string, after: string): boolean {
  if (isDate(groups, shape) || digits.length > 15) {
    return false;
  }
  if (/^\(?\+/.test(whole)) {
    return digits.length >= 8 && callingCode(digits) && !(groups.slice(1).every(({ length }) => length === 3) && whole.includes(".") && !/^\+[17]\D/.test(whole)) && (!digits.startsWith("1") || /^1[2-9]\d{2}[2-9]\d{6}$/.test(digits));
  }
  if (digits.startsWith("00")) {
    return digits.length >= 10 && callingCode(digits.slice(2));
  }
  if (announced.test(before)) {
    return digits.length >= 7;
  }
  if (/^(?:1,)?3,3,4$/.test(shape) && !whole.includes("/")) {
    return /^1?[2-9]\d{2}[2-9]\d{6}$/.test(digits);
  }
  if (/^\(\d{2,5}\)/.test(whole)) {
    return digits.length >= 9 && digits.length <= 12 && !/^\((?:19|20)\d{2}\)/.test(whole);
  }
  if (groups.every(({ length }) => length === 2)) {
    const list = groups.every((group, n) => n === 0 || Number(group) === Number(groups[n - 1]) + 1);
    return groups.length === 5 && /^0[1-9]/.test(digits) && !list && !/\d $/.test(before) && !/^ \d/.test(after);
  }
  const national = /^0[1-9]/.test(digits) && digits.length >= 9 && digits.length <= 12 && groups.length > 1 && groups.length <= 5 && (groups[0]?.length ?? 0) >= 2;
  return national || (shape === "3,4,4" && /^1[3-9]/.test(digits));
}

function isDate(groups: readonly string[], shape: string): boolean {
  const part = (text: string | undefined): boolean => Number(text) >= 1 && Number(text) <= 31;
  return (shape.startsWith("4,2,2") && part(groups[1]) && part(groups[2])) || (shape.startsWith("2,2,4") && part(groups[0]) && part(groups[1]));
}

/** A JSON value whose texts are redacted. */
export function redactJSON<T>(value: T): T {
  if (typeof value === "string") {
    return redactText(value) as T;
  }
  if (Array.isArray(value)) {
    return value.map((part: unknown) => redactJSON(part)) as T;
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, redactJSON(part as unknown)])) as T;
  }
  return value;
}
