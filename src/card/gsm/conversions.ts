/**
 * Contents that a SIM codes otherwise than a USIM: one EF, read and written through a glass.
 *
 *     EF_PLMNsel   PLMN 3              of EF_PLMNwAcT    PLMN 3 | AcT 2
 *     EF_ECC       code 3              of EF_ECC         a record: code 3 | name | service
 *     EF_LP        language 1          of EF_LI          letters 2
 *     EF_AD        its first 4 octets  of EF_AD
 *
 * Whoever writes changes the entries that differ from what he could read, and no other: what a SIM
 * cannot say of the others stays.
 *
 * @see 3GPP TS 51.011 §10.3; 3GPP TS 31.102 §4.2
 * @module
 */

import { concat, equals, filled } from '../../bytes/octets.ts';
import { isTransparent } from '../files/file-system.ts';
import type { ElementaryNode } from '../memory.ts';

/** How an EF of the card is seen. Both make new octets. */
export interface Conversion {
  /** Whether an EF of the card can be seen so. */
  readonly suits: (node: ElementaryNode) => boolean;
  /** Gives the content that the terminal sees. */
  readonly read: (node: ElementaryNode) => Uint8Array;
  /**
   * Gives the content of the card's EF after the terminal has written; `undefined` for what it
   * cannot hold.
   *
   * @param seen as long as what `read` gives
   */
  readonly write: (node: ElementaryNode, seen: Uint8Array) => Uint8Array | undefined;
}

/** One entry of a list on both sides. */
interface EntryConversion {
  readonly suits: (node: ElementaryNode) => boolean;
  /** Octets of an entry in the card's EF. */
  readonly octetsOf: (node: ElementaryNode) => number;
  /** Octets of an entry as it is seen. */
  readonly seenOctets: number;
  readonly see: (entry: Uint8Array) => Uint8Array;
  /** @param octets of the entry that is made */
  readonly make: (seen: Uint8Array, octets: number) => Uint8Array | undefined;
}

function entriesOf({ content }: ElementaryNode, octets: number): Uint8Array[] {
  const count = Math.floor(content.length / octets);
  return Array.from({ length: count }, (_, n) => content.slice(n * octets, (n + 1) * octets));
}

function listConversion(entries: EntryConversion): Conversion {
  const { suits, octetsOf, seenOctets, see, make } = entries;
  return {
    suits,
    read: (node) => concat(...entriesOf(node, octetsOf(node)).map(see)),
    write(node, seen) {
      const octets = octetsOf(node);
      const content = node.content.slice();
      for (const [n, entry] of entriesOf(node, octets).entries()) {
        const written = seen.slice(n * seenOctets, (n + 1) * seenOctets);
        if (equals(written, see(entry))) continue;
        const made = make(written, octets);
        if (made === undefined) return undefined;
        content.set(made, n * octets);
      }
      return content;
    },
  };
}

const PLMN_OCTETS = 3;
const PLMN_ACT_OCTETS = 5;
/** Access technologies of a PLMN that a terminal of the second generation prefers: GSM. */
const GSM_ALONE = Uint8Array.of(0x00, 0x80);
const NO_TECHNOLOGY = new Uint8Array(2);

function isEmpty(octets: Uint8Array): boolean {
  return octets.every((octet) => octet === 0xff);
}

/** EF_PLMNsel of EF_PLMNwAcT. */
export const PLMN_SELECTOR: Conversion = listConversion({
  suits: isTransparent,
  octetsOf: () => PLMN_ACT_OCTETS,
  seenOctets: PLMN_OCTETS,
  see: (entry) => entry.slice(0, PLMN_OCTETS),
  make: (plmn) => concat(plmn, isEmpty(plmn) ? NO_TECHNOLOGY : GSM_ALONE),
});

const CODE_OCTETS = 3;

/** EF_ECC, transparent, of the records of EF_ECC. A code that is new has no name and no service. */
export const EMERGENCY_CODES: Conversion = listConversion({
  suits: ({ structure, recordLength }) => structure === 'linear' && recordLength > CODE_OCTETS,
  octetsOf: ({ recordLength }) => recordLength,
  seenOctets: CODE_OCTETS,
  see: (record) => record.slice(0, CODE_OCTETS),
  make(code, octets) {
    const record = filled(octets, 0xff);
    record.set(code);
    if (!isEmpty(code)) record[octets - 1] = 0x00;
    return record;
  },
});

/** Languages by the number that cell broadcast has for them. */
const LANGUAGES: Readonly<Record<number, string>> = {
  0: 'de',
  1: 'en',
  2: 'it',
  3: 'fr',
  4: 'es',
  5: 'nl',
  6: 'sv',
  7: 'da',
  8: 'pt',
  9: 'fi',
  10: 'no',
  11: 'el',
  12: 'tr',
  13: 'hu',
  14: 'pl',
};
const LETTERS = 2;
const NO_LANGUAGE = 0xff;

/**
 * EF_LP of EF_LI. A language without a number is seen as none; a number without a language cannot
 * be written.
 *
 * @see 3GPP TS 23.038 §5
 */
export const LANGUAGE_PREFERENCE: Conversion = listConversion({
  suits: isTransparent,
  octetsOf: () => LETTERS,
  seenOctets: 1,
  see(letters) {
    const name = String.fromCharCode(...letters).toLowerCase();
    const found = Object.entries(LANGUAGES).find(([, language]) => language === name);
    return Uint8Array.of(found === undefined ? NO_LANGUAGE : Number(found[0]));
  },
  make([number = NO_LANGUAGE]) {
    if (number === NO_LANGUAGE) return filled(LETTERS, 0xff);
    const language = LANGUAGES[number];
    if (language === undefined) return undefined;
    return Uint8Array.from(language, (letter) => letter.charCodeAt(0));
  },
});

const AD_OCTETS = 4;

/** EF_AD without what later editions put behind the length of the MNC. */
export const ADMINISTRATIVE_DATA: Conversion = {
  suits: isTransparent,
  read: ({ content }) => content.slice(0, AD_OCTETS),
  write({ content }, seen) {
    const changed = content.slice();
    changed.set(seen);
    return changed;
  },
};
