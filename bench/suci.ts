/**
 * What does GET IDENTITY cost, against the key agreement alone in OpenSSL?
 *
 *     npx tsx bench/suci.ts
 *
 * Ours is the command as an ME sends it over T=0, and its GET RESPONSE: class, PIN, services, four
 * files, an ephemeral key with its public half, the agreement, and the ciphering; all the curves in
 * TypeScript. The peer is one agreement of `node:crypto`, with keys that are ready. With the null
 * scheme the peer is the agreement of X25519: it says how little the rest is.
 *
 * @see 3GPP TS 31.102 §7.5; 3GPP TS 33.501 (ECIES profiles A and B)
 * @module
 */

import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { fromHex, toHex } from '../src/bytes/hex.ts';
import { createUicc } from '../src/card/uicc.ts';
import { suciPublicKey } from '../src/crypto/suci.ts';
import { DEFAULT_PROFILE } from '../src/profile/default-profile.ts';
import type { CardProfile } from '../src/profile/profile.ts';
import { seededRandomness } from '../src/scenario/randomness.ts';
import { compare, nsPerOp, pinToOneCore } from './peer.ts';

const COMMANDS = 20;
const AGREEMENTS = 200;

/** EF_UST of the built-in profile with service 125. */
const SUCI_BY_USIM = '000A1F0C21360400400110000000003E00';

function profileWith(calcInfo: string): CardProfile {
  const contents = new Map([
    ['MF/ADF.USIM/EF.UST', SUCI_BY_USIM],
    ['MF/ADF.USIM/DF.5GS/EF.SUCI_Calc_Info', calcInfo],
  ]);
  const files = DEFAULT_PROFILE.files.map((file) => {
    const data = contents.get(file.path);
    return data === undefined || file.type !== 'transparent'
      ? file
      : { ...file, data, size: data.length / 2 };
  });
  return { ...DEFAULT_PROFILE, files };
}

/** Nanoseconds for one GET IDENTITY and its GET RESPONSE. */
function identities(calcInfo: string): () => number {
  const card = createUicc(profileWith(calcInfo), { random: seededRandomness('bench') });
  card.reset();
  card.transmit(fromHex('00A4040C07A0000000871002'));
  card.transmit(fromHex('002000010831323334FFFFFFFF'));
  const getIdentity = fromHex('8078000100');
  return () =>
    nsPerOp(COMMANDS, () => {
      for (let n = 0; n < COMMANDS; n++) {
        const [, octets = 0] = card.transmit(getIdentity);
        const answer = card.transmit(Uint8Array.of(0, 0xc0, 0, 0, octets));
        if (answer[0] !== 0xa1) throw new Error(`GET IDENTITY was refused: ${toHex(answer)}`);
      }
    });
}

/** Nanoseconds for one agreement. */
function agreements(of: { privateKey: KeyObject; publicKey: KeyObject }): () => number {
  const { privateKey } = of;
  const publicKey = createPublicKey(of.publicKey.export({ format: 'pem', type: 'spki' }));
  return () =>
    nsPerOp(AGREEMENTS, () => {
      for (let n = 0; n < AGREEMENTS; n++) diffieHellman({ privateKey, publicKey });
    });
}

const own = new Uint8Array(32).fill(0x5a);
const x25519 = agreements(generateKeyPairSync('x25519'));
const p256 = agreements(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }));

pinToOneCore();
for (const { name, calcInfo, peer, target } of [
  { name: 'null scheme', calcInfo: 'A0020000', peer: x25519, target: 1 },
  {
    name: 'profile A',
    calcInfo: `A0020101A1258001018120${toHex(suciPublicKey(1, own))}`,
    peer: x25519,
    target: 60,
  },
  {
    name: 'profile B',
    calcInfo: `A0020201A1268001018121${toHex(suciPublicKey(2, own))}`,
    peer: p256,
    target: 60,
  },
]) {
  const { ours } = compare({
    name: `GET IDENTITY, ${name}`,
    ours: identities(calcInfo),
    peer,
    target,
    rounds: 15,
  });
  console.log(`${(1e9 / ours).toFixed(0)} a second`);
}
