/**
 * How many secured packets a second: sealed by a sender, and executed by a card?
 *
 *     npx tsx bench/ota.ts
 *
 * UPDATE BINARY of 9 octets by SFI, with CC, ciphering and a counter that goes up (SPI 1619). A
 * card opens it, stores the counter, executes it, and seals a PoR with CC and ciphering: ENVELOPE
 * and GET RESPONSE. Beside it, in the same run, what OpenSSL takes through node:crypto to decipher
 * and to cipher as many octets, without any MAC, command or file.
 *
 * @see ETSI TS 102 225 §5.1, §5.2
 * @module
 */

import { createCipheriv, createDecipheriv } from 'node:crypto';
import { fromHex } from '../src/bytes/hex.ts';
import { createUicc, type Uicc } from '../src/card/uicc.ts';
import { encodeSmsPpDownload } from '../src/cat/envelope.ts';
import { keyOctet, type OtaAlgorithm, otaKey } from '../src/ota/key-set.ts';
import { sealCommandPacket } from '../src/ota/secured-packet.ts';
import { commandUserData } from '../src/ota/sms.ts';
import { decodeSpi } from '../src/ota/spi.ts';
import { DEFAULT_PROFILE } from '../src/profile/default-profile.ts';
import { deliverOf } from '../src/scenario/ota-kit/terminal.ts';
import { nsPerOp, pinToOneCore } from './peer.ts';

const PACKETS = 20_000;
const ROUNDS = 7;
const TAR = fromHex('b00010');
/** UPDATE BINARY of EF_IMSI by its SFI. */
const SCRIPT = fromHex('00D6870009080910101032547698');
const GET_RESPONSE = fromHex('00C0000000');
/** Octets of the command packet and of the PoR that are ciphered. */
const CIPHERED = { AES: [32, 32], '3DES': [32, 24] } as const;

const ROWS = [
  ['AES', 'aes-128-cbc', 50_000],
  ['3DES', 'des-ede-cbc', 25_000],
] as const;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const KIC = fromHex('000102030405060708090a0b0c0d0e0f');
const KID = fromHex('101112131415161718191a1b1c1d1e1f');

function sealer(type: OtaAlgorithm): (cntr: number) => Uint8Array {
  const [cipheringKey, checksumKey] = [otaKey(type, KIC), otaKey(type, KID)];
  const keySet = { kvn: 1, cipheringKey, checksumKey, macLength: 8 } as const;
  const keys = { ciphering: keySet, checksum: keySet };
  const spi = decodeSpi([0x16, 0x19]);
  const octet = keyOctet(1, cipheringKey);
  return (cntr) =>
    sealCommandPacket({ spi, kic: octet, kid: octet, tar: TAR, cntr, data: SCRIPT }, keys);
}

function cardWith(type: OtaAlgorithm): Uicc {
  const [entry] = DEFAULT_PROFILE.keyTable.entries;
  const key = (octets: Uint8Array) => ({ type, key: Buffer.from(octets).toString('hex') });
  const keySet = { kvn: 1, kic: key(KIC), kid: key(KID), cntr: '0000000000' };
  const keyTable = { active: 0, entries: [{ ...entry!, keySets: [keySet] }] };
  const card = createUicc({ ...DEFAULT_PROFILE, keyTable });
  card.reset();
  return card;
}

function envelopeOf(packet: Uint8Array): Uint8Array {
  const tpdu = deliverOf(commandUserData(packet));
  const data = encodeSmsPpDownload({ serviceCentre: undefined, tpdu });
  return Uint8Array.of(0x80, 0xc2, 0, 0, data.length, ...data);
}

function sealingRound(type: OtaAlgorithm): number {
  const seal = sealer(type);
  return nsPerOp(PACKETS, () => {
    for (let n = 1; n <= PACKETS; n++) seal(n);
  });
}

/** The packets are the same in each round, and the card is a new one. */
function executingRound(type: OtaAlgorithm, envelopes: readonly Uint8Array[]): number {
  const card = cardWith(type);
  return nsPerOp(PACKETS, () => {
    for (const envelope of envelopes) {
      const sw = card.transmit(envelope);
      GET_RESPONSE[4] = sw[1]!;
      const answer = card.transmit(GET_RESPONSE);
      if (sw[0] !== 0x61 || answer.length !== sw[1]! + 2) throw new Error('no PoR');
    }
  });
}

function opensslRound(cipher: string, [command, response]: readonly [number, number]): number {
  const vector = new Uint8Array(cipher.startsWith('aes') ? 16 : 8);
  const [down, up] = [new Uint8Array(command), new Uint8Array(response)];
  return nsPerOp(PACKETS, () => {
    for (let n = 0; n < PACKETS; n++) {
      createDecipheriv(cipher, KIC, vector).setAutoPadding(false).update(down);
      createCipheriv(cipher, KIC, vector).setAutoPadding(false).update(up);
    }
  });
}

pinToOneCore();
for (const [type, cipher, target] of ROWS) {
  const rates = (round: () => number): number => {
    round();
    return 1e9 / median(Array.from({ length: ROUNDS }, round));
  };
  const sealed = rates(() => sealingRound(type));
  const seal = sealer(type);
  const envelopes = Array.from({ length: PACKETS }, (_, n) => envelopeOf(seal(n + 1)));
  const executed = rates(() => executingRound(type, envelopes));
  const peer = rates(() => opensslRound(cipher, CIPHERED[type]));
  const verdict = (rate: number): string => (rate >= target ? 'holds' : 'does not hold');
  const row = (what: string, rate: number, remark: string): void =>
    console.log(`${type.padEnd(5)} ${what} ${rate.toFixed(0).padStart(7)}/s  ${remark}`);
  row('sealed               ', sealed, `target ${target}  ${verdict(sealed)}`);
  row('executed, with PoR   ', executed, `target ${target}  ${verdict(executed)}`);
  row('OpenSSL, both ciphers', peer, `executed/OpenSSL ${(executed / peer).toFixed(2)}`);
}
