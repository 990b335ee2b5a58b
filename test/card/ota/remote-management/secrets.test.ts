/**
 * No secret of the card is in what a script answers: K, OPc, OTA keys, PINs and UNBLOCK PINs,
 * whatever is asked, with full access.
 *
 * A secret is looked for by every 6 of its octets in a row.
 *
 * @see ETSI TS 102 226 §5; ETSI TS 102 221 §9
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../../../src/profile/default-profile.ts';
import { type CardProfile, hasRecords, type PinProfile } from '../../../../src/profile/profile.ts';
import { EVERYTHING } from '../../support/proactive.ts';
import { LONG, RFM, remoteProfile, runScript, VERY_LONG } from '../../support/remote.ts';
import { apdus, definite, go, READ_ALL } from '../../support/scripts.ts';
import { octet, pinOctets, TestCard } from '../../support/test-card.ts';

/** PINs that are like nothing else in the profile. */
const PINS: readonly PinProfile[] = [
  {
    ...{ reference: '01', value: '90817263', retries: 3, enabled: true },
    unblock: { value: '50416273', retries: 10 },
  },
  {
    ...{ reference: '81', value: '71605948', retries: 3, enabled: true },
    unblock: { value: '38271605', retries: 10 },
  },
  { reference: '0A', value: '9D3BC75EA1F20684', retries: 10, enabled: true },
];
/** The long EFs count up, as the test keys do. */
const FILES = remoteProfile().files.filter(({ fid }) => fid !== LONG && fid !== VERY_LONG);
const PROFILE: CardProfile = { ...remoteProfile(), files: FILES, pins: PINS };

function remoteCard(): TestCard {
  return new TestCard({ profile: PROFILE, setUp: [EVERYTHING] });
}

/** What nobody may read: every 6 octets in a row. */
const PARTS: readonly string[] = [
  ...DEFAULT_PROFILE.keyTable.entries.flatMap(({ k, opc = '', keySets }) => [
    k,
    opc,
    ...keySets.flatMap(({ kic, kid }) => [kic.key, kid.key]),
  ]),
  ...PINS.flatMap(({ value, unblock }) => {
    const pin = value.length === 16 ? value : pinOctets(value);
    return unblock === undefined ? [pin] : [pin, pinOctets(unblock.value)];
  }),
]
  .flatMap((secret) =>
    Array.from({ length: secret.length / 2 - 5 }, (_, n) => secret.slice(2 * n, 2 * n + 12)),
  )
  // Filler is no secret.
  .filter((part) => part !== 'FFFFFFFFFFFF');

/** Where the files of a directory are: the script that starts there. */
function tarOf(path: string): string {
  if (path.startsWith('MF/ADF.USIM')) return RFM.usim;
  return path.startsWith('MF/ADF.ISIM') ? RFM.isim : RFM.compact;
}

/** SELECT on the way to a file, from where the script starts. */
function wayTo(path: string, fid: string): string {
  const names = path.split('/').slice(1, -1);
  const directories = names.flatMap((_, n) => {
    const found = DEFAULT_PROFILE.directories.find(
      (directory) => directory.path === ['MF', ...names.slice(0, n + 1)].join('/'),
    );
    return found?.aid === undefined ? [found?.fid ?? ''] : [];
  });
  return [...directories, fid].map(go).join('');
}

describe('no secret', () => {
  function contents(card: TestCard): string[] {
    return FILES.flatMap((file) => {
      const tar = tarOf(file.path);
      const way = wayTo(file.path, file.fid);
      if (!hasRecords(file)) return [runScript(card, tar, way + READ_ALL)];
      return Array.from({ length: file.recCount }, (_, n) =>
        runScript(card, tar, `${way}00B2${octet(n + 1)}0400`),
      );
    });
  }

  it('would be missed: the parts of secrets are looked for', () => {
    expect(PARTS.length).toBeGreaterThan(100);
    expect(PARTS).toContain(DEFAULT_PROFILE.keyTable.entries[0]!.k.slice(0, 12));
  });

  it('is in any file, read with full access', () => {
    const card = remoteCard();
    const all = contents(card);
    const denied = all.filter((answer) => !/^..9000/u.test(answer));
    // EFs with NEVER and without a rule.
    expect(denied).toEqual(['026982', '026982']);
    expect(all.length).toBeGreaterThan(100);
    for (const content of all) expect(PARTS.filter((part) => content.includes(part))).toEqual([]);
  });

  it('is in any answer to any instruction', () => {
    const card = remoteCard();
    for (let ins = 0; ins < 256; ins++) {
      const commands = ['00', '80'].flatMap((cla) =>
        ['0000', '0081', '0102'].map((p1p2) => `${cla}${octet(ins)}${p1p2}00`),
      );
      for (const command of commands) {
        const answer = runScript(card, RFM.usimExpanded, definite(apdus(go('6F07'), command)));
        expect(PARTS.filter((part) => answer.includes(part))).toEqual([]);
      }
    }
    expect(card.faults).toEqual([]);
  });
});
