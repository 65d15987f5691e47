// Claims that something was done. Models make them without having done it, so
// they count only where a tool result shows it.

/** What a sentence claims to have happened. */
export type Claim = "escalation" | "other";

/** What happened in this turn, by its tool results. */
export interface Done {
  readonly escalated: boolean;
}

/** "I have", "we've just", and how it is said in the languages that the texts are in. */
const self = {
  en: String.raw`\b(?:i|we)(?:\s+(?:have|had|just|now|already|also|successfully|then|went\s+ahead\s+and)|['’](?:ve|d))*\s+`,
  de: String.raw`\b(?:ich\s+habe|wir\s+haben|habe\s+ich|haben\s+wir)\b[^.!?\n]{0,120}?\b`,
  fr: String.raw`(?:\bj['’]ai|\bnous\s+avons)\b(?:\s+(?:bien|déjà|aussi|immédiatement))*\s+`,
  es: String.raw`\b(?:he|hemos)\s+(?:ya\s+)?`,
};

const deeds = {
  en: String.raw`(?:created|opened|filed|raised|submitted|logged|registered|sent|e-?mailed|messaged|notified|informed|contacted|called|updated|changed|modified|edited|deleted|removed|reset|restarted|rebooted|disabled|enabled|activated|deactivated|unlocked|cancelled|canceled|refunded|closed|resolved|reopened|assigned|scheduled|booked|collected|requested|downloaded|exported|uploaded|granted|revoked|fixed|approved|ordered|paid)\b`,
  de: String.raw`(?:erstellt|angelegt|eröffnet|eingereicht|gesendet|geschickt|verschickt|benachrichtigt|informiert|kontaktiert|aktualisiert|geändert|gelöscht|entfernt|zurückgesetzt|neu\s?gestartet|deaktiviert|aktiviert|storniert|erstattet|geschlossen|gelöst|zugewiesen|angefordert|gesammelt|gebucht|geplant)\b`,
  fr: String.raw`(?:créé|ouvert|soumis|envoyé|notifié|informé|contacté|mis\s+à\s+jour|modifié|supprimé|réinitialisé|redémarré|désactivé|activé|annulé|remboursé|fermé|clos|résolu|assigné|demandé|collecté|planifié)(?!\p{L})`,
  es: String.raw`(?:creado|abierto|enviado|notificado|informado|contactado|actualizado|cambiado|modificado|eliminado|borrado|restablecido|reiniciado|desactivado|activado|cancelado|reembolsado|cerrado|resuelto|asignado|solicitado|recopilado|programado)\b`,
};

const handOvers = {
  en: String.raw`(?:escalated|handed\s+(?:this|it|you|the\s+\w+)?\s*over|transferred|forwarded|passed\s+(?:this|it|you|the\s+\w+)\s+on)\b`,
  de: String.raw`(?:eskaliert|weitergeleitet|übergeben|weitergegeben)\b`,
  fr: String.raw`(?:escaladé|transféré|transmis)(?!\p{L})`,
  es: String.raw`(?:escalado|transferido|derivado|remitido)\b`,
};

const languages = ["en", "de", "fr", "es"] as const;
const any = (of: Record<(typeof languages)[number], string>): RegExp => new RegExp(languages.map((l) => `(?:${self[l]}${of[l]})`).join("|"), "iu");

const ownDeed = any(deeds);
const ownHandOver = any(handOvers);

/** The same, said of the thing: "a ticket has been created", "your password was reset". */
const passive = new RegExp(
  [
    String.raw`\b(?:ticket|case|request|logs?|e-?mail|message|account|password|team|engineer|agent|order|refund|subscription)\b[^.!?\n]{0,60}?\b(?:has|have|had|was|were|is\s+now|are\s+now)\s+(?:been\s+|now\s+|already\s+|just\s+|successfully\s+)*${deeds.en}`,
    String.raw`\b(?:ticket|anfrage|protokolle?|logs?|e-?mail|nachricht|konto|passwort|team|bestellung)\b[^.!?\n]{0,60}?\b(?:wurden?|(?:ist|sind)\s+(?:nun|jetzt))\b[^.!?\n]{0,60}?\b${deeds.de}`,
    String.raw`\b(?:ticket|demande|journaux|e-?mail|message|compte|équipe|commande)\b[^.!?\n]{0,60}?\b(?:a|ont)\s+été\s+${deeds.fr.replace("(?!", "(?:e?s?)(?!")}`,
    String.raw`\b(?:ticket|solicitud|registros|correo|mensaje|cuenta|contraseña|equipo|pedido)\b[^.!?\n]{0,60}?\b(?:ha|han)\s+sido\s+(?:ya\s+)?${deeds.es.replace(/do\b/g, "d[oa]s?").replace(/to\b/g, "t[oa]s?")}`,
  ].join("|"),
  "iu",
);

/** What says that it is not so, or not yet: in the claim, or right before it. */
const denied =
  /\b(?:not|never|no|nothing|neither|if|once|when|after|before|until|unless|whether|nicht|nichts|kein\w*|nie|wenn|falls|sobald|bis|bevor|nachdem|ob|pas|jamais|aucune?|rien|si|quand|lorsque|après|avant|nunca|nada|cuando|hasta|después|antes|ningún|ninguna?)(?!\p{L})|n['’]t\b/iu;

/** Characters before a claim in which a denial of it stands. */
const reach = 24;

function claims(pattern: RegExp, sentence: string): boolean {
  const match = pattern.exec(sentence);
  return match !== null && !denied.test(sentence.slice(Math.max(0, match.index - reach), match.index + match[0].length));
}

/**
 * What the sentence claims and no tool result shows; undefined for a sentence
 * that claims nothing. A sentence that cites a source may tell what happened to
 * a ticket or an account, and yet not what the agent did.
 */
export function falseClaim(sentence: string, cites: boolean, done: Done): Claim | undefined {
  if (sentence.trimEnd().endsWith("?")) {
    return undefined;
  }
  if (claims(ownHandOver, sentence)) {
    return done.escalated ? undefined : "escalation";
  }
  return claims(ownDeed, sentence) || (!cites && claims(passive, sentence)) ? "other" : undefined;
}
