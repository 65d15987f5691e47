// What text may not do to whoever shows it: load an image, follow a hidden link,
// run markup, hide letters. A document or a message that makes the model write
// such things would carry the conversation out, by the address that is loaded.

/** Characters that are not seen, or turn the direction of what is: C0, C1, zero width, bidirectional, tags. */
const hidden = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]/gu;

/** Takes out what is not seen. Line breaks and tabs stay; joiners between letters of scripts that need them stay, too. */
export function visible(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(hidden, (sign, at: number, whole: string) =>
    (sign === "\u200C" || sign === "\u200D") && /[\p{L}\p{M}\p{Extended_Pictographic}\uFE0F]$/u.test(whole.slice(Math.max(0, at - 2), at)) ? sign : "",
  );
}

const image = /!\[([^\]]*)\]\s*(?:\([^)]*\)|\[[^\]]*\])/g;
const link = /\[([^\]\n]+)\]\(\s*<?([^)\s>]*)>?[^)]*\)/g;
const definition = /^\s{0,3}\[[^\]\n]+\]:\s*\S+.*$/gm;
const autolink = /<((?:https?|mailto|ftp|data|javascript):[^>\s]*)>/gi;
const bare = /\b(?:https?|ftp):\/\/[^\s<>()[\]"'`]+/gi;
const scheme = /\b(?:javascript|vbscript):\S+|\bdata:[a-z]+\/\S+|\bfile:\/\/\S*/gi;
const markup = /<\/?[a-zA-Z!][^<>]*>/g;

/**
 * Takes out images and markup, and addresses that are not known: those that
 * stand in a passage of this turn or in the question.
 */
export function harmless(text: string, known: (address: string) => boolean): string {
  const address = (url: string): string => {
    const end = /[.,;:!?]+$/.exec(url)?.index ?? url.length;
    return known(url.slice(0, end)) ? url : url.slice(end);
  };
  return text
    .replace(image, (_, alt: string) => alt)
    .replace(link, (_, label: string, url: string) => (known(url) && /^https?:/i.test(url) ? (label === url ? url : `${label} (${url})`) : /^\d+$/.test(label) ? `[${label}]` : label))
    .replace(definition, "")
    .replace(autolink, (_, url: string) => url)
    .replace(markup, "")
    .replace(bare, address)
    .replace(scheme, "");
}
