/**
 * Mistakes with what is ciphered, and with the octets around and between the fields.
 *
 * @see ETSI TS 102 225 §5.1
 * @module
 */

import { keyVersion } from '../key-set.ts';
import { type Fields, pcntrOf, WITHOUT_PCNTR } from './coverage.ts';
import { checkName, type Deviation } from './deviation.ts';
import {
  CHL_MIN,
  type Ciphering,
  CLEAR_OCTETS,
  COUNTERS_OCTETS,
  cipheringBy,
  type Inquiry,
  keySetOf,
  type Plan,
  storedUse,
} from './plan.ts';
import { octetsOf, quoted } from './words.ts';

const CIPHERED_BIT = 0x04;
const CNTR_OCTETS = 5;

const NOT_CIPHERED: Deviation = {
  name: 'not-ciphered',
  aspect: 'ciphering',
  settles: ['padding-in-clear'],
  vary: (plan) => (plan.ciphering === undefined ? [] : [{ ...plan, ciphering: undefined }]),
  remedy: (_plan, { spi1 }) =>
    `SPI1 ${quoted(spi1)} says that the packet is ciphered, and it is not: cipher it from CNTR on.`,
};

/** The ciphers of the key sets that KIc and KID name, should the packet be ciphered after all. */
function ciphersOf(inquiry: Inquiry): Ciphering[] {
  const { receiver, kic, kid } = inquiry;
  const kvns = new Set([keyVersion(kic), keyVersion(kid)]);
  return [...kvns]
    .filter((kvn) => keySetOf(receiver, kvn) !== undefined)
    .map((kvn) => cipheringBy(storedUse(receiver, kvn, 'KIc'), kic));
}

const CIPHERED_UNANNOUNCED: Deviation = {
  name: 'ciphered-unannounced',
  aspect: 'ciphering',
  settles: ['minimum-security'],
  vary: (plan, inquiry) =>
    plan.ciphering === undefined
      ? ciphersOf(inquiry).map((ciphering) => ({ ...plan, ciphering }))
      : [],
  remedy: (_plan, { spi1 }) =>
    `The packet is ciphered, and SPI1 ${quoted(spi1)} says that it is not: ` +
    `seal with SPI1 ${quoted(spi1 | CIPHERED_BIT)}.`,
};

const CIPHERING_START: Deviation = {
  name: 'ciphering-start',
  aspect: 'ciphering',
  vary({ ciphering, ...plan }) {
    if (ciphering === undefined || plan.check.kind === 'none') return [];
    const starts = [COUNTERS_OCTETS, COUNTERS_OCTETS + plan.check.octets, CNTR_OCTETS];
    return starts.map((from) => ({ ...plan, ciphering: { ...ciphering, from } }));
  },
  remedy: ({ ciphering, check }) => {
    const from = ciphering?.from ?? 0;
    const firsts = new Map([
      [CNTR_OCTETS, 'PCNTR'],
      [COUNTERS_OCTETS, `the ${checkName(check)}`],
    ]);
    return `The packet is ciphered from ${firsts.get(from) ?? 'the data'} on: begin with CNTR.`;
  },
};

/** Not likely, and to be tried last: a right packet with a CRC-16 may look like it. */
export const PCNTR_MISSING: Deviation = {
  name: 'pcntr-missing',
  aspect: 'layout',
  vary: (plan) => (plan.check.kind === 'none' ? [] : [{ ...plan, layout: WITHOUT_PCNTR }]),
  remedy: ({ check }) =>
    `There is no PCNTR: put one octet between CNTR and the ${checkName(check)}, ` +
    `'00' without padding.`,
};

const OCTETS_BEHIND: Deviation = {
  name: 'octets-behind-packet',
  aspect: 'frame',
  vary(plan, { cpl }) {
    const length = cpl + 2 - CLEAR_OCTETS;
    const isShorter = length >= COUNTERS_OCTETS && length < plan.body.length;
    return isShorter ? [{ ...plan, body: plan.body.slice(0, length) }] : [];
  },
  remedy(plan, { octets }) {
    const behind = octets.length - CLEAR_OCTETS - plan.body.length;
    return `Behind the packet stand ${octetsOf(behind)} more: leave them out.`;
  },
};

/** CPL that fits the octets. */
function rightCpl(plan: Plan): number {
  return plan.body.length + CLEAR_OCTETS - 2;
}

/** Why CPL is off by so many octets. */
function cplReason(difference: number, plan: Plan, pcntr: number): string | undefined {
  if (difference === -pcntr && pcntr > 0) return 'it does not count the padding';
  if (difference === -plan.check.octets && difference < 0) return 'it does not count the checksum';
  const reasons = new Map([
    [2, 'it counts itself'],
    [3, `it counts the UDH '027000'`],
    [5, `it counts itself and the UDH '027000'`],
    [-1, 'it does not count CHL'],
  ]);
  return reasons.get(difference);
}

/**
 * Says what is wrong with CPL.
 *
 * @returns `undefined` when it is right
 */
export function cplRemedy(plan: Plan, { cpl }: Inquiry, fields: Fields): string | undefined {
  const right = rightCpl(plan);
  if (cpl === right) return undefined;
  const reason = cplReason(cpl - right, plan, pcntrOf(fields));
  const off = `${octetsOf(Math.abs(cpl - right))} too ${cpl > right ? 'many' : 'few'}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return `CPL ${quoted(cpl, 2)} is ${off}${why}; seal with ${quoted(right, 2)}.`;
}

/** Why CHL is off by so many octets. */
function chlReason(difference: number, { check }: Plan): string | undefined {
  if (difference < 0 && difference === -check.octets) return 'it does not count the checksum';
  const reasons = new Map([
    [1, 'it counts itself'],
    [2, 'it counts CPL'],
    [3, 'it counts CPL and itself'],
    [-1, 'it does not count PCNTR'],
    [-5, 'it does not count CNTR'],
    [-6, 'it does not count CNTR and PCNTR'],
  ]);
  return reasons.get(difference);
}

/**
 * Says what is wrong with CHL.
 *
 * @returns `undefined` when it is right
 */
export function chlRemedy(plan: Plan, { chl }: Inquiry): string | undefined {
  const right = CHL_MIN + plan.check.octets;
  if (chl === right) return undefined;
  const reason = chlReason(chl - right, plan);
  const off = `${octetsOf(Math.abs(chl - right))} too ${chl > right ? 'many' : 'few'}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return `CHL ${quoted(chl)} is ${off}${why}; seal with ${quoted(right)}.`;
}

function withClear(plan: Plan, change: (clear: DataView) => void): Plan {
  const clear = plan.clear.slice();
  change(new DataView(clear.buffer));
  return { ...plan, clear };
}

/** CPL was changed after the checksum had been computed. */
const CPL_WRONG: Deviation = {
  name: 'cpl-wrong',
  aspect: 'frame',
  vary(plan, { cpl }) {
    const right = rightCpl(plan);
    if (cpl === right) return [];
    return [withClear(plan, (clear) => clear.setUint16(0, right))];
  },
  remedy: (plan, inquiry, fields) => cplRemedy(plan, inquiry, fields) ?? '',
};

/** CHL was changed after the checksum had been computed. */
const CHL_WRONG: Deviation = {
  name: 'chl-wrong',
  aspect: 'frame',
  vary(plan, { chl }) {
    const right = CHL_MIN + plan.check.octets;
    if (chl === right) return [];
    return [withClear(plan, (clear) => clear.setUint8(2, right))];
  },
  remedy: (plan, inquiry) => chlRemedy(plan, inquiry) ?? '',
};

/** Mistakes with ciphering and frame, the likely ones first. */
export const FRAME_MISTAKES: readonly Deviation[] = [
  NOT_CIPHERED,
  CIPHERED_UNANNOUNCED,
  CPL_WRONG,
  CHL_WRONG,
  OCTETS_BEHIND,
  CIPHERING_START,
];
