/**
 * The diagnosis of a card whose pair has an algorithm of somebody's own.
 *
 * @see 3GPP TS 33.102 §6.3
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { diagnoseAka } from '../../../src/card/aka/diagnosis.ts';
import type { AkaCard, AkaExchange } from '../../../src/card/aka/mistake.ts';
import type { AuthenticationAlgorithms } from '../../../src/crypto/algorithms.ts';
import { deriveOpc, expandMilenageKey } from '../../../src/crypto/milenage.ts';
import { drawn, SEQ_MS, World } from './world.ts';

/** MILENAGE with the last octet of K changed: nothing that another algorithm gives. */
const mine = (k: Uint8Array, opc: Uint8Array) => expandMilenageKey(k.with(15, k[15]! ^ 0xa5), opc);
const algorithms: AuthenticationAlgorithms = { mine: ({ k, opc }) => mine(k, opc) };

const [k, opc] = [drawn(1, 'K'), drawn(1, 'OPc of its own')];
const w = new World(1, { algorithm: 'mine', opc: toHex(opc) }, mine(k, opc));
const card: AkaCard = { ...w.card, algorithms };

describe('an algorithm of one’s own', () => {
  it.each<[string, string | undefined, AkaExchange]>([
    ['a sound AUTHENTICATE', undefined, w.exchange()],
    ['an AUTS that is right', 'sqn-replayed', w.counting(32 * SEQ_MS + 3, { auts: w.auts() })],
    ['an SQN that is low', 'sqn-low', w.counting(32 * (SEQ_MS - 1) + 3)],
    [
      'MAC-A over another AMF',
      'mac-over-other-amf',
      {
        ...w.exchange(),
        autn: w.autn({
          mac: w.key.challenge(w.rand).macA(fromHex('000000007d24'), fromHex('0000')),
        }),
      },
    ],
    ['AUTS over AMF', 'auts-amf', w.counting(0, { auts: w.auts({ amf: w.amf }) })],
    ['another K, told', 'k-wrong', w.by(mine(drawn(2, 'K'), opc), { k: drawn(2, 'K') })],
    ['another OPc, told', 'opc-wrong', w.by(mine(k, drawn(2, 'OPc')), { opc: drawn(2, 'OPc') })],
    [
      'XOR in its place',
      'other-algorithm',
      {
        rand: w.rand,
        autn: fromHex('00'.repeat(16)),
        sender: { algorithm: 'xor', k: w.k },
      },
    ],
  ])('%s', (_what, name, exchange) => {
    expect(diagnoseAka(card, exchange).mistake?.name).toBe(name);
  });

  it('derives nothing of an OP that it is told', () => {
    const op = drawn(3, 'OP');
    const exchange = w.by(mine(k, deriveOpc(k, op)), { k, op });
    expect(diagnoseAka(card, exchange).mistake?.name).toBe('keys-differ');
  });

  it('is refused when nobody has registered it', () => {
    const error = new RangeError('algorithms: expected one that is named "mine"');
    expect(() => diagnoseAka(w.card, w.exchange())).toThrow(error);
    expect(() => diagnoseAka({ ...w.card, algorithms: {} }, w.exchange())).toThrow(error);
  });

  it('of a pair not in use is tried if it is registered, and passed over if not', () => {
    const { root } = w.card;
    const turned = { ...root, active: 1 };
    const exchange = w.exchange();
    expect(diagnoseAka({ root: turned, algorithms }, exchange).mistake?.name).toBe('other-pair');
    expect(diagnoseAka({ root: turned }, exchange).mistake?.name).toBe('keys-differ');
  });
});
