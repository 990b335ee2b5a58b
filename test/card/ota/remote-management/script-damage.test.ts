/**
 * Scripts of any octets: whatever is in a packet that is right, the card answers, and does not
 * break.
 *
 * @see ETSI TS 102 226 §5.1, §5.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../../src/bytes/hex.ts';
import { decodeCompactResponse } from '../../../../src/ota/compact-format.ts';
import { decodeExpandedResponse } from '../../../../src/ota/expanded-responses.ts';
import { octetsLike } from '../../../ota/support/damage.ts';
import { WITHOUT_MESSAGES } from '../../support/proactive.ts';
import { BY_REPORT, LONG, RFM, remoteCard, runReported, sendScript } from '../../support/remote.ts';
import {
  apdus,
  ask,
  definite,
  go,
  indefinite,
  READ_ALL,
  read,
  tlv,
  update,
} from '../../support/scripts.ts';
import { PIN1, type TestCard } from '../../support/test-card.ts';

const COMPACT: readonly string[] = [
  go('2FE2') + read(10) + ask('2F00'),
  `${ask('2FE2')}00C0000000`,
  go(LONG) + READ_ALL,
  go('2F11') + update('FFFFFFFF') + PIN1,
  `${go('2F00')}00B2000204`,
];
const TEXT = '810301218082028102' + '8D0704546578742031';
const EXPANDED: readonly string[] = [
  definite(apdus(go('2FE2'), read(10), `${ask('2F00')}00`)),
  indefinite(apdus(go(LONG), READ_ALL)),
  definite(tlv('83', '11'), apdus(go('2F11'), update('FFFFFFFF'))),
  definite(tlv('83', '02'), apdus(read(4), PIN1)),
  definite(tlv('82', TEXT), apdus(go('2FFF'))),
  definite(tlv('81', TEXT), tlv('81', '82'), apdus(go('2FE2'))),
  indefinite(tlv('81', '81'), apdus(go('2FE2'))),
];

describe('any octets as a script', () => {
  it.each([
    ['compact', RFM.compact, COMPACT, decodeCompactResponse],
    ['expanded', RFM.expanded, EXPANDED, decodeExpandedResponse],
  ] as const)('in %s format are answered in the format', (_format, tar, known, decode) => {
    // Without short messages all is in the report, cut to what it holds.
    const make = (): TestCard => remoteCard({ terminal: WITHOUT_MESSAGES });
    let card = make();
    let runs = 0;
    fc.assert(
      fc.property(octetsLike(...known), (octets) => {
        if (++runs % 50 === 0) card = make();
        const answer = runReported(card, tar, toHex(octets));
        expect(() => decode(fromHex(answer))).not.toThrow();
        expect(card.faults).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    [RFM.compact, EXPANDED],
    [RFM.expanded, COMPACT],
  ] as const)('of the other format are answered by %s, too', (tar, known) => {
    for (const script of known) {
      const card = remoteCard();
      expect(sendScript(card, tar, script, BY_REPORT)).toMatch(/^027100/u);
      expect(card.faults).toEqual([]);
    }
  });
});
