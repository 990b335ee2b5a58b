/**
 * A test card whose pairs have an authentication algorithm of somebody's own.
 *
 * @see docs/ota-tests.md; docs/embed.md, "Algorithms of your own"
 * @module
 */

import { describe, expect, it } from 'vitest';
import type { AuthenticationAlgorithm } from '../../../src/crypto/algorithms.ts';
import { expandXorKey } from '../../../src/crypto/xor.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import { type OtaTestCardOptions, otaTestCard } from '../../../src/scenario/ota-kit/test-card.ts';

const { opc: _, ...pair } = DEFAULT_PROFILE.keyTable.entries[0]!;
const keyTable = { active: 0, entries: [{ ...pair, algorithm: 'mine' }] };
const PROFILE = { ...DEFAULT_PROFILE, keyTable };
const mine: AuthenticationAlgorithm = ({ k }) => expandXorKey(k);

describe('a test card with an algorithm of its own', () => {
  it('takes scripts as any other', () => {
    const card = otaTestCard({ profile: PROFILE, algorithms: { mine } });
    expect(card.ota('00A40000022FE2\n00B000000A').por?.status).toBe(0);
  });

  it.each<[string, OtaTestCardOptions]>([
    ['nothing is given', {}],
    ['none is given', { algorithms: {} }],
    ['another is given', { algorithms: { yours: mine } }],
  ])('is not made when %s', (_what, options) => {
    expect(() => otaTestCard({ profile: PROFILE, ...options })).toThrow(
      new RangeError('algorithms: expected one that is named "mine"'),
    );
  });
});
