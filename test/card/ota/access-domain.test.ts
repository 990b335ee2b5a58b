/**
 * Access domains: what a script may read and update, apart from whatever the terminal may.
 *
 * @see ETSI TS 102 226 (access domain parameter); ETSI TS 102 221 §9
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.ts';
import { decodeAccessDomain } from '../../../src/card/ota/access-domain.ts';
import { applet, CONDITIONS, RFM, remoteCard, runScript } from '../support/remote.ts';
import {
  apdus,
  definite,
  go,
  READ_ALL,
  rapdus,
  read,
  response,
  update,
} from '../support/scripts.ts';
import { ADM1, octet, PIN1, PIN2, type TestCard, WRONG_PIN1 } from '../support/test-card.ts';

const TAR = 'B00F02';
type File = keyof typeof CONDITIONS;
const FILES = Object.keys(CONDITIONS) as File[];

function cardOf(accessDomain: string, setUp: readonly string[] = []): TestCard {
  const more = (['compact', 'expanded'] as const).map((format, n) =>
    applet(`B00F0${2 + n}`, { accessDomain, format }),
  );
  return remoteCard({ more, setUp });
}

/** Files that a script may read, and those that it may update. */
function rights(card: TestCard): { read: File[]; update: File[] } {
  const may = (command: string): File[] =>
    FILES.filter((file) => {
      const answer = runScript(card, TAR, go(CONDITIONS[file]) + command);
      if (!/^02(?:9000|6982)/u.test(answer)) throw new Error(`${file}: ${answer}`);
      return answer.startsWith('029000');
    });
  return { read: may(read(4)), update: may(update('FFFFFFFF')) };
}

const NOTHING = { read: [], update: [] };
const EVERYBODY = { read: ['always', 'readOnly'], update: [] };

/** What one domain may do. */
const DOMAINS: readonly (readonly [domain: string, read: string, update: string])[] = [
  ['00', 'always pin1 pin1Both pin2 adm1 readOnly', 'always pin1 pin1Both pin2 adm1'],
  ['02000000', 'always readOnly', ''],
  ['02010000', 'always pin1 pin1Both pin2 readOnly', 'pin1Both'],
  ['02000100', 'always adm1 readOnly', 'always pin1 adm1'],
  ['02010100', 'always pin1 pin1Both pin2 adm1 readOnly', 'always pin1 pin1Both adm1'],
  // PIN 2 to 8, ADM 2 to 10: this card has none of them.
  ['02FEFE03', 'always readOnly', ''],
  ['FF', '', ''],
];

describe('an access domain', () => {
  it.each(DOMAINS)('%s may read: %s; and update: %s', (domain, mayRead, mayUpdate) => {
    const words = (text: string): string[] => (text === '' ? [] : text.split(' '));
    expect(rights(cardOf(domain))).toEqual({ read: words(mayRead), update: words(mayUpdate) });
  });

  it.each([
    ...['01', '03', '04', '7F', '80', 'FE'].flatMap((kind) => [kind, `${kind}010100`]),
    ...['0000', '00010100', '02', '0201', '020101', '0201010000', 'FF010100'],
  ])('%s gives nothing: it is reserved, or of another length', (domain) => {
    expect(rights(cardOf(domain))).toEqual(NOTHING);
    expect(decodeAccessDomain(fromHex(domain))).toEqual({ rights: 'none', keys: [] });
  });

  it('of no octets gives nothing', () => {
    expect(decodeAccessDomain(new Uint8Array(0))).toEqual({ rights: 'none', keys: [] });
  });

  it('names keys by one bit each: PIN 1 to 8, ADM 1 to 8, ADM 9 and 10', () => {
    const references = [
      ['01', '02', '03', '04', '05', '06', '07', '08'],
      ['0A', '0B', '0C', '0D', '0E', '8A', '8B', '8C'],
      ['8D', '8E'],
    ];
    const keysOf = (domain: string): string[] =>
      decodeAccessDomain(fromHex(domain)).keys.map(octet);
    for (const [at, row] of references.entries()) {
      for (let bit = 0; bit < 8; bit++) {
        const octets = ['00', '00', '00'].with(at, octet(1 << bit)).join('');
        expect(keysOf(`02${octets}`)).toEqual(row[bit] === undefined ? [] : [row[bit]]);
      }
    }
    expect(keysOf('02FFFFFF')).toEqual(references.flat());
  });

  it.each(['00', '02FFFFFF'])(
    '%s opens nothing that NEVER may be done, or that has no rule',
    (of) => {
      const card = cardOf(of);
      for (const command of [read(4), READ_ALL, update('FFFFFFFF')]) {
        for (const file of ['never', 'noRule'] as const) {
          expect(runScript(card, TAR, go(CONDITIONS[file]) + command)).toBe('026982');
        }
      }
      expect(runScript(card, TAR, go(CONDITIONS.readOnly) + update('FFFFFFFF'))).toBe('026982');
      const script = definite(apdus(go(CONDITIONS.never), READ_ALL));
      expect(runScript(card, 'B00F03', script)).toBe(response(2, rapdus('9000', '6982')));
    },
  );

  it('lets a file be selected whoever asks: that tells no content', () => {
    for (const [domain] of DOMAINS) {
      expect(runScript(cardOf(domain), TAR, go(CONDITIONS.never))).toBe('019000');
    }
  });

  it('has the rights of a key that is blocked, for they are its own', () => {
    const card = cardOf('02010000');
    const before = rights(card);
    card.sendAll(Array<string>(3).fill(WRONG_PIN1));
    expect(card.send(PIN1)).toBe('6983');
    expect(rights(card)).toEqual(before);
    expect(before).not.toEqual(EVERYBODY);
  });

  it('has the rights of a key without having verified it', () => {
    const card = cardOf('02010000', [PIN1]);
    const change = '0024000110FFFFFFFFFFFFFFFF39393939FFFFFFFF';
    expect(runScript(card, TAR, change)).toBe('0163C2');
    expect(runScript(card, TAR, go(CONDITIONS.pin1) + read(4))).toBe('02900001020304');
  });
});

describe('what the terminal has verified', () => {
  it.each(['02000000', 'FF'])('gives a script of domain %s nothing', (domain) => {
    const card = cardOf(domain, [PIN1, PIN2, ADM1]);
    expect(card.sendAll([go(CONDITIONS.adm1), read(4)])).toBe('010203049000');
    expect(rights(card)).toEqual(domain === 'FF' ? NOTHING : EVERYBODY);
  });
});

describe('what a script verifies', () => {
  const PIN1_READ = go(CONDITIONS.pin1) + read(4);

  it('opens files to it', () => {
    expect(runScript(cardOf('02000000'), TAR, PIN1 + PIN1_READ)).toBe('03900001020304');
  });

  it('opens none to a script of domain FF', () => {
    expect(runScript(cardOf('FF'), TAR, PIN1 + PIN1_READ)).toBe('036982');
  });

  it('opens none to the script behind it, nor to the terminal', () => {
    const card = cardOf('02000000');
    expect(runScript(card, TAR, PIN1)).toBe('019000');
    expect(runScript(card, TAR, PIN1_READ)).toBe('026982');
    expect(card.sendAll([go(CONDITIONS.pin1), read(4)])).toBe('6982');
    expect(runScript(card, RFM.compact, PIN1 + ADM1)).toBe('029000');
    expect(card.sendAll([go(CONDITIONS.adm1), read(4)])).toBe('6982');
  });

  it('wrongly burns a try of the card, and ends the script', () => {
    const card = cardOf('02000000');
    expect(runScript(card, TAR, WRONG_PIN1 + PIN1)).toBe('0163C2');
    expect(card.send('0020000100')).toBe('63C2');
    expect(runScript(card, TAR, WRONG_PIN1)).toBe('0163C1');
    expect(runScript(card, TAR, WRONG_PIN1)).toBe('0163C0');
    expect(runScript(card, TAR, PIN1)).toBe('016983');
    expect(card.send(PIN1)).toBe('6983');
  });

  it('wrongly until it is blocked takes the terminal its right, which VERIFY gave', () => {
    const card = cardOf('02000000', [PIN1, go(CONDITIONS.pin1)]);
    expect(card.send(read(4))).toBe('010203049000');
    for (let n = 0; n < 3; n++) runScript(card, TAR, WRONG_PIN1);
    expect(card.send(read(4))).toBe('6982');
  });

  it('wrongly under full access costs the same', () => {
    const card = cardOf('00');
    expect(runScript(card, TAR, WRONG_PIN1)).toBe('0163C2');
    expect(card.send('0020000100')).toBe('63C2');
  });

  it('may be another value from then on, for the terminal, too', () => {
    const card = cardOf('02000000');
    const change = '002400011031323334FFFFFFFF39393939FFFFFFFF';
    expect(runScript(card, TAR, change)).toBe('019000');
    expect(card.send(PIN1)).toBe('63C2');
    expect(card.send(WRONG_PIN1)).toBe('9000');
  });

  it('may be unblocked, with the UNBLOCK PIN alone', () => {
    const card = cardOf('00');
    card.sendAll(Array<string>(3).fill(WRONG_PIN1));
    const unblock = (value: string): string => `002C000110${value}31323334FFFFFFFF`;
    expect(runScript(card, TAR, unblock('3939393939393939'))).toBe('0163C9');
    expect(runScript(card, TAR, unblock('3132333435363738'))).toBe('019000');
    expect(card.send(PIN1)).toBe('9000');
  });
});
