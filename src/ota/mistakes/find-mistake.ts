/**
 * Which mistake of a sender explains that a receiver refuses a packet.
 *
 *     the plan that the header asks for      fits: what the packet says of itself is wrong
 *     that plan with one mistake             fits: that one
 *     that plan with two mistakes            fits: those two
 *     nothing fits                           no mistake is named
 *
 * A plan fits when the checksum comes out right, or, without one, when the plain text proves it. So
 * no mistake is named that was not made, but by a chance of 1 in 2^32 or less for each plan; with a
 * CRC-16, which is 1 in 2^16, no two mistakes are looked for. A packet that was altered on its way
 * fits nothing.
 *
 * @see ETSI TS 102 225 §5.1; docs/architecture.md, "Every step can be explained"
 * @module
 */

import { CHECKSUM_MISTAKES, CHECKSUM_OVER_CIPHERTEXT } from './checksum-mistakes.ts';
import type { Fields } from './coverage.ts';
import type { Deviation } from './deviation.ts';
import { type Fault, faultsOf, missingSetFault, signatureFault } from './faults.ts';
import { readBy, readFields } from './fit.ts';
import { FRAME_MISTAKES, PCNTR_MISSING } from './frame-mistakes.ts';
import { KEY_MISTAKES } from './key-mistakes.ts';
import type { Mistake, ReceiverFacts } from './mistake.ts';
import { CLEAR_OCTETS, type Inquiry, inquire, type Plan } from './plan.ts';

/** All that is tried, the likely ones first. */
const DEVIATIONS: readonly Deviation[] = [
  ...KEY_MISTAKES,
  CHECKSUM_OVER_CIPHERTEXT,
  ...FRAME_MISTAKES,
  ...CHECKSUM_MISTAKES,
  PCNTR_MISSING,
];
const UDH = [0x02, 0x70, 0x00];
/** Octets of a CRC-16, which proves one mistake and not two. */
const WEAK_OCTETS = 2;

/** A plan by which the packet was made, and the mistakes in it. */
interface Made {
  readonly plan: Plan;
  readonly fields: Fields;
  readonly deviations: readonly Deviation[];
}

interface Varied {
  readonly plan: Plan;
  readonly deviations: readonly Deviation[];
}

function* withOneMistake(inquiry: Inquiry): Generator<Varied> {
  for (const deviation of DEVIATIONS) {
    for (const plan of deviation.vary(inquiry.base, inquiry)) {
      yield { plan, deviations: [deviation] };
    }
  }
}

function* withTwoMistakes(inquiry: Inquiry): Generator<Varied> {
  for (const [at, first] of DEVIATIONS.entries()) {
    const others = DEVIATIONS.slice(at + 1).filter(({ aspect }) => aspect !== first.aspect);
    for (const middle of first.vary(inquiry.base, inquiry)) {
      for (const second of others) {
        for (const plan of second.vary(middle, inquiry)) {
          if (plan.check.octets !== WEAK_OCTETS) yield { plan, deviations: [first, second] };
        }
      }
    }
  }
}

function firstFit(
  inquiry: Inquiry,
  all: Iterable<Varied>,
  isTried: (plan: Plan) => boolean = () => true,
): Made | undefined {
  for (const { plan, deviations } of all) {
    const fields = isTried(plan) ? readBy(inquiry, plan) : undefined;
    if (fields !== undefined) return { plan, fields, deviations };
  }
  return undefined;
}

/** Reads a packet that nothing proves as its header asks for: where no key is needed for it. */
function asItSays(inquiry: Inquiry): Made | undefined {
  const { base, cpl } = inquiry;
  const isClear = base.ciphering === undefined && base.check.kind === 'none';
  const isWhole = cpl === base.body.length + CLEAR_OCTETS - 2;
  const fields = isClear && isWhole ? readFields(inquiry, base) : undefined;
  return fields && { plan: base, fields, deviations: [] };
}

function findPlan(inquiry: Inquiry): Made | undefined {
  const { base } = inquiry;
  // A checksum proves more than a plain text does.
  const checked =
    base.check.kind === 'none'
      ? firstFit(inquiry, withOneMistake(inquiry), ({ check }) => check.kind !== 'none')
      : undefined;
  return (
    checked ??
    firstFit(inquiry, [{ plan: base, deviations: [] }]) ??
    firstFit(inquiry, withOneMistake(inquiry)) ??
    asItSays(inquiry) ??
    firstFit(inquiry, withTwoMistakes(inquiry))
  );
}

function mistakesOf(inquiry: Inquiry, { plan, fields, deviations }: Made): Fault[] {
  const made = deviations.map((deviation) => ({
    name: deviation.name,
    remedy: deviation.remedy(plan, inquiry, fields),
  }));
  const settled = deviations.flatMap(({ name, settles = [] }) => [name, ...settles]);
  const others = faultsOf(inquiry, plan, fields).filter(({ name }) => !settled.includes(name));
  return [...made, ...others];
}

function asMistake([first, second]: readonly Fault[]): Mistake | undefined {
  if (first === undefined) return undefined;
  const remedy = second === undefined ? first.remedy : `${first.remedy} ${second.remedy}`;
  return { name: first.name, second: second?.name, remedy };
}

/** What the header alone tells, where no key is there to prove more. */
function headerMistake(inquiry: Inquiry): Mistake | undefined {
  if (inquiry.cpl !== inquiry.octets.length - 2) return undefined;
  const found = signatureFault(inquiry) ?? missingSetFault(inquiry);
  return found && asMistake([found]);
}

/** A packet behind the UDH that the message has already. */
function behindUdh(octets: Uint8Array, receiver: ReceiverFacts): Mistake | undefined {
  if (!UDH.every((octet, at) => octets[at] === octet)) return undefined;
  const inquiry = inquire(octets.slice(UDH.length), receiver);
  if (inquiry === undefined) return undefined;
  const made = firstFit(inquiry, [{ plan: inquiry.base, deviations: [] }]);
  if (made === undefined) return undefined;
  const remedy = `The packet begins with a UDH '027000' of its own: begin with CPL.`;
  return asMistake([{ name: 'udh-in-packet', remedy }, ...mistakesOf(inquiry, made)]);
}

/**
 * Finds the mistake that a sender has made with a packet that a receiver refuses.
 *
 * Computes a few thousand checksums at most.
 *
 * @param packet the command packet, CPL first; neither kept nor changed
 * @param receiver its keys, counters and applications
 * @returns `undefined` when no mistake explains the packet, or there is nothing to refuse
 * @throws {RangeError} a key has another length than its algorithm
 * @see ETSI TS 102 225 §5.1
 */
export function findMistake(packet: Uint8Array, receiver: ReceiverFacts): Mistake | undefined {
  const inquiry = inquire(packet, receiver);
  if (inquiry === undefined) return undefined;
  const signature = inquiry.spi.integrity === 'ds' ? headerMistake(inquiry) : undefined;
  if (signature !== undefined) return signature;
  const enclosed = behindUdh(packet, receiver);
  if (enclosed !== undefined) return enclosed;
  const made = findPlan(inquiry);
  if (made !== undefined) return asMistake(mistakesOf(inquiry, made));
  return headerMistake(inquiry);
}
