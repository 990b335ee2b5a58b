/**
 * Whether a plan is how a packet was made.
 *
 *     with a checksum       the checksum comes out right
 *     without one           CNTR is near the stored one or 0, PCNTR fits, padding is zeros
 *
 * Without a checksum the bits that are as a sender would have them are counted; 32 are a proof.
 *
 * @see ETSI TS 102 225 §5.1
 * @module
 */

import { concat, equalsInConstantTime } from '../../bytes/octets.ts';
import { ByteReader } from '../../bytes/reader.ts';
import { CHECKSUM_IN_FRONT, type Fields, pcntrOf } from './coverage.ts';
import { blockOf, crcBy, decipherBy, macBy } from './methods.ts';
import { type Ciphering, COUNTERS_OCTETS, type Inquiry, type Plan } from './plan.ts';

/** What must be right by more than chance where no checksum is. */
const PROOF_BITS = 32;
const CNTR_OCTETS = 5;
const CNTR_BITS = 40;
/** More padding than a sender adds by mistake: by a wrong key PCNTR is any octet. */
const PCNTR_LIKELY_MAX = 32;

/** Deciphers what stands behind TAR; `undefined` without a key or without whole blocks. */
function decipher(inquiry: Inquiry, body: Uint8Array, by: Ciphering): Uint8Array | undefined {
  const key = inquiry.ring.key(by.key);
  const length = body.length - by.from;
  if (key === undefined || length <= 0 || length % blockOf(by.key.algorithm) !== 0)
    return undefined;
  const plain = body.slice();
  plain.set(decipherBy(key, by.mode, body.subarray(by.from)), by.from);
  return plain;
}

/** Reads the fields behind TAR as a plan has them; `undefined` when it cannot be so. */
export function readFields(inquiry: Inquiry, plan: Plan): Fields | undefined {
  const { body, ciphering, layout, check } = plan;
  const isPlain = ciphering === undefined || layout.isOfCiphertext;
  const plain = isPlain ? body : decipher(inquiry, body, ciphering);
  return plain && layout.cut(plain, check.octets);
}

/** Reads CNTR. */
export function cntrOf({ counters }: Fields): number {
  return new ByteReader(counters, 'command packet').uint(CNTR_OCTETS, 'CNTR');
}

/** Gives the CNTR that has the same octets in reverse order. */
export function reversedCntr(cntr: number): number {
  let reversed = 0;
  for (let n = 0; n < CNTR_OCTETS; n++) {
    reversed = reversed * 256 + (Math.floor(cntr / 256 ** n) % 256);
  }
  return reversed;
}

/** How many bits of CNTR are as a sender would have them, and not any value. */
function cntrBits(inquiry: Inquiry, fields: Fields): number {
  const likely = [0, ...inquiry.receiver.keySets.map(({ cntr }) => cntr)];
  const read = cntrOf(fields);
  const distances = [read, reversedCntr(read)].flatMap((cntr) =>
    likely.map((near) => Math.abs(cntr - near)),
  );
  const choices = distances.length * (Math.min(...distances) + 1);
  return Math.max(0, CNTR_BITS - Math.log2(choices));
}

/** How many bits of PCNTR and padding are as a sender would have them. */
function paddingBits(ciphering: Ciphering | undefined, fields: Fields): number {
  const pcntr = pcntrOf(fields);
  if (ciphering === undefined) return pcntr === 0 ? 8 : 0;
  const block = blockOf(ciphering.key.algorithm);
  if (pcntr > block || pcntr > fields.padded.length) return 0;
  const padding = fields.padded.slice(fields.padded.length - pcntr);
  const isZero = padding.every((octet, at) => octet === 0 || (at === 0 && octet === 0x80));
  return 8 - Math.log2(block) + (isZero ? Math.max(0, 8 * pcntr - 1) : 0);
}

/** How many bits of a plain text are as a sender would have them. */
function likelyBits(inquiry: Inquiry, ciphering: Ciphering | undefined, fields: Fields): number {
  return cntrBits(inquiry, fields) + paddingBits(ciphering, fields);
}

/**
 * Deciphers what a checksum of ciphered octets covers.
 *
 * @returns `undefined` when it is more like a plain text as it is
 */
function underChecksum(inquiry: Inquiry, plan: Plan, sent: Fields): Fields | undefined {
  const octets = concat(sent.counters, sent.padded);
  const plain = plan.ciphering && decipher(inquiry, octets, plan.ciphering);
  const asSent = CHECKSUM_IN_FRONT.cut(octets, 0);
  const fields = plain && CHECKSUM_IN_FRONT.cut(plain, 0);
  if (fields === undefined || asSent === undefined) return undefined;
  const bits = likelyBits(inquiry, plan.ciphering, fields);
  return bits > likelyBits(inquiry, undefined, asSent) ? fields : undefined;
}

function computed(inquiry: Inquiry, plan: Plan, covered: Uint8Array): Uint8Array | undefined {
  const { check } = plan;
  if (check.kind === 'none') return undefined;
  if (check.kind === 'rc') return crcBy(check.octets, check.form, covered);
  const mac = macBy(inquiry.ring, check.key, check.method, covered);
  if (mac === undefined || mac.length < check.octets) return undefined;
  return check.method === 'last-octets' ? mac.slice(-check.octets) : mac.slice(0, check.octets);
}

/** Tells whether PCNTR of a packet that was deciphered by guess lets its key be the right one. */
function isLikely(inquiry: Inquiry, plan: Plan, fields: Fields): boolean {
  if (plan.ciphering === undefined || plan.ciphering === inquiry.base.ciphering) return true;
  return plan.layout.isOfCiphertext || pcntrOf(fields) <= PCNTR_LIKELY_MAX;
}

/**
 * Reads the packet as a plan has it, if the packet proves the plan.
 *
 * @returns the fields behind TAR, or `undefined` when the packet was not made so
 */
export function readBy(inquiry: Inquiry, plan: Plan): Fields | undefined {
  const fields = readFields(inquiry, plan);
  if (fields === undefined || !isLikely(inquiry, plan, fields)) return undefined;
  if (plan.check.kind === 'none') {
    if (fields.counters.length !== COUNTERS_OCTETS) return undefined;
    return likelyBits(inquiry, plan.ciphering, fields) >= PROOF_BITS ? fields : undefined;
  }
  const covered = plan.span.covered(plan.clear, fields);
  const checksum = covered && computed(inquiry, plan, covered);
  if (checksum === undefined || !equalsInConstantTime(checksum, fields.checksum)) return undefined;
  return plan.layout.isOfCiphertext ? underChecksum(inquiry, plan, fields) : fields;
}
