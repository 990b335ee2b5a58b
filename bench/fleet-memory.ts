/**
 * How much memory does one card more take in a fleet?
 *
 *     npx tsx bench/fleet-memory.ts
 *
 * Each card is manufactured with its own ICCID, IMSI and four pairs, then powered off: at rest it
 * is one octet string beside the image that all share. Then every card changes its subscription
 * once. What is printed is heap and array buffers together, for one card.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { imsi } from '../src/bytes/identity.ts';
import { makeImage, manufacture } from '../src/card/image.ts';
import { CardMemory } from '../src/card/store/card-memory.ts';
import { decodeRoot, encodeRoot } from '../src/card/store/commit-codec.ts';
import { Uicc } from '../src/card/uicc.ts';
import { encodeSubscriptionParameters } from '../src/ota/subscription-change.ts';
import { DEFAULT_PROFILE } from '../src/profile/default-profile.ts';
import { deviceProfile } from '../src/scenario/device.ts';
import { seededRandomness } from '../src/scenario/randomness.ts';

const CARDS = 5_000;
const PAIRS = 4;
const TARGET = 1024;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

function used(): number {
  for (let n = 0; n < 4; n++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const image = makeImage(DEFAULT_PROFILE);
const random = seededRandomness('fleet');

/** A card with a person of its own, powered off. */
function cardAtRest(number: number): Uint8Array {
  return encodeRoot(image, manufacture(image, deviceProfile(number, PAIRS, random)));
}

/** Stages a change and lets a reset make it effective; powered off again. */
function changed(octets: Uint8Array, number: number): Uint8Array {
  const memory = new CardMemory(image, decodeRoot(image, octets), undefined);
  const msin = String(number).padStart(10, '0');
  const parameters = encodeSubscriptionParameters({
    imsi: imsi(`00102${msin}`),
    mncLength: 2,
    operatorData: {},
  });
  memory.commit([{ kind: 'stage', parameters }]);
  const card = new Uicc(image, { root: memory.root });
  card.reset();
  return encodeRoot(image, card.root);
}

const warmUp = changed(cardAtRest(1), 1).length;
const fleet: Uint8Array[] = new Array(CARDS).fill(new Uint8Array(0));
const before = used();
for (let n = 0; n < CARDS; n++) fleet[n] = cardAtRest(n + 1);
const manufactured = (used() - before) / CARDS;
for (let n = 0; n < CARDS; n++) fleet[n] = changed(fleet[n] ?? new Uint8Array(0), n + 1);
const afterChange = (used() - before) / CARDS;
const verdict = manufactured <= TARGET ? 'holds' : 'does not hold';
console.log(`${CARDS} cards with ${PAIRS} pairs, ${cardAtRest(1).length} octets each at rest`);
console.log(
  `one card more          ${manufactured.toFixed(0)} octets, target ${TARGET} ${verdict}`,
);
console.log(`after one change       ${afterChange.toFixed(0)} octets, ${warmUp} octets at rest`);
