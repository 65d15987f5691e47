// What the agent says itself, not its model, in the language of the question.

export const languages = ["en", "de", "fr", "es"] as const;

export type Language = (typeof languages)[number];

export interface Texts {
  /** There is no source above the threshold. */
  readonly refusal: string;
  /** There can't be one now. */
  readonly noSearch: string;
  /** The guardrail blocked the turn. */
  readonly blocked: string;
  /** Something was claimed to be done, and is not. */
  readonly nothingDone: string;
  /** There is a proposal, and nothing more. */
  readonly proposed: string;
  readonly handedOver: string;
}

export const texts: Readonly<Record<Language, Texts>> = {
  en: {
    refusal: "I found nothing in the knowledge base that answers this, and I don't want to guess. I can open a support ticket for you, or hand over to a person: just tell me which.",
    noSearch: "I can't search the knowledge base at the moment, so I can't answer this reliably. I can open a support ticket for you, or hand over to a person: just tell me which.",
    blocked: "I can't help with that here. If you have a question about the product or a support case, I'm glad to help.",
    nothingDone: "Note: nothing has been created, sent or changed in this conversation.",
    proposed: "Note: this is a proposal. Nothing happens until a person confirms it.",
    handedOver: "I have handed this conversation over to a person of the support team.",
  },
  de: {
    refusal: "Dazu habe ich in der Wissensdatenbank nichts gefunden, und raten möchte ich nicht. Ich kann ein Support-Ticket für Sie vorbereiten oder an einen Menschen übergeben: Sagen Sie mir einfach, was Ihnen lieber ist.",
    noSearch: "Ich kann die Wissensdatenbank im Moment nicht durchsuchen und das deshalb nicht zuverlässig beantworten. Ich kann ein Support-Ticket für Sie vorbereiten oder an einen Menschen übergeben: Sagen Sie mir einfach, was Ihnen lieber ist.",
    blocked: "Dabei kann ich hier nicht helfen. Bei Fragen zum Produkt oder zu einem Support-Fall helfe ich gern.",
    nothingDone: "Hinweis: In diesem Gespräch wurde nichts angelegt, gesendet oder geändert.",
    proposed: "Hinweis: Das ist ein Vorschlag. Es geschieht nichts, bis ein Mensch ihn bestätigt.",
    handedOver: "Ich habe dieses Gespräch an einen Menschen aus dem Support-Team übergeben.",
  },
  fr: {
    refusal: "Je n'ai rien trouvé à ce sujet dans la base de connaissances, et je ne veux pas deviner. Je peux préparer un ticket d'assistance ou passer la main à une personne : dites-moi simplement ce que vous préférez.",
    noSearch: "Je ne peux pas consulter la base de connaissances pour le moment, et donc pas répondre de façon fiable. Je peux préparer un ticket d'assistance ou passer la main à une personne : dites-moi simplement ce que vous préférez.",
    blocked: "Je ne peux pas vous aider pour cela ici. Pour une question sur le produit ou un dossier d'assistance, je vous aide volontiers.",
    nothingDone: "Remarque : rien n'a été créé, envoyé ou modifié dans cette conversation.",
    proposed: "Remarque : ceci est une proposition. Rien ne se passe tant qu'une personne ne l'a pas confirmée.",
    handedOver: "J'ai transmis cette conversation à une personne de l'équipe d'assistance.",
  },
  es: {
    refusal: "No he encontrado nada sobre esto en la base de conocimientos y no quiero adivinar. Puedo preparar un ticket de soporte o pasar la conversación a una persona: dígame qué prefiere.",
    noSearch: "En este momento no puedo buscar en la base de conocimientos, así que no puedo responder con fiabilidad. Puedo preparar un ticket de soporte o pasar la conversación a una persona: dígame qué prefiere.",
    blocked: "No puedo ayudarle con eso aquí. Si tiene una pregunta sobre el producto o un caso de soporte, le ayudo con gusto.",
    nothingDone: "Nota: en esta conversación no se ha creado, enviado ni cambiado nada.",
    proposed: "Nota: esto es una propuesta. No ocurre nada hasta que una persona la confirme.",
    handedOver: "He pasado esta conversación a una persona del equipo de soporte.",
  },
};

/** Words that are frequent in one of the languages, and in no other of them. */
const words: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set("the is are how what do does i my can you and for with not it to of".split(" ")),
  de: new Set("der die das ist sind wie was ich mein meine kann und für mit nicht ein eine auf zu wir sie bitte".split(" ")),
  fr: new Set("le les est sont comment que je mon ma peux et pour avec pas une du vous nous ne puis où".split(" ")),
  es: new Set("el los las es son cómo como qué mi puedo y para con una del usted por mis tengo hay".split(" ")),
};

/** The language that a text is most likely in; English where nothing tells. */
export function languageOf(text: string): Language {
  const counts = { en: 0, de: 0, fr: 0, es: 0 };
  for (const word of text.slice(0, 2000).toLowerCase().match(/\p{L}+/gu) ?? []) {
    for (const language of languages) {
      counts[language] += words[language].has(word) ? 1 : 0;
    }
  }
  return languages.reduce((best, language) => (counts[language] > counts[best] ? language : best), "en" as Language);
}

const pleasantries = new Set(
  (
    "hello hi hey hiya good morning afternoon evening day thanks thank you thx very much so many a lot bye goodbye see later ok okay great perfect cool nice fine ciao " +
    "hallo guten morgen tag abend danke vielen dank schön sehr servus moin tschüss auf wiedersehen super prima alles klar " +
    "bonjour bonsoir salut merci beaucoup au revoir parfait d'accord hola buenos buenas días tardes noches gracias muchas adiós perfecto vale there team all everyone"
  ).split(" "),
);

/** Whether a message is a greeting, thanks or a good-bye, and asks nothing. */
export function isPleasantry(message: string): boolean {
  const said = message.toLowerCase().match(/[\p{L}\p{N}'’]+/gu) ?? [];
  return said.length > 0 && said.length <= 6 && said.every((word) => pleasantries.has(word.replace("’", "'")));
}
