// What confirms that digits and letters are what they look like.

/** First digits of the networks' cards, and how many digits those have: as in handlers/internal/redact/card.go. */
const brands: readonly (readonly [low: number, high: number, digits: number, least: number, most: number])[] = [
  [4, 4, 1, 13, 19],
  [51, 55, 2, 16, 16],
  [2221, 2720, 4, 16, 16],
  [34, 34, 2, 15, 15],
  [37, 37, 2, 15, 15],
  [36, 36, 2, 14, 19],
  [38, 39, 2, 14, 19],
  [300, 305, 3, 14, 19],
  [3528, 3589, 4, 16, 19],
  [60, 60, 2, 16, 19],
  [62, 62, 2, 16, 19],
  [64, 65, 2, 16, 19],
  [81, 82, 2, 16, 19],
  [50, 50, 2, 13, 19],
  [56, 58, 2, 13, 19],
  [63, 63, 2, 13, 19],
  [67, 67, 2, 13, 19],
  [2200, 2204, 4, 16, 19],
  [979200, 979289, 6, 16, 16],
  [9704, 9704, 4, 16, 19],
];

export function isCard(digits: string): boolean {
  const known = brands.some(([low, high, n, least, most]) => {
    const prefix = Number(digits.slice(0, n));
    return prefix >= low && prefix <= high && digits.length >= least && digits.length <= most;
  });
  return known && luhn(digits);
}

/** The last digit of ISO/IEC 7812-1, annex B. */
function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Lengths of IBANs by country: the IBAN registry (ISO 13616). */
const ibanLengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 " +
    "IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** How many characters of text, spaces included, are an IBAN at its beginning; 0 for none. */
export function ibanLength(text: string): number {
  let compact = "";
  const want = ibanLengths[text.replace(/[^A-Za-z]/g, "").slice(0, 2).toUpperCase()] ?? 0;
  for (let i = 0; i < text.length && want > 0; i++) {
    const sign = text.charAt(i);
    if (/[A-Za-z0-9]/.test(sign)) {
      compact += sign.toUpperCase();
      if (compact.length === want) {
        return /^[A-Za-z0-9]/.test(text.slice(i + 1)) || !mod97(compact) ? 0 : i + 1;
      }
    }
  }
  return 0;
}

/** ISO 7064, MOD 97-10. */
function mod97(iban: string): boolean {
  const moved = iban.slice(4) + iban.slice(0, 4);
  let rest = 0;
  for (const sign of moved) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** Country calling codes of two and three digits that are in use; of one digit: 1 and 7 (ITU-T E.164). */
export function callingCode(digits: string): boolean {
  if (/^[17]/.test(digits)) {
    return true;
  }
  const unused = /^(?:21[0459]|25[9]|28[0-9]|29[23456]|38[348]|42[245678]|69[3456789]|80[1234567]|83|85[14789]|87[1234567]|88[4579]|89|96[9]|97[8]|99[0179])/;
  return /^[2-9]/.test(digits) && !unused.test(digits);
}
